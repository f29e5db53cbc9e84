import { beforeAll, describe, expect, it } from "vitest";
import type { Facts } from "../../src/domain/event.ts";
import { decide } from "../../src/governance/decide.ts";
import { flips, toRunAlone } from "../../src/governance/explain.ts";
import { factsOf } from "../../src/governance/facts.ts";
import { loadPolicies, type PolicySet } from "../../src/governance/policy.ts";
import { readPolicyText } from "../../src/local/files.ts";
import { assessmentOf, standard } from "./cases.ts";

let policies: PolicySet;
beforeAll(async () => {
  policies = await loadPolicies(await readPolicyText());
});

const facts = (change: Facts = {}): Facts => ({ ...factsOf(assessmentOf(standard), standard.around), ...change });
const bar = async (some: Facts): Promise<string> => {
  const { verdict, quorum } = await decide(policies, "change", some);
  return `${verdict} ${quorum}`;
};

describe("where two facts deny a call, each alone", () => {
  const twice = facts({ stopped: true, managed: false });

  it("no single fact flips the decision, and the pair that does is named", async () => {
    const found = await flips(policies, "change", twice);
    expect(found.map((flip) => flip.changes)).toContainEqual({ stopped: false, managed: true });
    expect(found.length).toBeLessThanOrEqual(10);
    for (const { changes, decision } of found) {
      expect(Object.keys(changes)).toHaveLength(2);
      expect(await bar({ ...twice, ...changes })).toBe(`${decision.verdict} ${decision.quorum}`);
      expect(await bar({ ...twice, ...changes })).not.toBe(await bar(twice));
    }
  });

  it("both stand in the way of running alone", async () => {
    const alone = await toRunAlone(policies, "change", twice);
    expect(alone?.changes).toEqual({ stopped: false, managed: true });
    expect(alone?.decision).toMatchObject({ verdict: "allow", policies: ["standard-change-runs-alone"] });
  });
});

describe("what would flip a decision", () => {
  it("is never the environment, the service or the number of approvals: those would be other questions", async () => {
    for (const some of [facts(), facts({ risk: 2 })]) {
      const named = (await flips(policies, "change", some)).flatMap((flip) => Object.keys(flip.changes));
      expect(named.length).toBeGreaterThan(0);
      expect(named.filter((name) => ["approvals", "environment", "service"].includes(name))).toEqual([]);
    }
  });

  it.each([
    ["priceMicroUsd", { priceMicroUsd: 32_640_000, runMicroUsd: 0, dayMicroUsd: 0 }, 20_000_000, "allow 0"],
    ["targets", {}, 6, "ask 1"],
    ["targets", { targets: 9 }, 5, "allow 0"],
    ["fleetSharePercent", {}, 51, "ask 1"],
    ["evidence", {}, 0, "ask 1"],
    ["evidence", { evidence: 0 }, 1, "allow 0"],
    ["risk", {}, 1, "ask 1"],
  ] as const)("names %s at the exact value where it turns: %j", async (name, change, value, expected) => {
    const some = facts(change);
    const flip = (await flips(policies, "change", some)).find((one) => name in one.changes);
    expect(flip?.changes).toEqual({ [name]: value });
    expect(`${flip?.decision.verdict} ${flip?.decision.quorum}`).toBe(expected);
    expect(await bar({ ...some, [name]: value })).toBe(expected);
  });

  it("of a text fact is named once, by a value that it can take", async () => {
    const found = await flips(policies, "change", facts({ mode: "observe" }));
    const modes = found.filter((flip) => "mode" in flip.changes);
    expect(modes).toHaveLength(1);
    expect(modes[0]?.changes).toEqual({ mode: "auto" });
  });
});

describe("what would let a call run alone", () => {
  it.each([
    ["mode", "approve_all", "auto"],
    ["frozen", true, false],
    ["priceKnown", false, true],
    ["evidence", 0, 1],
    ["targets", 6, 0],
    ["risk", 2, 0],
    ["dataClass", "secret", "none"],
  ] as const)("is another %s than %s", async (name, value, harmless) => {
    const alone = await toRunAlone(policies, "change", facts({ [name]: value }));
    expect(alone?.changes).toEqual({ [name]: harmless });
  });

  it("is nothing for a call that does already", async () => {
    expect((await toRunAlone(policies, "change", facts()))?.changes).toEqual({});
  });
});
