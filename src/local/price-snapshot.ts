import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { type PriceKey, type UnitPrices, unknownPrice } from "../cost/unit-price.ts";
import { HealerError } from "../domain/errors.ts";

const Dollars = z.number().positive().max(100_000);
const dated = <Prices extends z.ZodType>(prices: Prices) => z.strictObject({ asOf: z.iso.date(), prices }).optional();
const Deployments = z.strictObject({
  single: z.record(z.string(), Dollars).optional(),
  multi: z.record(z.string(), Dollars).optional(),
});
const Architectures = <Price extends z.ZodType>(price: Price) =>
  z.strictObject({ x86_64: price.optional(), arm64: price.optional() });

const Region = z.strictObject({
  ec2: dated(z.record(z.string(), Dollars)),
  ebs: dated(
    z.record(
      z.string(),
      z.strictObject({
        gib: Dollars,
        /** One price a tier. */
        iops: z.array(Dollars).max(3).optional(),
        throughput: Dollars.optional(),
      }),
    ),
  ),
  rds: dated(z.record(z.string(), Deployments)),
  rdsStorage: dated(z.record(z.string(), z.strictObject({ single: Dollars.optional(), multi: Dollars.optional() }))),
  fargate: dated(Architectures(z.strictObject({ vcpu: Dollars, gib: Dollars }))),
  lambda: dated(Architectures(Dollars)),
  dynamodb: dated(z.strictObject({ read: Dollars, write: Dollars })),
});
type Region = z.infer<typeof Region>;

/** List prices of a day, for machines without AWS. What it does not hold is unknown, never guessed from a neighbour. */
export const PriceSnapshot = z.strictObject({
  currency: z.literal("USD"),
  regions: z.record(z.string(), Region),
});
export type PriceSnapshot = z.infer<typeof PriceSnapshot>;

const shipped = fileURLToPath(new URL("prices/", import.meta.url));

/** The newest snapshot of a folder with the name of its file. Rejects with `price_unknown` when none can be used. */
export function readPriceSnapshot(folder = shipped): { readonly snapshot: PriceSnapshot; readonly name: string } {
  try {
    const name = readdirSync(folder)
      .filter((file) => /^\d{4}-\d{2}-\d{2}\.json$/.test(file))
      .sort()
      .at(-1);
    if (name === undefined) throw new Error("no file named <date>.json");
    return { snapshot: PriceSnapshot.parse(JSON.parse(readFileSync(`${folder}/${name}`, "utf8"))), name };
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new HealerError("price_unknown", `no usable price snapshot in ${folder}: ${why}`, {
      hint: "Restore the file from the release, or give AWS credentials so that the Price List API is asked.",
      cause,
    });
  }
}

/** Unit prices out of a snapshot. */
export function createSnapshotPrices({ snapshot, name } = readPriceSnapshot()): UnitPrices {
  return {
    async lookUp(key, region) {
      const held = Object.hasOwn(snapshot.regions, region) ? snapshot.regions[region] : undefined;
      if (held === undefined) return unknownPrice(`snapshot ${name} holds no prices of ${region}`);
      const [section, dollars] = find(key, held);
      if (section === undefined || dollars === undefined) {
        return unknownPrice(`snapshot ${name} holds no such price in ${region}`);
      }
      const source = `list prices kept with healer (snapshot ${name})`;
      return { known: true, dearest: dollars, cheapest: dollars, source, asOf: section.asOf };
    },
  };
}

type Held = readonly [section: { readonly asOf: string } | undefined, dollars: number | undefined];

function find(key: PriceKey, region: Region): Held {
  switch (key.item) {
    case "ec2_instance":
      return [region.ec2, own(region.ec2?.prices, key.instanceType)];
    case "ebs_storage":
      return [region.ebs, own(region.ebs?.prices, key.volumeType)?.gib];
    case "ebs_iops":
      return [region.ebs, own(region.ebs?.prices, key.volumeType)?.iops?.[key.tier - 1]];
    case "ebs_throughput":
      return [region.ebs, own(region.ebs?.prices, key.volumeType)?.throughput];
    case "rds_instance":
      return [region.rds, own(own(region.rds?.prices, key.engine)?.[key.multiAz ? "multi" : "single"], key.class)];
    case "rds_storage":
      return [region.rdsStorage, own(region.rdsStorage?.prices, key.volumeType)?.[key.multiAz ? "multi" : "single"]];
    case "fargate_vcpu":
      return [region.fargate, region.fargate?.prices[key.architecture]?.vcpu];
    case "fargate_memory":
      return [region.fargate, region.fargate?.prices[key.architecture]?.gib];
    case "lambda_provisioned":
      return [region.lambda, region.lambda?.prices[key.architecture]];
    case "dynamodb_read":
      return [region.dynamodb, region.dynamodb?.prices.read];
    case "dynamodb_write":
      return [region.dynamodb, region.dynamodb?.prices.write];
  }
}

/** A name like "constructor" must not find what every object inherits. */
const own = <Value>(record: Readonly<Record<string, Value>> | undefined, name: string): Value | undefined =>
  record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
