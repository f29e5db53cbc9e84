import { beforeAll, describe, expect, it } from "vitest";
import type { Facts } from "../../src/domain/event.ts";
import { parseCases, runCases } from "../../src/governance/cases.ts";
import { decide } from "../../src/governance/decide.ts";
import { flips, toRunAlone } from "../../src/governance/explain.ts";
import { loadPolicies, type PolicySet } from "../../src/governance/policy.ts";
import { readPolicyText } from "../../src/local/files.ts";

const standard: Facts = {
  mode: "auto",
  environment: "production",
  stopped: false,
  frozen: false,
  approvals: 0,
  priceKnown: true,
  priceMicroUsd: 0,
  runMicroUsd: 0,
  dayMicroUsd: 0,
  service: "checkout",
  serviceMicroUsd: 0,
  risk: 0,
  reversible: true,
  commandClass: "none",
  targets: 1,
  fleetSharePercent: 25,
  lastHealthy: false,
  managed: true,
  preconditionsHold: true,
  grounded: true,
  recentlyTried: false,
  evidence: 2,
  contradicted: false,
  dataClass: "none",
};

let policies: PolicySet;
beforeAll(async () => {
  policies = await loadPolicies(await readPolicyText());
});

const named = (found: Awaited<ReturnType<typeof flips>>, fact: string) =>
  found.filter((flip) => Object.keys(flip.changes).join() === fact);

describe("what would flip a decision", () => {
  it("names the price at the very micro-dollar where a standard change begins to ask", async () => {
    const [flip] = named(await flips(policies, "change", standard), "priceMicroUsd");
    expect(flip?.changes).toEqual({ priceMicroUsd: 20_000_001 });
    expect(flip?.decision).toMatchObject({ verdict: "ask", quorum: 1 });
  });

  it("says that the kill switch alone would deny it", async () => {
    const [flip] = named(await flips(policies, "change", standard), "stopped");
    expect(flip?.decision.policies).toEqual(["kill-switch-stops-changes"]);
  });

  it("never names a change that leaves the decision as it is", async () => {
    const facts = { ...standard, risk: 2 };
    const now = await decide(policies, "change", facts);
    for (const flip of await flips(policies, "change", facts)) {
      const then = await decide(policies, "change", { ...facts, ...flip.changes });
      expect({ verdict: then.verdict, quorum: then.quorum }).not.toEqual({ verdict: now.verdict, quorum: now.quorum });
    }
  });

  it("lists the fewest facts that would let a call run alone, and no idle one", async () => {
    const facts = {
      ...standard,
      priceMicroUsd: 32_640_000,
      runMicroUsd: 32_640_000,
      grounded: false,
      reversible: false,
    };
    const alone = await toRunAlone(policies, "change", facts);
    expect(Object.keys(alone?.changes ?? {}).sort()).toEqual(["grounded", "priceMicroUsd"]);
  });

  it("says that nothing lets an ad hoc command run alone", async () => {
    const facts = { ...standard, commandClass: "read_only", risk: 1, grounded: false };
    expect(await toRunAlone(policies, "adhoc", facts)).toBeUndefined();
  });
});

describe("a table of policy cases", () => {
  it("fails a case that expects something else, and one whose policy did not decide", async () => {
    const table = {
      base: standard,
      cases: [
        { name: "wrong", kind: "change" as const, facts: {}, expect: "deny" as const, policies: [] },
        { name: "other policy", kind: "change" as const, facts: {}, expect: "allow" as const, policies: ["reads-run"] },
        { name: "right", kind: "change" as const, facts: {}, expect: "allow" as const, policies: [] },
      ],
    };
    expect((await runCases(policies, table)).map((result) => result.passed)).toEqual([false, false, true]);
  });

  it("refuses a table that is not one, naming the file", () => {
    expect(() => parseCases("x.yaml", "cases: 3")).toThrow(/x\.yaml/);
  });
});
