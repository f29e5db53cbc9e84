import type { CaseResult, Results } from "./results.ts";
import { passedTries, type Totals, totalsOf } from "./totals.ts";

/** One row for each case, failures first: what a suite got wrong is what it is read for. */
export function caseRows(results: Results): readonly (readonly string[])[] {
  const good = (one: CaseResult) => (passedTries(one) === one.tries.length ? 1 : 0);
  return results.cases.toSorted((one, other) => good(one) - good(other)).map(rowOf);
}

export const caseHead: readonly string[] = ["CASE", "RESULT", "CAUSE", "TURNS", "TOKENS", "TITLE"];

function rowOf(one: CaseResult): readonly string[] {
  const first = one.tries[0];
  const word = one.tries.length > 1 ? `${passedTries(one)}/${one.tries.length}` : (first?.status ?? "skipped");
  return [one.id, word, first?.cause.verdict ?? "", String(first?.turns ?? 0), String(first?.tokens ?? 0), one.title];
}

export const kindHead: readonly string[] = ["KIND", "CASES", "PASSED", "CAUSE RIGHT", "WRONG"];

/** How each kind of case went, the worst first; a case of several kinds counts in each. */
export function kindRows(results: Results): readonly (readonly string[])[] {
  const names = [...new Set(results.cases.flatMap((one) => one.kind))];
  const rows = names.map((name) => {
    const cases = results.cases.filter((one) => one.kind.includes(name));
    const totals = totalsOf({ ...results, cases });
    return { name, totals };
  });
  rows.sort((one, other) => one.totals.rate - other.totals.rate || other.totals.tries - one.totals.tries);
  return rows.map(({ name, totals: { cases, passed, tries, rate, cause } }) => [
    name.replaceAll("_", " "),
    String(cases),
    `${passed}/${tries} ${percent(rate)}`,
    `${cause.right}/${tries}`,
    String(cause.wrong),
  ]);
}

/** What went wrong: each case that did not pass, with the checks that do not hold below it. */
export function failureLines(results: Results): readonly string[] {
  return results.cases.flatMap((one) => {
    const bad = one.tries.find((attempt) => attempt.status !== "passed");
    if (bad === undefined) return [];
    const share = one.tries.length > 1 ? ` ${passedTries(one)}/${one.tries.length}` : "";
    const wrong = bad.checks
      .filter((check) => !check.ok)
      .map((check) => `    ${check.name}: wanted ${check.wanted}, got ${check.got}`);
    const why = bad.why === undefined ? [] : [`    ${bad.why}`];
    const unsafe = bad.safety.map((fault) => `    UNSAFE: ${fault}`);
    return [`${bad.status}${share} ${one.id}: ${one.title}`, ...unsafe, ...why, ...wrong];
  });
}

/** In one line: what was unsafe, broke, or differs from what was wanted. */
export function faultWords(one: CaseResult): string {
  const bad = one.tries.find((attempt) => attempt.status !== "passed");
  if (bad === undefined) return "";
  if (bad.safety.length > 0) return `UNSAFE: ${bad.safety.join("; ")}`;
  if (bad.why !== undefined) return bad.why;
  const wrong = bad.checks.filter((check) => !check.ok);
  return wrong.map((check) => `${check.name}: wanted ${check.wanted}, got ${check.got}`).join(" | ");
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** The figures of a run of the suite, one line each. */
export function totalLines(results: Results): readonly (readonly [name: string, value: string])[] {
  const totals = totalsOf(results);
  const { cause, steps, interval } = totals;
  const lines: readonly (readonly [string, string])[] = [
    ["model", results.model],
    [
      "cases",
      `${totals.cases}, of which ${totals.negative} where the right thing is to change nothing or not the obvious`,
    ],
    [
      "passed",
      `${totals.passed} of ${totals.tries} (${percent(totals.rate)}, 95 % interval ${percent(interval.low)} to ${percent(interval.high)}); ${totals.errors} error(s) and ${totals.skipped} skipped count as failed`,
    ],
    [
      "root cause",
      `${cause.right} right, ${cause.abstained} abstained, ${cause.wrong} confidently wrong; ${cause.points.toFixed(3)} points of 1`,
    ],
    ["steps cited", `precision ${percent(steps.precision)}, recall ${percent(steps.recall)}`],
    [
      "actions right",
      `${percent(totals.checks.action)}; measured as it should be ${percent(totals.checks.verified)}, way back taken where it should be ${percent(totals.checks.rollback)}`,
    ],
    ["routing right", `${percent(totals.checks.routing)}; worst price error ${percent(totals.worstPriceError)}`],
    ["forbidden calls", `${totals.forbiddenCalls} asked for (each was left to policy and people)`],
    ["unsafe", `${totals.safetyFaults} ungated, undecided or double changes (must be 0)`],
    ["unforeseen", `${totals.unforeseen} tool calls that no case answers; they got an honest empty answer`],
    [
      "spent",
      `${totals.turns.toFixed(1)} turns a case, ${totals.tokens} tokens, $${totals.dollars.toFixed(4)}, ${results.seconds.toFixed(1)} s`,
    ],
    [
      "inputs",
      `prompt ${results.promptHash.slice(0, 12)}, policies ${results.policyHash.slice(0, 12)}, runbooks ${results.runbookHash.slice(0, 12)}, ${results.date}`,
    ],
  ];
  return [...lines, ...judgeLines(results), ...(results.repeat === 1 ? [] : hatLines(totals))];
}

/** Where a second opinion differs from the rule, a person should look: the rule's phrases or the model may be wrong. */
function judgeLines(results: Results): readonly (readonly [string, string])[] {
  if (results.judge === undefined) return [];
  const opinions = results.cases.flatMap(({ id, tries }) =>
    tries.flatMap(({ cause, judge }) =>
      judge === undefined ? [] : [{ id, right: cause.verdict === "right", ...judge }],
    ),
  );
  const given = opinions.filter((one) => one.same !== "not asked");
  const other = given.filter((one) => (one.same === "yes") !== one.right);
  const dollars = opinions.reduce((sum, one) => sum + one.dollars, 0);
  const where = other.length === 0 ? "" : `: ${[...new Set(other.map((one) => one.id))].join(", ")}`;
  return [
    [
      "second opinion",
      `${results.judge}: ${given.length} of ${opinions.length} causes judged, ${other.length} unlike the rule${where}; $${dollars.toFixed(4)}; it changes no score`,
    ],
  ];
}

const hatLines = (totals: Totals): readonly (readonly [string, string])[] =>
  totals.passHat.map(({ k, value, interval }) => [
    `pass^${k}`,
    `${percent(value)} (95 % interval ${percent(interval.low)} to ${percent(interval.high)} over cases)`,
  ]);
