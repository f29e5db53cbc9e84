import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { Decision, Facts } from "../../src/domain/event.ts";
import { decide } from "../../src/governance/decide.ts";
import { factsOf } from "../../src/governance/facts.ts";
import { loadPolicies, type Policies, type PolicySet } from "../../src/governance/policy.ts";
import { readPolicyText } from "../../src/local/files.ts";
import { assessmentOf, bar, type Case, cases, classes, modes, risks, standard } from "./cases.ts";

let policies: PolicySet;
beforeAll(async () => {
  policies = await loadPolicies(await readPolicyText());
});

const decided = (one: Case): Promise<Decision> => decide(policies, one.kind, factsOf(assessmentOf(one), one.around));

describe("a standard change", () => {
  test("runs alone, and says which policy let it", async () => {
    expect(await decided(standard)).toEqual({
      verdict: "allow",
      quorum: 0,
      policies: ["standard-change-runs-alone"],
      reasons: [],
    });
  });

  test.each([
    ["medium risk", { risk: "medium" }, 1, "its risk is medium"],
    ["critical risk", { risk: "critical" }, 2, "its risk is critical"],
    ["exactly the ceiling", { price: 20_000_000 }, 0, undefined],
    ["one micro-dollar more", { price: 20_000_001 }, 1, "it costs $20.00"],
    ["an unknown price", { price: undefined }, 1, "its price is unknown"],
    ["no runbook behind it", { around: { ...standard.around, grounded: false } }, 1, "no cited runbook step"],
    [
      "the run's ceiling passed",
      { price: 5_000_001, around: { ...standard.around, runMicroUsd: 15_000_000 } },
      1,
      "this run's changes",
    ],
    [
      "the day's ceiling passed",
      { price: 5_000_001, around: { ...standard.around, dayMicroUsd: 15_000_000 } },
      1,
      "today's changes",
    ],
    ["six targets", { targets: 6 }, 1, "6 targets"],
    ["more than half of the fleet", { share: 50.2 }, 1, "51 % of the fleet"],
    ["an unknown fleet", { share: null }, 1, "100 % of the fleet"],
    ["the last healthy member", { lastHealthy: true }, 1, "last healthy"],
    ["a freeze", { around: { ...standard.around, frozen: true } }, 1, "freeze"],
    ["a try a short while ago", { around: { ...standard.around, recentlyTried: true } }, 1, "a short while ago"],
    ["suggest mode", { around: { ...standard.around, mode: "suggest" } }, 1, "mode is suggest"],
    ["observe mode", { around: { ...standard.around, mode: "observe" } }, 3, "mode is observe"],
    ["the kill switch", { around: { ...standard.around, stopped: true } }, 3, "kill switch"],
    ["a target that is not opted in", { managed: false }, 3, "opt-in tag"],
    ["a broken precondition", { failed: 1 }, 3, "precondition"],
  ] as const)("with %s needs its bar and says why", async (_, change, height, words) => {
    const decision = await decided({ ...standard, ...change } as Case);
    expect(bar(decision)).toBe(height);
    expect(decision.reasons.join("; ")).toContain(words ?? "");
    if (words === undefined) expect(decision.reasons).toEqual([]);
  });

  test("as an ad hoc command never runs alone, and a destructive one never at all", async () => {
    for (const commandClass of classes) {
      const height = bar(await decided({ ...standard, kind: "adhoc", commandClass }));
      expect(height).toBe(commandClass === "destructive" ? 3 : 1);
    }
  });
});

/** Each makes a case worse in one way, or leaves it as it is where it can not get worse. */
const worse: Readonly<Record<string, (one: Case, by: number) => Case>> = {
  risk: (one, by) => ({ ...one, risk: later(risks, one.risk, by) }),
  price: (one, by) => ({ ...one, price: one.price === undefined ? undefined : one.price + by * 3_000_000 }),
  "unknown price": (one) => ({ ...one, price: undefined }),
  "money of the run": (one, by) => around(one, { runMicroUsd: one.around.runMicroUsd + by * 3_000_000 }),
  "money of the day": (one, by) => around(one, { dayMicroUsd: one.around.dayMicroUsd + by * 3_000_000 }),
  targets: (one, by) => ({ ...one, targets: one.targets + by }),
  share: (one, by) => ({ ...one, share: one.share === null ? null : Math.min(100, one.share + 10 * by) }),
  "unknown share": (one) => ({ ...one, share: null }),
  "last healthy": (one) => ({ ...one, lastHealthy: true }),
  "not managed": (one) => ({ ...one, managed: false }),
  preconditions: (one, by) => ({ ...one, failed: one.failed + by }),
  stopped: (one) => around(one, { stopped: true }),
  frozen: (one) => around(one, { frozen: true }),
  ungrounded: (one) => around(one, { grounded: false }),
  "tried before": (one) => around(one, { recentlyTried: true }),
  "less evidence": (one, by) => around(one, { evidence: Math.max(0, one.around.evidence - by) }),
  contradicted: (one) => around(one, { contradicted: true }),
  mode: (one, by) => around(one, { mode: later(modes, one.around.mode, by) }),
  "command class": (one, by) => ({ ...one, commandClass: later(classes, one.commandClass, by) }),
};

function around(one: Case, change: Partial<Case["around"]>): Case {
  return { ...one, around: { ...one.around, ...change } };
}

const later = <Value>(order: readonly Value[], value: Value, by: number): Value =>
  order[Math.min(order.length - 1, order.indexOf(value) + by)] as Value;

