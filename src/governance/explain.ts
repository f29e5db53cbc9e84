import type { Decision, Facts } from "../domain/event.ts";
import type { Assessment } from "../domain/tool.ts";
import { decide } from "./decide.ts";
import { factTable } from "./facts.ts";
import type { PolicySet } from "./policy.ts";

/** A smallest change of facts that would have led to another decision. */
export type Flip = { readonly changes: Readonly<Record<string, Facts[string]>>; readonly decision: Decision };

/** Values that a text fact can take, besides the one it has. */
const texts: Readonly<Record<string, readonly string[]>> = {
  mode: ["auto", "approve_all", "suggest", "observe"],
  commandClass: ["none", "read_only", "reversible", "risky", "destructive"],
  dataClass: ["none", "internal", "personal", "secret"],
};

/** Facts that are wiring rather than findings: another value would be another question. */
const fixed = new Set(["approvals", "environment", "service", "modeFrom"]);

/** Largest value that a search for a numeric boundary looks at. */
const farAway = 1e12;

/**
 * The nearest changes that flip a decision: every single fact that alone does it, and where none does, every pair. Numbers
 * are named at the exact value where the decision turns.
 */
export async function flips(policies: PolicySet, kind: Assessment["kind"], facts: Facts): Promise<readonly Flip[]> {
  const now = await decide(policies, kind, facts);
  const ask = async (changes: Flip["changes"]): Promise<Flip | undefined> => {
    const decision = await decide(policies, kind, { ...facts, ...changes });
    return isSame(decision, now) ? undefined : { changes, decision };
  };
  const names = Object.keys(facts).filter((name) => !fixed.has(name));
  const single = await Promise.all(names.map((name) => flipsOf(name, facts, ask)));
  if (single.some((found) => found.length > 0)) return single.flat();
  const pairs: Flip[] = [];
  for (const [at, first] of names.entries()) {
    for (const second of names.slice(at + 1)) {
      for (const value of valuesOf(first, facts)) {
        const with2nd = (changes: Flip["changes"]) => ask({ [first]: value, ...changes });
        pairs.push(...(await flipsOf(second, facts, with2nd)));
      }
    }
  }
  return pairs.slice(0, 10);
}

/**
 * Fewest facts that would have to be otherwise for the call to run without a person, or undefined where no facts would
 * do. Starts from every fact that stands in the way and drops those that do not matter.
 */
export async function toRunAlone(
  policies: PolicySet,
  kind: Assessment["kind"],
  facts: Facts,
): Promise<Flip | undefined> {
  const allows = async (changes: Flip["changes"]) => {
    const decision = await decide(policies, kind, { ...facts, ...changes });
    return decision.verdict === "allow" ? { changes, decision } : undefined;
  };
  const inTheWay = Object.entries(facts).filter(
    ([name, value]) => factTable[name]?.says(value as never, facts) !== undefined,
  );
  let changes: Flip["changes"] = Object.fromEntries(inTheWay.map(([name, value]) => [name, harmless(name, value)]));
  let flip = await allows(changes);
  for (const name of Object.keys(changes)) {
    const { [name]: _, ...fewer } = changes;
    const without = await allows(fewer);
    if (without !== undefined) [changes, flip] = [fewer, without];
  }
  return flip;
}

function harmless(name: string, value: Facts[string]): Facts[string] {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return name === "evidence" ? 1 : 0;
  return name === "mode" ? "auto" : "none";
}

type Ask = (changes: Flip["changes"]) => Promise<Flip | undefined>;

async function flipsOf(name: string, facts: Facts, ask: Ask): Promise<readonly Flip[]> {
  const value = facts[name];
  if (typeof value === "number") return numberFlips(name, value, ask);
  const found = await Promise.all(valuesOf(name, facts).map((other) => ask({ [name]: other })));
  return found.filter((flip) => flip !== undefined).slice(0, 1);
}

function valuesOf(name: string, facts: Facts): readonly Facts[string][] {
  const value = facts[name];
  if (typeof value === "boolean") return [!value];
  if (typeof value === "number") return value === 0 ? [farAway] : [0];
  return (texts[name] ?? []).filter((other) => other !== value);
}

/** Looks down to zero and up to far away; where an end differs, halves the way to the value at which it turns. */
async function numberFlips(name: string, value: number, ask: Ask): Promise<readonly Flip[]> {
  const found: Flip[] = [];
  for (const end of [0, farAway]) {
    const flip = end === value ? undefined : await ask({ [name]: end });
    if (flip !== undefined) found.push(await boundary(name, value, end, flip, ask));
  }
  return found;
}

async function boundary(name: string, from: number, end: number, last: Flip, ask: Ask): Promise<Flip> {
  let [same, other, flip] = [from, end, last];
  while (Math.abs(other - same) > 1) {
    const middle = Math.trunc((same + other) / 2);
    const tried = await ask({ [name]: middle });
    if (tried === undefined) same = middle;
    else [other, flip] = [middle, tried];
  }
  return flip;
}

const isSame = (a: Decision, b: Decision): boolean => a.verdict === b.verdict && a.quorum === b.quorum;
