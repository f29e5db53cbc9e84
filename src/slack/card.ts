import type { Approval } from "../domain/approval.ts";
import type { EventOf } from "../domain/event.ts";
import type { Incident } from "../domain/incident.ts";
import { allCalls, type CallState, type Run } from "../domain/run.ts";
import { type Assessment, actionText } from "../domain/tool.ts";
import { isObserved, wouldHaveText } from "../domain/would-have.ts";
import { type Cause, causeOf } from "./cause.ts";

/** Where an incident stands, as one word: what the card's first line says. */
export type Phase =
  | "looking"
  | "observed"
  | "pending"
  | "approved"
  | "denied"
  | "changed"
  | "expired"
  | "void"
  | "running"
  | "not_run"
  | "failed"
  | "executed"
  | "recovered"
  | "no_effect"
  | "worse"
  | "unmeasured"
  | "rolled_back"
  | "nothing_to_do"
  | "escalated";

export type CardAction = {
  readonly title: string;
  /** The command with its parameters filled in, or the document and its parameters. */
  readonly command: string;
  readonly citation: { readonly runbook: string; readonly step: string } | undefined;
  readonly justification: string;
  readonly assessment: Assessment;
  readonly because: readonly string[];
  readonly policies: readonly string[];
  readonly digest: string | undefined;
  /** What mode `auto` would have made of it; absent where that is the mode. */
  readonly wouldHave: string | undefined;
};

/** All that a card shows, in any chat. Every text in it is untrusted. */
export type CardState = {
  readonly runId: string;
  readonly phase: Phase;
  readonly severity: Incident["severity"] | undefined;
  readonly alarm: {
    readonly name: string;
    readonly region: string;
    readonly resource: string;
    /** Milliseconds since 1970. */
    readonly since: number;
  };
  readonly cause: Cause | undefined;
  readonly action: CardAction | undefined;
  /** Present when a person was asked; its buttons belong to `pending` only. */
  readonly approval: Approval | undefined;
  readonly startedAt: number | undefined;
  /** What the call itself reported. */
  readonly result: string | undefined;
  /** The alarm's own metric after the change. */
  readonly measured: string | undefined;
  /** The runbook's way back, where there was no recovery. */
  readonly rollback: string | undefined;
  /** Earlier changes of this run, oldest first. */
  readonly earlier: readonly { readonly title: string; readonly phase: Phase }[];
  readonly concluded: { readonly outcome: string; readonly reason: string } | undefined;
};

/** What to show of a run at `now`. The approval is its record's newest state, which may be ahead of the journal. */
export function cardOf(
  run: Run,
  approval: Approval | undefined,
  now: number,
  incident?: Incident,
): CardState | undefined {
  const { started } = run;
  if (started === undefined) return undefined;
  const changes = allCalls(run).filter((call) => call.kind === "change" && isShown(call));
  const focus = changes.at(-1);
  const ownApproval = focus !== undefined && approval?.callId === focus.callId ? approval : undefined;
  const verified = focus === undefined ? undefined : verificationOf(focus, run);
  return {
    runId: run.runId,
    phase: phaseOf(focus, ownApproval, run, now),
    severity: incident?.severity,
    alarm: {
      name: started.alarm.alarmName,
      region: `${started.alarm.account}/${started.alarm.region}`,
      resource: incident?.resource.split("/").slice(2).join("/") ?? "",
      since: Date.parse(started.alarm.state.at),
    },
    cause: causeOf(run, focus),
    action: focus === undefined ? undefined : actionOf(focus, ownApproval),
    approval: ownApproval,
    startedAt: focus?.started?.at,
    result: focus?.finished?.result.forPeople,
    measured: verified?.measured,
    rollback: verified?.rollback,
    earlier: changes.slice(0, -1).map((call) => ({ title: titleOf(call), phase: phaseOf(call, undefined, run, now) })),
    concluded: run.concluded && { outcome: run.concluded.outcome, reason: run.concluded.reason },
  };
}

/** A change that got as far as a plan and that policy lets happen at all, or would: what it refuses is the model's business. */
const isShown = (call: CallState): boolean =>
  call.assessed?.assessment?.plan !== undefined && (call.assessed.decision.verdict !== "deny" || isObserved(call));

function phaseOf(call: CallState | undefined, approval: Approval | undefined, run: Run, now: number): Phase {
  if (call === undefined) return endOf(run) ?? "looking";
  const { finished } = call;
  if (isObserved(call)) return "observed";
  if (finished?.applied === true) return afterChange(call, run);
  const decided = approval?.status ?? call.decided?.outcome ?? (call.requested === undefined ? "approved" : "pending");
  if (decided === "pending") return now >= expiry(call, approval) ? "expired" : "pending";
  if (decided !== "approved") return decided;
  if (finished?.refused !== undefined) return "not_run";
  if (finished !== undefined) return "failed";
  return call.started === undefined ? "approved" : "running";
}

const expiry = (call: CallState, approval: Approval | undefined): number =>
  Date.parse(approval?.expiresAt ?? call.requested?.expiresAt ?? "");

function afterChange(call: CallState, run: Run): Phase {
  if (isRollback(call, run)) return "rolled_back";
  switch (verificationOf(call, run)?.verdict) {
    case "recovered":
      return "recovered";
    case "no_effect":
      return "no_effect";
    case "worse":
      return "worse";
    case "unknown":
      return "unmeasured";
    case undefined:
      return "executed";
  }
}

function endOf(run: Run): Phase | undefined {
  switch (run.concluded?.outcome) {
    case undefined:
      return undefined;
    case "healed":
      return "recovered";
    case "nothing_to_do":
      return "nothing_to_do";
    case "denied":
      return "denied";
    case "escalated":
      return "escalated";
  }
}

const verificationOf = (call: CallState, run: Run): EventOf<"verified"> | undefined =>
  run.turns.flatMap((turn) => turn.verified).findLast((event) => event.calls.includes(call.callId));

/** An action that an earlier failed verification of the same runbook named as the way back, and that reached its target. */
function isRollback(call: CallState, run: Run): boolean {
  const from = call.started?.plan.runbook;
  if (from === undefined || call.finished?.applied !== true) return false;
  return allCalls(run).some((earlier) => {
    const before = earlier.started !== undefined && call.started !== undefined && earlier.started.at < call.started.at;
    const wayBack = verificationOf(earlier, run)?.rollback;
    return before && earlier.started?.plan.runbook?.id === from.id && wayBack === `run the action ${from.action}.`;
  });
}

function actionOf(call: CallState, approval: Approval | undefined): CardAction | undefined {
  const { assessed } = call;
  const assessment = approval?.card.assessment ?? assessed?.assessment;
  const plan = assessment?.plan;
  if (assessment === undefined || plan === undefined) return undefined;
  return {
    title: approval?.card.title ?? titleOf(call),
    command: actionText(plan),
    citation: plan.runbook && { runbook: plan.runbook.id, step: plan.runbook.step },
    justification: approval?.card.justification ?? "",
    assessment,
    because: approval?.card.askedBecause ?? assessed?.decision.reasons ?? [],
    policies: approval?.card.policies ?? assessed?.decision.policies ?? [],
    digest: approval?.digest ?? assessed?.digest,
    wouldHave: assessed?.wouldHave && wouldHaveText(assessed.wouldHave),
  };
}

function titleOf(call: CallState): string {
  const runbook = call.assessed?.assessment?.plan?.runbook;
  return runbook === undefined ? "Ad hoc command" : `${runbook.id}: ${runbook.action}`;
}
