import { type Approval, idsOf, type Person, peopleAmong } from "../domain/approval.ts";
import { HealerError } from "../domain/errors.ts";
import type { EventOf } from "../domain/event.ts";
import type { RefusalKind } from "../domain/next.ts";
import type { CallState, Run } from "../domain/run.ts";
import { type ChangeTool, errorResult, type PriceQuote, type ToolResult } from "../domain/tool.ts";
import { contextFor } from "./context.ts";
import type { AgentDeps } from "./deps.ts";
import { actionIdFor, actionName, isStopped, type Judged, judgeChange, recoveredByItself } from "./judge.ts";
import type { Performance } from "./perform.ts";
import { words } from "./read.ts";
import { release, reserve } from "./spending.ts";

/**
 * Sends one decided change. Everything is looked at afresh right before: digest, policy, kill switch, spending. The intent
 * is durable before the send; a failure after it leaves the call in flight, for `reconcile` to learn its fate.
 */
export async function* executeChange(call: CallState, run: Run, deps: AgentDeps, signal: AbortSignal): Performance {
  const tool = changeToolOf(call, deps);
  const actionId = actionIdFor(run.runId, call.callId);
  const checked = await lastCheck(call, run, deps, signal, actionId);
  if ("refused" in checked) {
    const result = errorResult(checked.words, "Nothing was sent. Look again, or conclude.");
    yield [finished(call, result, false, checked.refused)];
    // Not before: another driver may have been quicker, and it rests on this reservation.
    await release(call.assessed?.assessment?.plan, actionId, deps.ports.clock.now(), deps);
    return undefined;
  }
  const { plan } = checked.assessment;
  if (plan === undefined || checked.digest === undefined) throw new Error(`${call.callId} has no plan`);
  const { digest, decision } = checked;
  const startedAt = deps.ports.clock.now();
  const until = startedAt + plan.timeoutSeconds * 1000 + leaseMs;
  const lease = { actionId, action: actionName(plan), now: startedAt, until };
  // Another incident changes this resource at this moment: what it does will decide whether this is still needed.
  if (!(await deps.locks.take(plan.targets, lease))) return { wait: deps.settings.pollSeconds };
  yield [{ type: "change_started", callId: call.callId, actionId, digest, plan, decision }];
  if (await isStopped(deps, plan)) {
    const result = errorResult("The kill switch went on before it was sent.", "Nothing was sent.");
    yield [finished(call, result, false, "stopped")];
    await release(plan, actionId, startedAt, deps);
    await deps.locks.release(plan.targets, actionId);
    return undefined;
  }
  // A driver that slept past its window may not send: by now another one may have looked and found nothing.
  if (deps.ports.clock.now() - startedAt > deps.settings.sendTimeoutMs) return { wait: deps.settings.pollSeconds };
  const limit = AbortSignal.timeout(deps.settings.sendTimeoutMs);
  const sent = tool.send(plan, actionId, contextFor(run, call, deps, limit));
  const handle = await Promise.race([sent, reached(limit)]).catch(() => undefined);
  if (handle !== undefined) yield [{ type: "change_sent", callId: call.callId, handle, reconciled: false }];
  return { wait: deps.settings.pollSeconds };
}

/** A lock outlives the command's own time limit by this, for measuring; a run that died gives it back by then. */
const leaseMs = 15 * 60_000;

/**
 * Learns what became of a change that was started and never reported. It is never sent again: where the service knows
 * nothing of it once every send must be over, the model is told that it did not happen.
 */
export async function* reconcileChange(call: CallState, run: Run, deps: AgentDeps, signal: AbortSignal): Performance {
  const { started } = call;
  if (started === undefined) throw new Error(`${call.callId} has not started`);
  const tool = changeToolOf(call, deps);
  const handle = await tool.reconcile(started.plan, started.actionId, contextFor(run, call, deps, signal));
  if (handle !== undefined) {
    yield [{ type: "change_sent", callId: call.callId, handle, reconciled: true }];
    return undefined;
  }
  const grace = 2 * deps.settings.sendTimeoutMs - (deps.ports.clock.now() - started.at);
  if (grace > 0) return { wait: Math.min(grace / 1000, deps.settings.pollSeconds) };
  const result = errorResult(
    "It was never sent: the process stopped first.",
    "Nothing changed. Ask for it again if it is still needed.",
  );
  yield [finished(call, result, false)];
  await release(started.plan, started.actionId, started.at, deps);
  await deps.locks.release(started.plan.targets, started.actionId);
  return undefined;
}

/** Beyond its own time limit a command may wait this long for delivery; a run must end even if it never reports. */
const patienceMs = 3_600_000;

export async function* checkChange(call: CallState, run: Run, deps: AgentDeps, signal: AbortSignal): Performance {
  const { started, sent } = call;
  if (started === undefined || sent === undefined) throw new Error(`${call.callId} was not sent`);
  const checked = await changeToolOf(call, deps).check(sent.handle, started.plan, contextFor(run, call, deps, signal));
  if (checked !== "running") {
    yield [finished(call, checked.result, checked.applied)];
    // One that was applied keeps its lock until it has been measured.
    if (!checked.applied) await deps.locks.release(started.plan.targets, started.actionId);
    return undefined;
  }
  const late = deps.ports.clock.now() - started.at > started.plan.timeoutSeconds * 1000 + patienceMs;
  if (!late) return { wait: deps.settings.pollSeconds };
  const hint = `Look for ${sent.handle.id}; it counts as applied, so it is measured.`;
  yield [finished(call, errorResult("It has not reported its end in time.", hint), true)];
  return undefined;
}

