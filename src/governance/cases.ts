import { parse as parseYaml } from "yaml";
import * as z from "zod";
import { HealerError } from "../domain/errors.ts";
import { Facts } from "../domain/event.ts";
import { decide } from "./decide.ts";
import type { PolicySet } from "./policy.ts";

/** A table of policy cases: facts that differ from the base, and the decision that they must lead to. */
export const PolicyCases = z.strictObject({
  base: Facts,
  cases: z.array(
    z.strictObject({
      name: z.string(),
      kind: z.enum(["read", "change", "adhoc"]).default("change"),
      facts: Facts.default({}),
      expect: z.enum(["allow", "ask 1", "ask 2", "deny"]),
      /** Policies that must be among those that decided. */
      policies: z.array(z.string()).default([]),
    }),
  ),
});

export type CaseResult = {
  readonly name: string;
  readonly expected: string;
  readonly got: string;
  readonly passed: boolean;
};

export function parseCases(file: string, text: string): z.infer<typeof PolicyCases> {
  const parsed = PolicyCases.safeParse(readYaml(file, text));
  if (parsed.success) return parsed.data;
  throw badCases(file, z.prettifyError(parsed.error).split("\n").slice(0, 3).join(" "));
}

function readYaml(file: string, text: string): unknown {
  try {
    // No aliases: a few bytes of them expand to gigabytes.
    return parseYaml(text, { maxAliasCount: 0 });
  } catch (error) {
    throw badCases(file, error instanceof Error ? error.message : String(error));
  }
}

const badCases = (file: string, why: string): HealerError =>
  new HealerError("bad_policy", `${file}: ${why}`, { hint: "A case needs a name and an expectation." });

export async function runCases(
  policies: PolicySet,
  { base, cases }: z.infer<typeof PolicyCases>,
): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  for (const { name, kind, facts, expect, policies: wanted } of cases) {
    const decision = await decide(policies, kind, { ...base, ...facts });
    const verdict = decision.verdict === "ask" ? `ask ${decision.quorum}` : decision.verdict;
    const missing = wanted.filter((id) => !decision.policies.includes(id));
    const got = missing.length === 0 ? verdict : `${verdict} without ${missing.join(", ")}`;
    results.push({ name, expected: expect, got, passed: verdict === expect && missing.length === 0 });
  }
  return results;
}
