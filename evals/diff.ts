import { canonicalJson, type Entry } from "../src/domain/journal.ts";
import { allCalls, type CallState, type Run, replay } from "../src/domain/run.ts";
import { nameOf } from "./score.ts";

export type DecisionChange = {
  /** Entry and turn of the first place where the runs differ. */
  readonly where: string;
  readonly what: string;
  readonly before: string;
  readonly after: string;
};

/** Decisions of two runs of one incident, side by side; what agrees is left out. The first is where they part. */
export function diffDecisions(before: readonly Entry[], after: readonly Entry[]): readonly DecisionChange[] {
  const [old, now] = [runOf(before), runOf(after)];
  if (old === undefined || now === undefined) return [];
  const turns = Array.from({ length: Math.max(old.turns.length, now.turns.length) }, (_, index) =>
    turnChanges(old, now, index),
  ).flat();
  const outcome = change("the end", "outcome", outcomeOf(old), outcomeOf(now));
  return [...turns, ...outcome];
}

function turnChanges(old: Run, now: Run, index: number): readonly DecisionChange[] {
  const where = `turn ${index + 1}`;
  const calls = (run: Run) => (run.turns[index]?.callIds ?? []).flatMap((id) => run.calls[id] ?? []);
  const [was, is] = [calls(old), calls(now)];
  const asked = change(
    where,
    "calls",
    was.map(callWords).join("; ") || "no turn",
    is.map(callWords).join("; ") || "no turn",
  );
  const decided = Array.from({ length: Math.max(was.length, is.length) }, (_, at) =>
    change(`${where}, ${namesOf(was[at], is[at])}`, "decision", decisionWords(was[at]), decisionWords(is[at])),
  ).flat();
  const measured = change(where, "measured", verdictWords(old, index), verdictWords(now, index));
  return [...asked, ...decided, ...measured];
}

const namesOf = (was: CallState | undefined, is: CallState | undefined): string =>
  [...new Set([was, is].flatMap((call) => (call === undefined ? [] : [nameOf(call)])))].join(", now ");

const change = (where: string, what: string, before: string, after: string): readonly DecisionChange[] =>
  before === after ? [] : [{ where, what, before, after }];

const callWords = (call: CallState): string => `${call.tool} ${canonicalJson(call.input)}`;

function decisionWords(call: CallState | undefined): string {
  if (call === undefined || call.kind === "read") return "";
  const { assessed, decided, finished } = call;
  if (call.kind === "conclude") return finished?.refused === undefined ? "accepted" : "refused";
  const verdict = assessed?.decision.verdict;
  const words = { allow: "allowed", ask: `asks ${assessed?.decision.quorum}`, deny: "denied" };
  const policy =
    verdict === undefined ? "never decided" : `${words[verdict]} [${assessed?.decision.policies.join(", ")}]`;
  const why = assessed?.decision.reasons.length ? `: ${assessed.decision.reasons.join("; ")}` : "";
  const then = decided === undefined ? "" : `, ${decided.outcome}`;
  return `${policy}${why}${then}${finished?.refused === undefined ? "" : `, ${finished.refused}`}`;
}

const verdictWords = (run: Run, index: number): string =>
  (run.turns[index]?.verified ?? []).map((event) => event.verdict).join(", ");

const outcomeOf = (run: Run): string =>
  run.concluded === undefined ? "not concluded" : `${run.concluded.outcome}: ${run.concluded.reason}`;

const runOf = (entries: readonly Entry[]): Run | undefined => entries[0] && replay(entries[0].runId, entries);

/** Sequence number of the first entry whose bytes differ, or undefined. */
export function firstDifference(before: readonly Entry[], after: readonly Entry[]): number | undefined {
  const length = Math.max(before.length, after.length);
  const at = Array.from({ length }, (_, index) => index).find((index) => before[index]?.hash !== after[index]?.hash);
  return at === undefined ? undefined : at + 1;
}

/** Calls that change something, with what policy says of them: for people who ask what a policy would have done. */
export const changesOf = (entries: readonly Entry[]): readonly string[] => {
  const run = runOf(entries);
  return run === undefined
    ? []
    : allCalls(run)
        .filter((call) => call.kind === "change")
        .map((call) => `${nameOf(call)}: ${decisionWords(call)}`);
};
