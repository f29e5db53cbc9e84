import type { EventOf } from "./event.ts";
import { canonicalJson } from "./journal.ts";
import { allCalls, type CallState, callsOf, lastTurn, type Run, unverifiedChanges } from "./run.ts";
import { isObserved, wouldHaveText } from "./would-have.ts";

export type RefusalKind = NonNullable<EventOf<"call_finished">["refused"]>;

/** The one thing to do. */
export type Step =
  | { readonly do: "done" }
  | { readonly do: "conclude"; readonly reason: string }
  | { readonly do: "reconcile"; readonly call: CallState }
  | { readonly do: "check"; readonly call: CallState }
  | { readonly do: "read"; readonly calls: readonly CallState[] }
  | { readonly do: "assess"; readonly call: CallState }
  | { readonly do: "refuse"; readonly call: CallState; readonly kind: RefusalKind; readonly words: string }
  | { readonly do: "request_approval"; readonly call: CallState }
  | { readonly do: "await_approval"; readonly call: CallState }
  | { readonly do: "execute"; readonly call: CallState }
  | { readonly do: "verify"; readonly calls: readonly CallState[] }
  | { readonly do: "ground"; readonly call: CallState }
  | { readonly do: "screen" }
  | { readonly do: "think" };

/** Replies in a row that call nothing usable before a person is called. */
const idleTurnsAllowed = 3;

/**
 * Says the one thing to do next. `now` (milliseconds since 1970) counts only against the wall-time budget.
 * A change in flight comes before everything, even the budget: its fate must be known before the run may end, and a
 * change that reached its target is measured before anything else is tried.
 */
export function next(run: Run, now: number): Step {
  if (run.concluded !== undefined) return { do: "done" };
  const inFlight = allCalls(run).find((call) => call.started !== undefined && call.finished === undefined);
  if (inFlight !== undefined) return { do: inFlight.sent === undefined ? "reconcile" : "check", call: inFlight };
  const unproven = unverifiedChanges(run);
  if (unproven.length > 0) return { do: "verify", calls: unproven };
  const over = overBudget(run, now);
  if (over !== undefined) return { do: "conclude", reason: over };
  const open = openCalls(run);
  const first = open[0];
  if (first !== undefined) return stepFor(first, open);
  if (run.started?.guardrail !== undefined && run.alarmText === undefined) return { do: "screen" };
  return hopeless(run) ?? { do: "think" };
}

function stepFor(call: CallState, open: readonly CallState[]): Step {
  if (call.kind === "invalid") return refuse(call, "invalid", call.problem ?? "This call is not valid.");
  if (call.kind === "conclude") return { do: "ground", call };
  if (call.kind === "read" && call.assessed === undefined) return { do: "read", calls: leadingReads(open) };
  if (call.assessed === undefined) return { do: "assess", call };
  const { decision, wouldHave } = call.assessed;
  if (decision.verdict === "deny") {
    if (wouldHave === undefined || !isObserved(call)) return refuse(call, "denied", decision.reasons.join(" "));
    return refuse(call, "observed", `Recorded, not run: ${decision.reasons.join("; ")}. ${wouldHaveText(wouldHave)}`);
  }
  if (decision.verdict === "allow") return { do: "execute", call };
  if (call.requested === undefined) return { do: "request_approval", call };
  if (call.decided === undefined) return { do: "await_approval", call };
  return afterDecision(call, call.decided);
}

function afterDecision(call: CallState, decided: EventOf<"approval_decided">): Step {
  const who = decided.approvers.at(-1)?.person.name ?? "a person";
  switch (decided.outcome) {
    case "approved":
      return { do: "execute", call };
    case "denied":
      return refuse(call, "rejected", `Denied by ${who}: ${decided.comment || "no reason given"}`);
    case "changed":
      return refuse(call, "changed", `${who} asks for a change: ${decided.comment}`);
    case "expired":
      return refuse(call, "expired", "Nobody decided before the approval expired.");
    case "void":
      return refuse(call, "void", decided.comment);
  }
}

const openCalls = (run: Run): readonly CallState[] => {
  const turn = lastTurn(run);
  return turn === undefined ? [] : callsOf(run, turn).filter((call) => call.finished === undefined);
};

function leadingReads(open: readonly CallState[]): readonly CallState[] {
  const end = open.findIndex((call) => call.kind !== "read" || call.assessed !== undefined);
  return end === -1 ? open : open.slice(0, end);
}

function overBudget(run: Run, now: number): string | undefined {
  const budgets = run.started?.budgets;
  if (budgets === undefined) return "The journal does not begin with run_started.";
  if (run.turns.length >= budgets.turns && openCalls(run).length === 0)
    return `Turn budget of ${budgets.turns} used up.`;
  if (run.tokens >= budgets.tokens) return `Token budget of ${budgets.tokens} used up (${run.tokens}).`;
  if (run.spent >= budgets.spend) return `Spending budget of $${budgets.spend / 1e6} used up ($${run.spent / 1e6}).`;
  if (now - run.startedAt - run.waitedMs - waitingNow(run, now) >= budgets.wallMs) {
    return `Wall-time budget of ${Math.round(budgets.wallMs / 1000)} s used up.`;
  }
  return repeated(run, budgets.sameCall);
}

function waitingNow(run: Run, now: number): number {
  const waiting = openCalls(run).find((call) => call.requested !== undefined && call.decided === undefined);
  return waiting?.requested === undefined ? 0 : now - waiting.requested.at;
}

function repeated(run: Run, limit: number): string | undefined {
  const counts = new Map<string, number>();
  for (const { reply } of run.turns) {
    for (const [key, tool] of questionsOf(reply)) {
      const count = (counts.get(key) ?? 0) + 1;
      if (count >= limit) return `The model made the same ${tool} call ${count} times.`;
      counts.set(key, count);
    }
  }
  return undefined;
}

type Question = readonly [key: string, tool: string];

/** A reply's calls as texts to compare. A reply never changes, and every later step asks for it again. */
function questionsOf(reply: EventOf<"model_replied">): readonly Question[] {
  const known = questions.get(reply);
  if (known !== undefined) return known;
  const written = reply.calls.map(({ tool, input }): Question => [`${tool} ${canonicalJson(input)}`, tool]);
  questions.set(reply, written);
  return written;
}

const questions = new WeakMap<EventOf<"model_replied">, readonly Question[]>();

/** Stop reasons after which asking the same model again can not help. */
const finalStops = new Set(["guardrail_intervened", "content_filtered", "model_context_window_exceeded"]);

function hopeless(run: Run): Step | undefined {
  const last = lastTurn(run);
  if (last !== undefined && finalStops.has(last.reply.stopReason)) {
    return { do: "conclude", reason: `The model stopped with ${last.reply.stopReason}.` };
  }
  const idle = run.turns.slice(-idleTurnsAllowed);
  const allIdle = idle.every((turn) => callsOf(run, turn).every((call) => call.kind === "invalid"));
  return idle.length === idleTurnsAllowed && allIdle
    ? { do: "conclude", reason: `The model made no usable call in ${idleTurnsAllowed} replies.` }
    : undefined;
}

const refuse = (call: CallState, kind: RefusalKind, words: string): Step => ({ do: "refuse", call, kind, words });
