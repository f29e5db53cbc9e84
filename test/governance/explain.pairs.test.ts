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

describe("what would flip a decision", () => {
  it("of a standard change is named at the exact value where it turns, and nothing else is", async () => {
    const found = await flips(policies, "change", facts());
    const changes = Object.assign({}, ...found.map((flip) => flip.changes));
    expect(found.every((flip) => Object.keys(flip.changes).length === 1)).toBe(true);
    expect(changes).toEqual({
      mode: "approve_all",
      stopped: true,
      frozen: true,
      priceKnown: false,
      priceMicroUsd: 20_000_001,
      risk: 1,
      targets: 6,
      fleetSharePercent: 51,
      lastHealthy: true,
      managed: false,
      preconditionsHold: false,
      grounded: false,
      recentlyTried: true,
      evidence: 0,
      contradicted: true,
      dataClass: "personal",
    });
    for (const flip of found) {
      const expected = `${flip.decision.verdict} ${flip.decision.quorum}`;
      expect(await bar(facts(flip.changes))).toBe(expected);
    }
  });

  it("of one that asks is named downwards too: the most that would not ask", async () => {
    const found = await flips(policies, "change", facts({ targets: 9 }));
    expect(found).toContainEqual({
      changes: { targets: 5 },
      decision: expect.objectContaining({ verdict: "allow", quorum: 0 }),
    });
  });

  it("is also one more person to ask", async () => {
    const found = await flips(policies, "change", facts({ risk: 2 }));
    expect(found).toContainEqual({
      changes: { risk: 3 },
      decision: expect.objectContaining({ verdict: "ask", quorum: 2 }),
    });
  });

  it("of a text fact is named once, by a value that it can take", async () => {
    const found = await flips(policies, "change", facts({ mode: "observe" }));
    const modes = found.filter((flip) => "mode" in flip.changes);
    expect(modes.map((flip) => flip.changes)).toEqual([{ mode: "auto" }]);
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

describe("where two facts deny a call, each alone", () => {
  const twice = facts({ stopped: true, managed: false });

  it("no single fact flips the decision, and the pair that does is named", async () => {
    const found = await flips(policies, "change", twice);
    expect(found.map((flip) => flip.changes)).toContainEqual({ stopped: false, managed: true });
    const pairs = found.map(({ changes }) => Object.keys(changes).sort().join());
    expect(new Set(pairs).size).toBe(pairs.length);
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

describe("where only pairs of facts flip a decision", () => {
  it("names ten of them at most, numbers among them", async () => {
    const { schema } = await readPolicyText();
    const either =
      "context.stopped || context.frozen || !context.priceKnown || !context.reversible || context.lastHealthy || " +
      "!context.managed || !context.preconditionsHold || !context.grounded || context.recentlyTried || " +
      "context.contradicted || context.targets > 5 || context.evidence > 5";
    const text = `@id("x") permit (principal, action, resource) when { context.risk < 2 && (${either}) };`;
    const strange = await loadPolicies({ schema, files: [{ name: "x.cedar", text }] });
    const found = await flips(strange, "change", facts({ risk: 2 }));
    expect(found).toHaveLength(10);
    // The second of a pair is named at the value where it turns, the first by a value far enough.
    expect(found.map(({ changes }) => changes)).toContainEqual({ stopped: true, risk: 1 });
    expect(found.map(({ changes }) => changes)).toContainEqual({ risk: 0, targets: 6 });
    expect(found.every(({ decision }) => decision.verdict === "allow")).toBe(true);
  });

  it("finds nothing to change about a call with a fact that policy does not know", async () => {
    expect(await toRunAlone(policies, "change", facts({ mood: "good" }))).toBeUndefined();
  });
});
