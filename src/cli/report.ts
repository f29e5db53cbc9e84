import type { RunEvent } from "../domain/event.ts";
import type { Entry } from "../domain/journal.ts";
import { allCalls, lastVerdict, type Run, replay } from "../domain/run.ts";
import { exitCodes } from "./io.ts";

/** The object that `run --json` and `show --json` end with. */
export type RunReport = {
  readonly run: string;
  readonly outcome: string;
  readonly reason: string;
  readonly rootCause: string | null;
  readonly citations: readonly string[];
  readonly findings: readonly string[];
  readonly actions: readonly ActionReport[];
  readonly verification: { readonly verdict: string; readonly measured: string } | null;
  readonly tokens: number;
  /** Dollars that the run itself spent, and that its changes cost over their horizon. */
  readonly dollars: { readonly run: number; readonly changes: number };
  /** Milliseconds by phase; `waiting` is time spent on people. */
  readonly milliseconds: {
    readonly total: number;
    readonly model: number;
    readonly waiting: number;
    readonly toFirstDecision: number | null;
  };
  readonly models: readonly string[];
  readonly entries: number;
  readonly head: string;
};

export type ActionReport = {
  readonly call: string;
  readonly tool: string;
  readonly runbook: string | null;
  readonly action: string | null;
  readonly command: string | null;
  readonly targets: readonly string[];
  readonly digest: string | null;
  readonly decision: {
    readonly verdict: string;
    readonly quorum: number;
    readonly policies: readonly string[];
    readonly reasons: readonly string[];
  };
  readonly price: unknown;
  readonly approval: { readonly id: string; readonly outcome: string; readonly approvers: readonly string[] } | null;
  readonly result: string;
  readonly refused: string | null;
};

export function reportOf(entries: readonly Entry[]): RunReport {
  const first = entries[0];
  if (first === undefined) throw new Error("a run without entries has no report");
  const run = replay(first.runId, entries);
  const events = entries.flatMap((entry) => entry.events.map((event) => ({ event, at: Date.parse(entry.at) })));
  const verified = lastVerdict(run);
  const decidedAt = events.find(({ event }) => event.type === "call_assessed" && event.assessment !== undefined)?.at;
  return {
    run: run.runId,
    outcome: run.concluded?.outcome ?? (isWaiting(run) ? "waiting_for_approval" : "running"),
    reason: run.concluded?.reason ?? "",
    rootCause: run.concluded?.rootCause ?? null,
    citations: run.concluded?.citations ?? [],
    findings: run.concluded?.findings ?? [],
    actions: actionsOf(run),
    verification: verified === undefined ? null : { verdict: verified.verdict, measured: verified.measured },
    tokens: run.tokens,
    dollars: { run: run.spent / 1e6, changes: run.changed / 1e6 },
    milliseconds: {
      total: run.lastAt - run.startedAt,
      model: sumLatency(events.map(({ event }) => event)),
      waiting: run.waitedMs,
      toFirstDecision: decidedAt === undefined ? null : decidedAt - run.startedAt,
    },
    models: [...new Set(run.turns.map((turn) => turn.reply.modelId))],
    entries: entries.length,
    head: run.head,
  };
}

/** Exit code of a run as it stands. */
export function exitCodeOf(report: Pick<RunReport, "outcome">): number {
  switch (report.outcome) {
    case "healed":
    case "nothing_to_do":
      return exitCodes.ok;
    case "denied":
      return exitCodes.denied;
    case "waiting_for_approval":
      return exitCodes.waiting;
    default:
      return exitCodes.escalated;
  }
}

export const isWaiting = (run: Run): boolean =>
  allCalls(run).some((call) => call.requested !== undefined && call.decided === undefined);

const sumLatency = (events: readonly RunEvent[]): number =>
  events.reduce((sum, event) => sum + (event.type === "model_replied" ? event.latencyMs : 0), 0);

function actionsOf(run: Run): readonly ActionReport[] {
  return allCalls(run).flatMap((call) => {
    if (call.kind !== "change" || call.assessed === undefined) return [];
    const { assessment, decision, digest } = call.assessed;
    const plan = assessment?.plan;
    return [
      {
        call: call.callId,
        tool: call.tool,
        runbook: plan?.runbook?.id ?? null,
        action: plan?.runbook?.action ?? null,
        command: plan?.commandText ?? null,
        targets: plan?.targets ?? [],
        digest: digest ?? null,
        decision,
        price: assessment?.price ?? null,
        approval:
          call.requested === undefined
            ? null
            : {
                id: call.requested.approvalId,
                outcome: call.decided?.outcome ?? "pending",
                approvers: call.decided?.approvers.map((one) => one.person.name) ?? [],
              },
        result: call.finished?.result.forPeople ?? "pending",
        refused: call.finished?.refused ?? null,
      },
    ];
  });
}
