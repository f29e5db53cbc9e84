import type { Call, EventOf, RunEvent } from "./event.ts";
import type { CallId, RunId } from "./ids.ts";
import { type Entry, genesis } from "./journal.ts";

/** A call and all that has become of it. */
export type CallState = Call & {
  readonly turn: number;
  /** When the reply that holds it became durable, milliseconds since 1970. */
  readonly askedAt: number;
  readonly assessed?: EventOf<"call_assessed">;
  readonly requested?: EventOf<"approval_requested"> & { readonly at: number };
  readonly decided?: EventOf<"approval_decided">;
  readonly started?: EventOf<"change_started"> & { readonly at: number };
  readonly sent?: EventOf<"change_sent">;
  readonly finished?: EventOf<"call_finished"> & { readonly at: number };
};

export type Turn = {
  readonly reply: EventOf<"model_replied">;
  readonly callIds: readonly CallId[];
  /** Verifications made after this turn's calls, told to the model with their results. */
  readonly verified: readonly EventOf<"verified">[];
};

/** The fold of a journal. Nothing in it is stored anywhere else. */
export type Run = {
  readonly runId: RunId;
  readonly seq: number;
  readonly head: string;
  readonly started: EventOf<"run_started"> | undefined;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly lastAt: number;
  /** The alarm in the words that the model may read, where a guardrail screens them. */
  readonly alarmText: string | undefined;
  readonly turns: readonly Turn[];
  readonly calls: Readonly<Record<CallId, CallState>>;
  readonly concluded: EventOf<"run_concluded"> | undefined;
  /** When the alarm went back to OK, ISO, after a run that changed nothing. */
  readonly recoveredAt: string | undefined;
  readonly tokens: number;
  /** Micro-dollars that the run itself has spent. */
  readonly spent: number;
  /** Micro-dollars of every change that was sent. */
  readonly changed: number;
  /** Milliseconds spent waiting for people. */
  readonly waitedMs: number;
  /** Ids of findings that tools returned in this run. */
  readonly findings: readonly string[];
  /** Runbook steps that tools returned in this run, each with the hash of the text shown. */
  readonly citations: Readonly<Record<string, string>>;
};

export const emptyRun = (runId: RunId): Run => ({
  runId,
  seq: 0,
  head: genesis,
  started: undefined,
  startedAt: 0,
  lastAt: 0,
  alarmText: undefined,
  turns: [],
  calls: {},
  concluded: undefined,
  recoveredAt: undefined,
  tokens: 0,
  spent: 0,
  changed: 0,
  waitedMs: 0,
  findings: [],
  citations: {},
});

/** The same journal always gives the same run. */
export const replay = (runId: RunId, entries: readonly Entry[]): Run => entries.reduce(apply, emptyRun(runId));

export function apply(run: Run, entry: Entry): Run {
  const at = Date.parse(entry.at);
  const folded = entry.events.reduce((state, event) => applyEvent(state, event, at), run);
  // What is noted after the end makes no run longer.
  const lastAt = run.concluded === undefined ? at : run.lastAt;
  return { ...folded, seq: entry.seq, head: entry.hash, lastAt };
}

function applyEvent(run: Run, event: RunEvent, at: number): Run {
  switch (event.type) {
    case "run_started":
      return { ...run, started: event, startedAt: at };
    case "alarm_screened":
      return { ...run, alarmText: event.text };
    case "model_replied":
      return applyReply(run, event, at);
    case "call_assessed":
      return withCall(run, event.callId, { assessed: event });
    case "approval_requested":
      return withCall(run, event.callId, { requested: { ...event, at } });
    case "approval_decided": {
      const requestedAt = run.calls[event.callId]?.requested?.at ?? at;
      return { ...withCall(run, event.callId, { decided: event }), waitedMs: run.waitedMs + (at - requestedAt) };
    }
    case "change_started": {
      const price = run.calls[event.callId]?.assessed?.assessment?.price;
      const changed = run.changed + (price?.known === true ? Math.max(0, price.amount) : 0);
      return { ...withCall(run, event.callId, { started: { ...event, at } }), changed };
    }
    case "change_sent":
      return withCall(run, event.callId, { sent: event });
    case "call_finished":
      return applyFinished(run, event, at);
    case "verified":
      return {
        ...run,
        turns: run.turns.map((turn, index) => addVerified(turn, index === run.turns.length - 1, event)),
      };
    case "run_concluded":
      return { ...run, concluded: event };
    case "alarm_recovered":
      return { ...run, recoveredAt: event.at };
  }
}

function applyReply(run: Run, event: EventOf<"model_replied">, askedAt: number): Run {
  const calls = { ...run.calls };
  for (const call of event.calls) calls[call.callId] = { ...call, turn: event.turn, askedAt };
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = event.usage;
  return {
    ...run,
    calls,
    turns: [...run.turns, { reply: event, callIds: event.calls.map((call) => call.callId), verified: [] }],
    tokens: run.tokens + inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens,
    spent: run.spent + event.cost,
  };
}

function applyFinished(run: Run, event: EventOf<"call_finished">, at: number): Run {
  const citations = { ...run.citations };
  for (const cited of event.result.citations) citations[cited.id] = cited.contentHash;
  const findings = [...run.findings, ...event.result.findings.map((finding) => finding.id)];
  return {
    ...withCall(run, event.callId, { finished: { ...event, at } }),
    citations,
    findings,
    spent: run.spent + event.result.cost,
  };
}

function withCall(run: Run, callId: CallId, change: Partial<CallState>): Run {
  const call = run.calls[callId];
  if (call === undefined) return run;
  return { ...run, calls: { ...run.calls, [callId]: { ...call, ...change } } };
}

const addVerified = (turn: Turn, last: boolean, event: EventOf<"verified">): Turn =>
  last ? { ...turn, verified: [...turn.verified, event] } : turn;

// ---- what later modules ask of a run --------------------------------------------------------------------------

export const lastTurn = (run: Run): Turn | undefined => run.turns[run.turns.length - 1];

export const callsOf = (run: Run, turn: Turn): readonly CallState[] =>
  turn.callIds.flatMap((callId) => run.calls[callId] ?? []);

/** In the order of their turns, which is the order in which the fold met them. */
export const allCalls = (run: Run): readonly CallState[] => Object.values(run.calls);

/** Changes that reached their target and that no verification has covered yet. */
export function unverifiedChanges(run: Run): readonly CallState[] {
  const applied = allCalls(run).filter((call) => call.finished?.applied === true);
  if (applied.length === 0) return applied;
  const covered = new Set(run.turns.flatMap((turn) => turn.verified.flatMap((event) => event.calls)));
  return applied.filter((call) => !covered.has(call.callId));
}

/** True when a change of this run reached its target. */
export const hasChanged = (run: Run): boolean => allCalls(run).some((call) => call.finished?.applied === true);

export const lastVerdict = (run: Run): EventOf<"verified"> | undefined =>
  run.turns.flatMap((turn) => turn.verified).at(-1);