describe("nothing that makes a change worse lowers the bar:", () => {
  test.each(Object.entries(worse))("%s", async (_, worsen) => {
    await fc.assert(
      fc.asyncProperty(cases, fc.integer({ min: 1, max: 4 }), async (one, by) => {
        expect(bar(await decided(worsen(one, by)))).toBeGreaterThanOrEqual(bar(await decided(one)));
      }),
    );
  });
});

describe("policy fails closed", () => {
  const facts = factsOf(assessmentOf(standard), standard.around);
  const names = Object.keys(facts).filter((name) => name !== "approvals");

  test.each(names)("without the fact %s", async (name) => {
    const { [name]: _, ...rest } = facts;
    const decision = await decide(policies, "change", rest);
    expect(decision).toMatchObject({ verdict: "deny", quorum: 0 });
    expect(decision.reasons[0]).toMatch(/policy/);
  });

  test.each(names)("when %s is of another kind", async (name) => {
    const other = typeof facts[name] === "string" ? 7 : "yes";
    expect((await decide(policies, "change", { ...facts, [name]: other })).verdict).toBe("deny");
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 0.5, 1e300])("when an amount is %s", async (amount) => {
    for (const name of ["priceMicroUsd", "runMicroUsd", "dayMicroUsd", "risk", "targets", "fleetSharePercent"]) {
      expect((await decide(policies, "change", { ...facts, [name]: amount })).verdict, name).toBe("deny");
    }
  });

  test("when somebody adds a fact that policy does not know", async () => {
    expect((await decide(policies, "change", { ...facts, approved: true })).verdict).toBe("deny");
  });

  test("when a model's approvals are among the facts: only the number that is asked with counts", async () => {
    const claimed: Facts = { ...factsOf(assessmentOf({ ...standard, risk: "high" }), standard.around), approvals: 2 };
    expect(await decide(policies, "change", claimed)).toMatchObject({ verdict: "ask", quorum: 1 });
  });

  test("when a policy fails while it is evaluated", async () => {
    const { schema, files } = await readPolicyText();
    const overflow = `@id("overflows") permit (principal, action == Healer::Action::"change", resource) when { context.dayMicroUsd * 4611686018427387904 > 0 };`;
    const broken = await loadPolicies({ schema, files: [...files, { name: "99.cedar", text: overflow }] });
    const rich = factsOf(assessmentOf(standard), { ...standard.around, dayMicroUsd: 5 });
    const decision = await decide(broken, "change", rich);
    expect(decision.verdict).toBe("deny");
    expect(decision.reasons[0]).toMatch(/policy failed/);
  });

  test("for an action that no policy speaks of", async () => {
    expect((await decide(policies, "destroy" as never, facts)).verdict).toBe("deny");
  });
});

describe("a decision", () => {
  const facts = factsOf(assessmentOf({ ...standard, managed: false }), { ...standard.around, stopped: true });

  test("that denies names every policy that forbids, in order, and all that stands in the way", async () => {
    const { policies: ids, ...decision } = await decide(policies, "change", facts);
    expect(decision).toEqual({
      verdict: "deny",
      quorum: 0,
      reasons: ["the kill switch is on", "a target does not carry the opt-in tag"],
    });
    expect(ids.length).toBeGreaterThan(1);
    expect(ids).toEqual([...ids].sort());
    expect(ids).toContain("kill-switch-stops-changes");
  });

  test("that allows gives no reason why not, whatever would stand in the way of a change", async () => {
    expect(await decide(policies, "read", facts)).toEqual({
      verdict: "allow",
      quorum: 0,
      policies: ["reads-run"],
      reasons: [],
    });
  });

  test("that the engine could not make names no policy", async () => {
    const broken = await decide(policies, "change", { ...facts, risk: "high" });
    expect(broken).toMatchObject({ verdict: "deny", policies: [] });
    expect(broken.reasons).toEqual([expect.stringMatching(/^policy could not be evaluated: ./)]);
  });
});

test("reading never needs a person, also when everything is stopped", async () => {
  const facts = factsOf(assessmentOf(standard), { ...standard.around, stopped: true, mode: "observe" });
  expect(await decide(policies, "read", facts)).toMatchObject({ verdict: "allow", policies: ["reads-run"] });
});

describe("an answer that was given before", () => {
  const asked = async (to: Policies, one: Case) => decide(to, one.kind, factsOf(assessmentOf(one), one.around));

  test("is the one that the engine would give afresh, in whatever order cases come", async () => {
    const { hash, handle, text } = policies;
    await fc.assert(
      fc.asyncProperty(fc.array(cases, { minLength: 2, maxLength: 12 }), async (some) => {
        const remembering: Policies = { hash, handle, text };
        for (const one of [...some, ...some.toReversed()]) {
          expect(await asked(remembering, one)).toEqual(await asked({ hash, handle, text }, one));
        }
      }),
      { numRuns: 15 },
    );
  });

  test("can not be changed by whoever was given it", async () => {
    const first = await decided(standard);
    first.policies.push("mine");
    first.verdict = "deny";
    expect(await decided(standard)).toMatchObject({ verdict: "allow", policies: ["standard-change-runs-alone"] });
  });

  test("is not kept where the engine failed: it may have failed for that once", async () => {
    const later = { ...policies, handle: "not loaded yet" };
    expect(await asked(later, standard)).toMatchObject({ verdict: "deny" });
    Object.assign(later, { handle: policies.handle });
    expect(await asked(later, standard)).toMatchObject({ verdict: "allow" });
  });
});
