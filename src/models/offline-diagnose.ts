import type { Check } from "./offline-checks.ts";
import type { Cause, Turn, Wish } from "./offline-conclude.ts";
import { resultFor } from "./offline-conclude.ts";
import type { SeenCall, ShownRunbook } from "./offline-read.ts";

/** What the best runbook says is the matter when the thing that it rules out is there, and all that it confirms is too. */
export function instead(runbook: ShownRunbook, calls: readonly SeenCall[]): readonly Cause[] {
  const confirmed = runbook.checks
    .filter((check) => check.wanted === "confirm")
    .every((check) => outcomeOf(check, calls) === true);
  const hits = runbook.checks.filter(
    (check) => check.wanted === "rule_out" && check.means !== "" && isThere(check, calls),
  );
  if (!confirmed || hits.length === 0) return [];
  // Two causes can hold at once.
  const cause = hits.map((hit) => `${foundBy(hit, calls)} ${hit.means}`).join(" ");
  return [{ cause, id: runbook.id, checks: hits }];
}

/** What the tool said, in its own line where the check looks for a text. */
function foundBy(hit: Check, calls: readonly SeenCall[]): string {
  const lines = resultFor(hit, calls)?.text.split("\n") ?? [];
  const line = lines.find((one) => hit.texts.some((text) => one.includes(text)));
  const [, found = hit.sentence] = /: (.*)$/.exec(hit.sentence) ?? [];
  return line === undefined ? `${found} is what was found.` : `${hit.tool} says "${line.trim().slice(0, 300)}".`;
}

function isThere(check: Check, calls: readonly SeenCall[]): boolean {
  const result = resultFor(check, calls);
  return result?.status === "success" && check.holds(result.text);
}

export function gather(open: readonly Check[], runbooks: readonly ShownRunbook[]): Turn {
  const wishes = new Map(
    open.map((check) => [`${check.tool} ${JSON.stringify(check.input)}`, { name: check.tool, input: wishFor(check) }]),
  );
  const names = runbooks.map((runbook) => `${runbook.id} (${runbook.title})`).join("; ");
  return {
    say: `Hypotheses to check: ${names}. I gather what they want confirmed or ruled out.`,
    calls: [...wishes.values()],
  };
}

/** A check is about now: a long window would only blur the newest value of a metric with a short period. */
const wishFor = ({ tool, input }: Check): Wish["input"] =>
  tool === "query_metrics" ? { ...input, minutes_before: 15 } : input;

export function verdictOf(runbook: ShownRunbook, calls: readonly SeenCall[]): "fits" | "fails" | "open" {
  if (runbook.checks.length === 0) return "fails";
  const results = runbook.checks.map((check) => outcomeOf(check, calls));
  if (results.includes(false)) return "fails";
  return results.includes(undefined) ? "open" : "fits";
}

/** A confirmation needs a good result; something is ruled out only where the tool did answer. */
function outcomeOf(check: Check, calls: readonly SeenCall[]): boolean | undefined {
  const result = resultFor(check, calls);
  if (result === undefined) return undefined;
  if (result.status === "error") return false;
  return check.holds(result.text) === (check.wanted === "confirm");
}

export const whyNot = (runbook: ShownRunbook, calls: readonly SeenCall[]): string => {
  const failed = runbook.checks.find((check) => outcomeOf(check, calls) === false);
  if (failed === undefined) return `${runbook.id} names no action for this.`;
  return `${runbook.id} does not apply: "${failed.sentence}" does not hold.`;
};