/** Whoever waits on it gives up when the limit is reached, whether or not the port heeds the signal. */
export const reached = (limit: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (limit.aborted) resolve(undefined);
    else limit.addEventListener("abort", () => resolve(undefined), { once: true });
  });

type Refused = { readonly refused: RefusalKind; readonly words: string };

async function lastCheck(
  call: CallState,
  run: Run,
  deps: AgentDeps,
  signal: AbortSignal,
  actionId: string,
): Promise<Judged | Refused> {
  const price = call.assessed?.assessment?.price;
  const amount = addedBy(price);
  const others = await reserve(call.assessed?.assessment?.plan, actionId, amount, deps);
  if (await recoveredByItself(run, deps)) return { refused: "void", words: "The alarm went back to OK by itself." };
  if (!(await isStillApproved(call, run, deps))) {
    const why = "its record does not say so, or somebody who approved it is not listed any more";
    return { refused: "drift", words: `Its approval does not count: ${why}.` };
  }
  const judged = await judgeChange(run, call, deps, signal, others).catch(unchecked);
  if ("refused" in judged) return judged;
  if ("forModel" in judged) return { refused: "drift", words: `It can not be done any more: ${judged.forPeople}` };
  const refused = refusalOf(call, judged, price);
  if (refused !== undefined) return refused;
  // A price that was unknown when it was decided, and has become known since, counts for whoever comes next.
  const found = addedBy(judged.assessment.price);
  if (found > amount) await reserve(judged.assessment.plan, actionId, found, deps);
  return judged;
}

const addedBy = (price: PriceQuote | undefined): number => (price?.known === true ? Math.max(0, price.amount) : 0);

function refusalOf(call: CallState, judged: Judged, price: PriceQuote | undefined): Refused | undefined {
  if (judged.digest !== call.assessed?.digest) {
    return {
      refused: "drift",
      words: "What would run now is not what was decided: document, targets or parameters moved.",
    };
  }
  if (isDearer(judged.assessment.price, price)) {
    return { refused: "drift", words: "It costs more now than when it was decided." };
  }
  const [failed] = judged.assessment.failedPreconditions;
  if (failed !== undefined) return { refused: "precondition", words: `A precondition does not hold: ${failed}` };
  if (judged.decision.verdict === "deny") {
    const stopped = judged.facts["stopped"] === true;
    return { refused: stopped ? "stopped" : "denied", words: judged.decision.reasons.join("; ") };
  }
  const given = approvalsFor(call, judged);
  if (judged.decision.quorum > given) {
    const needs = `It now needs ${judged.decision.quorum} approval(s) and has ${given}`;
    return { refused: "drift", words: `${needs}: ${judged.decision.reasons.join("; ")}` };
  }
  return undefined;
}

/** A service that is busy is asked again later; anything else means that nobody knows what would run. */
function unchecked(error: unknown): Refused {
  if (error instanceof HealerError && error.retryable) throw error;
  return { refused: "drift", words: `It could not be checked again: ${words(error)}` };
}

/** The digest holds what runs, not what it costs; whoever allowed a known price allowed that and less. */
const isDearer = (now: PriceQuote, before: PriceQuote | undefined): boolean =>
  before?.known === true && (!now.known || now.amount > before.amount);

/**
 * The hands do not take the journal's word for an approval: the record must be this run's, say the same of the same digest,
 * and name every person whom the journal counts. Whoever was taken off the list since then counts no more.
 */
async function isStillApproved(call: CallState, run: Run, deps: AgentDeps): Promise<boolean> {
  if (call.decided === undefined) return true;
  const record = await deps.approvals.get(call.decided.approvalId);
  if (record?.status !== "approved" || record.runId !== run.runId || record.callId !== call.callId) return false;
  const people = new Set(idsOf(record.approvers));
  const counts = ({ id }: Person) => people.has(id) && isStillListed(id, record, deps.settings.approvers);
  return record.digest === call.decided.digest && call.decided.approvers.every(({ person }) => counts(person));
}

/** A group let in whoever is not named; which one it was is not on record, so none of the list may be gone. */
const isStillListed = (id: string, { allowed }: Approval, now: readonly string[]): boolean =>
  allowed.includes(id) ? now.includes(id) : allowed.every((listed) => now.includes(listed));

/** Different people who approved exactly this digest. */
function approvalsFor(call: CallState, judged: Judged): number {
  const decided = call.decided;
  if (decided?.outcome !== "approved" || decided.digest !== judged.digest) return 0;
  return peopleAmong(idsOf(decided.approvers));
}

function changeToolOf(call: CallState, deps: AgentDeps): ChangeTool {
  const tool = deps.tools.get(call.tool);
  if (tool?.kind !== "change") throw new Error(`${call.tool} is not a change tool`);
  return tool;
}

const finished = (
  call: CallState,
  result: ToolResult,
  applied: boolean,
  refused?: RefusalKind,
): EventOf<"call_finished"> => ({
  type: "call_finished",
  callId: call.callId,
  result,
  applied,
  ...(refused === undefined ? {} : { refused }),
});
