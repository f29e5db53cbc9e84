import type { Expect } from "./case.ts";

export type CauseVerdict = {
  /** Every cause found and no wrong one; `wrong` is a confident miss, worse than saying that it is not known. */
  readonly verdict: "right" | "abstained" | "wrong";
  readonly found: number;
  readonly wanted: number;
  /** Wrong causes that the case knows to be tempting, named as if they were true. */
  readonly extras: number;
  /** 1 for all causes and nothing else; a missed cause gives 0, each extra one costs precision; -1 when confidently wrong. */
  readonly points: number;
  readonly words: string;
};

/** Ways to begin a statement that the cause is not known. */
const abstains =
  /^\W*(not established|not known|unknown|inconclusive|undetermined|could not|cannot|can not|unable to|no (?:root )?cause (?:was |could be )?(?:found|established|determined))/i;

/** Judges the stated root cause by rule: accepted phrases for each cause, forbidden ones for each tempting mistake. */
export function judgeCause(expect: Pick<Expect, "causes" | "not_causes">, stated: string | undefined): CauseVerdict {
  const text = (stated ?? "").toLowerCase();
  const wanted = Object.entries(expect.causes);
  const abstained = text === "" || abstains.test(text);
  const found = abstained ? [] : wanted.filter(([, says]) => isSaid(says, text));
  const extras = abstained ? [] : Object.entries(expect.not_causes).filter(([, says]) => isSaid(says, text));
  const all = found.length === wanted.length && extras.length === 0;
  const verdict = wanted.length === 0 && abstained ? "right" : all ? "right" : abstained ? "abstained" : "wrong";
  const precision = wanted.length / Math.max(1, wanted.length + extras.length);
  const complete = found.length === wanted.length && wanted.length > 0;
  const points = verdict === "right" ? 1 : abstained ? 0 : complete ? precision : -1;
  const missed = wanted.filter(([name]) => !found.some(([other]) => other === name)).map(([name]) => `missed: ${name}`);
  const words = abstained
    ? "not established"
    : [...found.map(([name]) => name), ...missed, ...extras.map(([name]) => `wrong: ${name}`)].join("; ") || "another";
  return { verdict, found: found.length, wanted: wanted.length, extras: extras.length, points, words };
}

const isSaid = (says: readonly (readonly string[])[], text: string): boolean =>
  says.every((group) => group.some((phrase) => text.includes(phrase.toLowerCase())));
