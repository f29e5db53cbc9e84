import { describe, expect, it } from "vitest";
import { createPriceList } from "../../src/cost/price-list.ts";
import type { UnitPrice } from "../../src/cost/unit-price.ts";
import { CostModel } from "../../src/domain/runbook.ts";
import { createSnapshotPrices } from "../../src/local/price-snapshot.ts";
import { examples } from "./examples.ts";
import { asOf, clock, fleet, known, place, snapshot } from "./prices.ts";

describe("the price of a change", () => {
  it.each(examples)("of %j is $%d over 24 h and $%d a month", async (model, dollars, monthly) => {
    const answer = await known(model);
    expect(answer.amount / 1e6).toBeCloseTo(dollars, 5);
    expect(answer.monthly / 1e6).toBeCloseTo(monthly, 5);
    expect(answer.horizonHours).toBe(24);
  });

  it("has an example for every cost model", () => {
    const models = CostModel.options.map((option) => option.shape.model.value);
    expect(models.filter((name) => !examples.some(([model]) => model.model === name))).toEqual([]);
  });

  it("shows its arithmetic, its source and the date of the oldest price", async () => {
    const answer = await known({ model: "ec2_instances", instanceType: "m5.large", addInstances: "2" });
    expect(answer.basis).toMatch(/^2 × m5\.large × \$0\.107\/h × 24 h; in all \$5\.14 more;/);
    expect(answer.source).toContain("snapshot test");
    expect(answer.asOf).toBe("2026-10-01");
    const tiny = await known({ model: "lambda_provisioned", memoryMib: "512", addConcurrency: "10" });
    expect(tiny.basis).toContain("$0.0000041667/GiB-s × 86400 s");
  });

  it("says a saving, a group's present capacity, and that a disk cannot shrink again", async () => {
    const fewer = await known({ model: "ec2_capacity", instanceType: "m5.large", desired: "3", group: "web" });
    expect(fewer.basis).toContain("$2.57 saved");
    expect(fewer.basis).toContain('group "web" from 4 to 3 instances');
    const bigger = await known({ model: "ebs_grow", volumeType: "gp3", addGib: "10" });
    expect(bigger.basis).toContain("cannot shrink again");
  });

  it("says how old an old price is", async () => {
    const later = { now: () => Date.parse("2027-11-01") };
    const old = createPriceList({ unitPrices: createSnapshotPrices({ snapshot, name: "test" }), fleet, clock: later });
    const answer = await old.quote({ model: "ebs_grow", volumeType: "gp3", addGib: "10" }, place);
    expect(answer).toMatchObject({ basis: expect.stringContaining("365 days old") });
  });
});

describe("tiers", () => {
  it("charge more at the dearest price and save at the cheapest", async () => {
    const tiered: UnitPrice = { known: true, dearest: 0.2, cheapest: 1e-9, source: "test", asOf };
    const list = createPriceList({ unitPrices: { lookUp: async () => tiered }, fleet, clock });
    const units = (addReadUnits: string): CostModel => ({
      model: "dynamodb_provisioned",
      addReadUnits,
      addWriteUnits: "0",
    });
    expect(await list.quote(units("10"), place)).toMatchObject({ known: true, amount: 48_000_000 });
    const saved = await list.quote(units("-10"), place);
    expect(saved).toMatchObject({ known: true, amount: 0 });
    expect(saved.known && Object.is(saved.amount, 0)).toBe(true);
  });
});
