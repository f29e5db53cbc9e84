import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPriceList } from "../../src/cost/price-list.ts";
import type { UnitPrice } from "../../src/cost/unit-price.ts";
import type { CostModel } from "../../src/domain/runbook.ts";
import { PriceQuote } from "../../src/domain/tool.ts";
import { examples } from "./examples.ts";
import { asOf, clock, fleet, instances, known, list, place, quote } from "./prices.ts";

describe("a price is unknown, and says why,", () => {
  it.each<readonly [CostModel, RegExp]>([
    [instances("{{count}}"), /addInstances is not filled in/],
    [{ model: "ebs_grow", volumeType: "gp3", addGib: "-5" }, /addGib is not a whole number/],
    [instances("1e3"), /addInstances is not a whole number/],
    [instances("NaN"), /addInstances is not a whole number/],
    [instances(""), /addInstances is not a whole number/],
    [instances("1.5"), /addInstances is not a whole number/],
    [instances("99999999999"), /between -10000 and 10000/],
    [instances("٣"), /addInstances is not a whole number/],
    [{ model: "ec2_instances", instanceType: "m5.large\n", addInstances: "1" }, /no EC2 instance type/],
    [{ model: "ec2_instances", instanceType: "m5.lаrge", addInstances: "1" }, /no EC2 instance type/],
    [
      { model: "ec2_instances", instanceType: "x9.huge", addInstances: "1" },
      /x9\.huge: snapshot test holds no such price/,
    ],
    [{ model: "ec2_instances", instanceType: "constructor.large", addInstances: "1" }, /holds no such price/],
    [
      { model: "ec2_capacity", instanceType: "m5.large", desired: "6", group: "gone" },
      /nothing is known of group "gone"/,
    ],
    [
      { model: "ec2_capacity", instanceType: "m5.xlarge", desired: "6", group: "web" },
      /runs m5\.large, the cost model says/,
    ],
    [{ model: "ec2_capacity", instanceType: "m5.large", desired: "6", group: "odd" }, /reports a capacity of NaN/],
    [{ model: "ebs_grow", volumeType: "gp9", addGib: "5" }, /none of gp3/],
    [{ model: "ebs_performance", volumeType: "gp3", fromIops: "1", toIops: "2", toThroughput: "9" }, /belong together/],
    [
      { model: "rds_class", engine: "oracle-ee", fromClass: "db.m5.large", toClass: "db.m5.large", multiAz: false },
      /engine/,
    ],
    [
      { model: "rds_class", engine: "aurora-mysql", fromClass: "db.r5.large", toClass: "db.r5.large", multiAz: true },
      /Aurora/,
    ],
    [
      { model: "rds_replica", engine: "postgres", class: "db.m5.large", addReplicas: "1", multiAz: false },
      /storage of its own/,
    ],
    [{ model: "fargate_tasks", vcpu: "-1", memoryGib: "1", addTasks: "1" }, /vcpu is not a number/],
    [
      { model: "lambda_provisioned", memoryMib: "512", addConcurrency: "1", architecture: "arm64" },
      /holds no such price/,
    ],
  ])("for %j", async (model, why) => {
    expect(await quote(model)).toMatchObject({ known: false, why: expect.stringMatching(why) });
  });

  it.each([Number.NaN, 0, -24, Number.POSITIVE_INFINITY, 1e9])("over %d hours", async (horizonHours) => {
    expect(await quote(instances("1"), { horizonHours })).toMatchObject({
      known: false,
      why: expect.stringMatching(/horizon/),
    });
  });

  it.each(["mars-1", "", "us-east-1'", "ap-south-9"])("in region %j", async (region) => {
    expect(await quote(instances("1"), { region })).toMatchObject({ known: false });
  });

  it.each([
    [{ dearest: Number.NaN, cheapest: 1 }],
    [{ dearest: -1, cheapest: -1 }],
    [{ dearest: 0, cheapest: 0 }],
    [{ dearest: Number.POSITIVE_INFINITY, cheapest: 1 }],
    [{ dearest: 1, cheapest: -1 }],
    [{ dearest: 1, cheapest: 2 }],
    [{ dearest: 9e7, cheapest: 9e7 }],
  ])("when the price list says %j", async (price) => {
    const unitPrice: UnitPrice = { known: true, source: "test", asOf, ...price };
    const odd = createPriceList({ unitPrices: { lookUp: async () => unitPrice }, fleet, clock });
    expect(await odd.quote(instances("2"), place)).toMatchObject({ known: false });
  });

  it("when the price list or the fleet fails", async () => {
    const broken = { lookUp: () => Promise.reject(new Error("the line is cut")) };
    const list = createPriceList({ unitPrices: broken, fleet, clock });
    expect(await list.quote(instances("1"), place)).toEqual({ known: false, why: "the line is cut" });
    const lost = { group: () => Promise.reject(new Error("no fleet")) };
    const blind = createPriceList({ unitPrices: broken, fleet: lost, clock });
    const capacity: CostModel = { model: "ec2_capacity", instanceType: "m5.large", desired: "6", group: "web" };
    expect(await blind.quote(capacity, place)).toEqual({ known: false, why: "no fleet" });
  });
});

describe("properties", () => {
  const text = fc.oneof(
    fc.string(),
    fc.integer().map(String),
    fc.double().map(String),
    fc.constant("{{x}}"),
    fc.constant("m5.large"),
  );
  const anyModel = fc
    .tuple(fc.constantFrom(...examples.map(([model]) => model)), fc.array(text, { minLength: 8, maxLength: 8 }))
    .map(([model, texts]) =>
      Object.fromEntries(
        Object.entries(model).map(([name, value], index) => [
          name,
          typeof value === "string" && name !== "model" && index % 3 !== 0 ? texts[index % 8] : value,
        ]),
      ),
    ) as fc.Arbitrary<CostModel>;

  it("whatever stands in a cost model, the answer is a valid quote or a reason", async () => {
    await fc.assert(
      fc.asyncProperty(anyModel, async (model) => {
        const answer = PriceQuote.parse(await list.quote(model, place));
        if (!answer.known) expect(answer.why).not.toBe("");
      }),
    );
  });

  it("more instances or more hours never cost less, and no figure is below the exact one", async () => {
    const count = fc.integer({ min: 0, max: 9999 });
    await fc.assert(
      fc.asyncProperty(count, fc.integer({ min: 1, max: 8000 }), async (add, hours) => {
        const at = { horizonHours: hours };
        const less = await known(instances(String(add)), at);
        const more = await known(instances(String(add + 1)), at);
        const longer = await known(instances(String(add)), { horizonHours: hours + 1 });
        expect(more.amount).toBeGreaterThan(less.amount);
        expect(longer.amount).toBeGreaterThanOrEqual(less.amount);
        expect(BigInt(less.amount)).toBeGreaterThanOrEqual(BigInt(add) * 107_000n * BigInt(hours));
      }),
    );
  });
});
