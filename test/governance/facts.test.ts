import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Facts } from "../../src/domain/event.ts";
import { factsOf, factTable, obstacles } from "../../src/governance/facts.ts";
import { assessmentOf, cases, standard } from "./cases.ts";

describe("the facts that policy sees", () => {
  test("are all explained, each once, and nothing else is", () => {
    expect(Object.keys(factTable).sort()).toEqual(Object.keys(factsOf(assessmentOf(standard), standard.around)).sort());
  });

  test("are flat, whole and of the kinds that policy takes, whatever the change", () => {
    fc.assert(
      fc.property(cases, (one) => {
        const facts = factsOf(assessmentOf(one), one.around);
        expect(Facts.safeParse(facts).success).toBe(true);
        for (const value of Object.values(facts)) {
          if (typeof value === "number") expect(Number.isSafeInteger(value)).toBe(true);
        }
        expect(facts).toMatchObject({ fleetSharePercent: Math.ceil(one.share ?? 100), targets: one.targets });
      }),
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 0.5, 1e300])("a price of %s counts as unknown", (price) => {
    expect(factsOf(assessmentOf({ ...standard, price }), standard.around)).toMatchObject({
      priceKnown: false,
      priceMicroUsd: 0,
    });
  });

  test("a price that is lower than nothing saves nothing", () => {
    const around = { ...standard.around, runMicroUsd: 7, dayMicroUsd: 8 };
    expect(factsOf(assessmentOf({ ...standard, price: -5_000_000 }), around)).toMatchObject({
      priceMicroUsd: 0,
      runMicroUsd: 7,
      dayMicroUsd: 8,
    });
  });

  test("hold this change's price in the totals", () => {
    const around = { ...standard.around, runMicroUsd: 7, dayMicroUsd: 8 };
    expect(factsOf(assessmentOf({ ...standard, price: 10 }), around)).toMatchObject({
      runMicroUsd: 17,
      dayMicroUsd: 18,
    });
  });

  test("hold no text that a model, a log or a runbook wrote", () => {
    const marked = assessmentOf(standard);
    const plan = { ...marked.plan, commandText: "MARK", targets: ["MARK"], account: "MARK" } as NonNullable<
      typeof marked.plan
    >;
    const facts = factsOf({ ...marked, plan, riskReasons: ["MARK"], failedPreconditions: ["MARK"] }, standard.around);
    expect(JSON.stringify(facts)).not.toContain("MARK");
  });
});

describe("obstacles", () => {
  test("are none for a standard change", () => {
    expect(obstacles(factsOf(assessmentOf(standard), standard.around))).toEqual([]);
  });

  test("name each fact that is missing", () => {
    expect(obstacles({})).toEqual(Object.keys(factTable).map((name) => `the fact ${name} is missing`));
  });
});
