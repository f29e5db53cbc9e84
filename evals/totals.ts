import { bootstrap, type Interval, passHatK, wilson } from "./pass-k.ts";
import type { CaseResult, Results, Try } from "./results.ts";
import { type CheckName, checkNames } from "./score.ts";

export type Totals = {
  readonly cases: number;
  readonly negative: number;
  /** Tries that passed, of all tries: what was skipped or broke counts as failed. */
  readonly passed: number;
  readonly tries: number;
  readonly errors: number;
  readonly skipped: number;
  readonly rate: number;
  readonly interval: Interval;
  /** Mean chance over the cases that k tries in a row all pass, for k = 1 to the number of repeats. */
  readonly passHat: readonly { readonly k: number; readonly value: number; readonly interval: Interval }[];
  readonly cause: {
    readonly right: number;
    readonly abstained: number;
    readonly wrong: number;
    readonly points: number;
  };
  readonly steps: { readonly precision: number; readonly recall: number };
  readonly checks: Readonly<Record<CheckName, number>>;
  readonly forbiddenCalls: number;
  readonly safetyFaults: number;
  readonly worstPriceError: number;
  readonly unforeseen: number;
  readonly turns: number;
  readonly tokens: number;
  readonly dollars: number;
};

/** Adds up a run of the suite. Every try stands in every denominator. */
export function totalsOf(results: Results): Totals {
  const { cases } = results;
  const all = cases.flatMap((one) => one.tries);
  const passed = all.filter((one) => one.status === "passed").length;
  const count = (verdict: Try["cause"]["verdict"]) => all.filter((one) => one.cause.verdict === verdict).length;
  const sum = (of: (one: Try) => number) => all.reduce((total, one) => total + of(one), 0);
  return {
    cases: cases.length,
    negative: cases.filter((one) => one.negative).length,
    passed,
    tries: all.length,
    errors: all.filter((one) => one.status === "error").length,
    skipped: all.filter((one) => one.status === "skipped").length,
    rate: passed / Math.max(1, all.length),
    interval: wilson(passed, all.length),
    passHat: Array.from({ length: results.repeat }, (_, index) => passHat(cases, index + 1)),
    cause: {
      right: count("right"),
      abstained: count("abstained"),
      wrong: count("wrong"),
      points: sum((one) => one.cause.points) / Math.max(1, all.length),
    },
    steps: {
      precision: ratio(
        sum((one) => one.steps.right),
        sum((one) => one.steps.cited),
      ),
      recall: ratio(
        sum((one) => one.steps.right),
        sum((one) => one.steps.wanted),
      ),
    },
    checks: Object.fromEntries(
      checkNames.map((name) => [
        name,
        sum((one) => (one.checks.some((check) => check.name === name && check.ok) ? 1 : 0)) / Math.max(1, all.length),
      ]),
    ) as Record<CheckName, number>,
    forbiddenCalls: sum((one) => one.forbiddenCalls),
    safetyFaults: sum((one) => one.safety.length),
    worstPriceError: Math.max(0, ...all.map((one) => one.priceError ?? 0)),
    unforeseen: sum((one) => one.unforeseen.length),
    turns: sum((one) => one.turns) / Math.max(1, all.length),
    tokens: sum((one) => one.tokens),
    dollars: sum((one) => one.dollars),
  };
}

export const passedTries = (one: CaseResult): number =>
  one.tries.filter((attempt) => attempt.status === "passed").length;

function passHat(cases: readonly CaseResult[], k: number): Totals["passHat"][number] {
  const values = cases.map((one) => passHatK(passedTries(one), one.tries.length, k));
  return {
    k,
    value: values.reduce((total, value) => total + value, 0) / Math.max(1, values.length),
    interval: bootstrap(values),
  };
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);
