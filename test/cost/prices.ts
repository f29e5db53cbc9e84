import { createPriceList } from "../../src/cost/price-list.ts";
import type { FleetGroup } from "../../src/domain/ports.ts";
import { CostModel } from "../../src/domain/runbook.ts";
import { PriceQuote } from "../../src/domain/tool.ts";
import { createSnapshotPrices, PriceSnapshot } from "../../src/local/price-snapshot.ts";

export const asOf = "2026-11-01";
export const snapshot = PriceSnapshot.parse({
  currency: "USD",
  regions: {
    "eu-west-1": {
      ec2: { asOf: "2026-10-01", prices: { "m5.large": 0.107, "m5.xlarge": 0.214, "t3.micro": 0.0114 } },
      ebs: {
        asOf,
        prices: {
          gp3: { gib: 0.088, iops: [0.0055], throughput: 0.044 },
          io2: { gib: 0.138, iops: [0.072, 0.0504, 0.03528] },
        },
      },
      rds: {
        asOf,
        prices: {
          postgres: { single: { "db.m5.large": 0.2, "db.m5.xlarge": 0.4 }, multi: { "db.m5.large": 0.4 } },
          "aurora-mysql": { single: { "db.r5.large": 0.32 } },
        },
      },
      rdsStorage: { asOf, prices: { gp3: { single: 0.127, multi: 0.254 } } },
      fargate: { asOf, prices: { x86_64: { vcpu: 0.04048, gib: 0.004445 }, arm64: { vcpu: 0.03238, gib: 0.00356 } } },
      lambda: { asOf, prices: { x86_64: 0.0000041667 } },
      dynamodb: { asOf, prices: { read: 0.000147, write: 0.000735 } },
    },
  },
});

const groups: Readonly<Record<string, Partial<FleetGroup>>> = {
  web: { instanceType: "m5.large", desired: 4 },
  odd: { instanceType: "m5.large", desired: Number.NaN },
};
export const clock = { now: () => Date.parse("2026-11-23T12:00:00Z") };
export const fleet = {
  group: async (name: string) =>
    groups[name] === undefined
      ? undefined
      : { name, maximum: 9, members: [], instanceType: "", desired: 0, ...groups[name] },
};
export const place = { region: "eu-west-1", horizonHours: 24 };
export const list = createPriceList({ unitPrices: createSnapshotPrices({ snapshot, name: "test" }), fleet, clock });
export const quote = async (model: CostModel, at: Partial<typeof place> = {}) =>
  PriceQuote.parse(await list.quote(CostModel.parse(model), { ...place, ...at }));
export const known = async (model: CostModel, at: Partial<typeof place> = {}) => {
  const answer = await quote(model, at);
  if (!answer.known) throw new Error(answer.why);
  return answer;
};

export const instances = (addInstances: string): CostModel => ({
  model: "ec2_instances",
  instanceType: "m5.large",
  addInstances,
});
