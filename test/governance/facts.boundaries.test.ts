import { describe, expect, it } from "vitest";
import type { Facts } from "../../src/domain/event.ts";
import { factsOf, factTable, obstacles } from "../../src/governance/facts.ts";
import { assessmentOf, standard } from "./cases.ts";

const facts = (change: Facts = {}): Facts => ({ ...factsOf(assessmentOf(standard), standard.around), ...change });

/** A fact, the first value that stands in the way, what the card says of it, and the last value that does not. */
const bounds: readonly (readonly [string, Facts[string], string, Facts[string]])[] = [
  ["mode", "suggest", "mode is suggest", "auto"],
  ["stopped", true, "the kill switch is on", false],
  ["frozen", true, "a change freeze is on", false],
  ["priceKnown", false, "its price is unknown", true],
  ["priceMicroUsd", 20_010_000, "it costs $20.01, over the $20.00 ceiling", 20_000_000],
  ["risk", 1, "its risk is medium", 0],
  ["risk", 2, "its risk is high", 0],
  ["risk", 3, "its risk is critical", 0],
  ["risk", 4, "its risk is 4", 0],
  ["commandClass", "read_only", "it is an ad hoc command (read only)", "none"],
  ["targets", 6, "it has 6 targets, more than 5", 5],
  ["fleetSharePercent", 51, "it touches 51 % of the fleet, more than 50 %", 50],
  ["lastHealthy", true, "a target is the last healthy member of its group", false],
  ["managed", false, "a target does not carry the opt-in tag", true],
  ["preconditionsHold", false, "a precondition of the runbook does not hold", true],
  ["grounded", false, "no cited runbook step backs it", true],
  ["evidence", 0, "no finding of this run supports its cause", 1],
  ["contradicted", true, "a finding speaks against its cause", false],
  ["dataClass", "personal", "a target holds personal data", "internal"],
  ["dataClass", "secret", "a target holds secret data", "unknown"],
  ["recentlyTried", true, "the same action was tried on the same target a short while ago", false],
];

describe("what stands in the way of running alone", () => {
  it.each(bounds)("%s at %s: %s", (name, value, words, harmless) => {
    expect(obstacles(facts({ [name]: value }))).toEqual([words]);
    expect(obstacles(facts({ [name]: harmless }))).toEqual([]);
  });

  it.each([
    ["runMicroUsd", "this run's changes come to $20.01, over the $20.00 ceiling"],
    ["dayMicroUsd", "today's changes come to $20.01, over the $20.00 ceiling"],
    ["serviceMicroUsd", "today's changes of this service come to $20.01, over the $20.00 ceiling"],
  ])("%s over the ceiling, for a change that adds to it or whose price nobody knows", (name, words) => {
    const over = { [name]: 20_010_000 };
    expect(obstacles(facts({ ...over, priceMicroUsd: 1 }))).toEqual([words]);
    expect(obstacles(facts({ ...over, priceKnown: false }))).toEqual(["its price is unknown", words]);
    expect(obstacles(facts(over))).toEqual([]);
    expect(obstacles(facts({ [name]: 20_000_000, priceMicroUsd: 1 }))).toEqual([]);
  });

  it.each(["environment", "service", "approvals", "reversible"])("never is %s", (name) => {
    for (const value of ["x", 7, true, false]) expect(obstacles(facts({ [name]: value }))).toEqual([]);
  });
});

it("every fact has a unit that a reader of a policy needs", () => {
  expect(Object.values(factTable).map(({ unit }) => unit)).not.toContain("");
});

describe("what an assessment leaves open", () => {
  const { plan: _, commandClass: __, dataClass: ___, ...bare } = assessmentOf(standard);
  const found = () => factsOf({ ...bare, fleetSharePercent: null }, standard.around);

  it.each([
    ["fleetSharePercent", 100],
    ["dataClass", "unknown"],
    ["commandClass", "none"],
    ["targets", 0],
  ])("leaves %s at %s", (name, value) => {
    expect(found()[name]).toBe(value);
  });

  it("still gives each level of risk a number of its own", () => {
    const levels = (["low", "medium", "high", "critical"] as const).map(
      (risk) => factsOf(assessmentOf({ ...standard, risk }), standard.around)["risk"],
    );
    expect(levels).toEqual([0, 1, 2, 3]);
  });
});

it("what is known around a call reaches policy as it is, with the price of the call in each total", () => {
  const around = {
    ...standard.around,
    approvals: 1,
    stopped: true,
    frozen: true,
    recentlyTried: true,
    contradicted: true,
    evidence: 4,
    environment: "staging",
    service: "search",
    runMicroUsd: 1,
    dayMicroUsd: 2,
    serviceMicroUsd: 3,
  };
  expect(factsOf(assessmentOf({ ...standard, price: 10, share: 33.1 }), around)).toMatchObject({
    ...around,
    priceMicroUsd: 10,
    runMicroUsd: 11,
    dayMicroUsd: 12,
    serviceMicroUsd: 13,
    fleetSharePercent: 34,
    preconditionsHold: true,
  });
});
