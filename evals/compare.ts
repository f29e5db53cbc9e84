import { readFile } from "node:fs/promises";
import * as z from "zod";
import { HealerError } from "../src/domain/errors.ts";
import { faultWords } from "./report.ts";
import { type CaseResult, Results } from "./results.ts";
import { passedTries, totalsOf } from "./totals.ts";

/** `--json` prints totals beside the results; they are counted anew. */
const Printed = Results.extend({ totals: z.unknown().optional() }).transform(({ totals: _, ...results }) => results);

/** Rejects with `bad_input` when the file is no results file. */
export async function readResults(file: string): Promise<Results> {
  const text = await readFile(file, "utf8").catch((error: Error) => {
    throw bad(file, error.message);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw bad(file, String(error));
  }
  const parsed = Printed.safeParse(value);
  if (parsed.success) return parsed.data;
  throw bad(file, z.prettifyError(parsed.error).split("\n").slice(0, 4).join(" "));
}

export type Change = {
  readonly id: string;
  readonly change: "fixed" | "broken" | "new" | "gone" | "better" | "worse" | "differs";
  readonly before: string;
  readonly after: string;
};

/** What changed from one run of the suite to another, case by case; equal cases are left out. */
export function compareResults(before: Results, after: Results): readonly Change[] {
  const ids = [...new Set([...before.cases, ...after.cases].map((one) => one.id))].sort();
  return ids.flatMap((id) => {
    const old = before.cases.find((one) => one.id === id);
    const now = after.cases.find((one) => one.id === id);
    const change = kindOf(old, now);
    return change === undefined ? [] : [{ id, change, before: words(old), after: words(now) }];
  });
}

function kindOf(old: CaseResult | undefined, now: CaseResult | undefined): Change["change"] | undefined {
  if (old === undefined) return "new";
  if (now === undefined) return "gone";
  const [was, is] = [share(old), share(now)];
  if (was === is) return faultWords(old) === faultWords(now) ? undefined : "differs";
  if (is === 1) return "fixed";
  if (was === 1) return "broken";
  return is > was ? "better" : "worse";
}

const share = (one: CaseResult): number => passedTries(one) / one.tries.length;

function words(one: CaseResult | undefined): string {
  if (one === undefined) return "";
  return share(one) === 1 ? "passed" : `${passedTries(one)}/${one.tries.length} ${faultWords(one)}`;
}

/** A line for each case that changed, with what it was and is below it; cases that only one side has stand in one line. */
export function changeLines(changes: readonly Change[]): readonly string[] {
  if (changes.length === 0) return ["No case changed."];
  const only = (kind: "new" | "gone") => changes.filter((one) => one.change === kind).map((one) => one.id);
  const both = changes.filter((one) => one.change !== "new" && one.change !== "gone");
  return [
    ...both.flatMap((one) => [`${one.change.padEnd(7)} ${one.id}`, `    - ${one.before}`, `    + ${one.after}`]),
    ...(["new", "gone"] as const).flatMap((kind) =>
      only(kind).length === 0 ? [] : [`${kind.padEnd(7)} ${only(kind).length}: ${only(kind).join(", ")}`],
    ),
  ];
}

/** Both runs in one line. */
export function compareLine(before: Results, after: Results): string {
  const [old, now] = [totalsOf(before), totalsOf(after)];
  return `${before.model}: ${old.passed}/${old.tries} → ${after.model}: ${now.passed}/${now.tries}; unsafe ${old.safetyFaults} → ${now.safetyFaults}; tokens ${old.tokens} → ${now.tokens}; $${old.dollars.toFixed(4)} → $${now.dollars.toFixed(4)}`;
}

const bad = (file: string, why: string): HealerError =>
  new HealerError("bad_input", `${file}: ${why}`, { hint: "Name a file that `healer eval --json` wrote." });
