import * as z from "zod";
import type { CostModel } from "../domain/runbook.ts";
import { oneOf, readFilled, wholeNumber } from "./filled.ts";
import type { Costing, CostLine } from "./line.ts";

type Grow = Extract<CostModel, { model: "ebs_grow" }>;
type Performance = Extract<CostModel, { model: "ebs_performance" }>;

/** Said on every storage growth: the horizon's dollars are the small part of it. */
export const cannotShrink = (what: string): string =>
  `${what} cannot shrink again, so the monthly figure stays until it is replaced`;

const mostGib = 65_536;

export function costOfGrowth(model: Grow): Costing {
  const shape = z.object({
    volumeType: oneOf(["gp3", "gp2", "io1", "io2", "st1", "sc1"]),
    addGib: wholeNumber(0, mostGib),
  });
  const filled = readFilled(shape, model);
  if ("unknown" in filled) return filled;
  const { volumeType, addGib } = filled.value;
  const line: CostLine = {
    quantity: addGib,
    shown: `${addGib} GiB ${volumeType}`,
    price: { item: "ebs_storage", volumeType },
  };
  return { lines: [line], notes: [cannotShrink("an EBS volume")] };
}

const mostIops = 256_000;
const includedIops = 3000;
const includedThroughput = 125;

/** Charges provisioned IOPS and throughput above what the volume type includes, tier by tier, new less old. */
export function costOfPerformance(model: Performance): Costing {
  const iops = wholeNumber(0, mostIops);
  const throughput = wholeNumber(0, 4000).optional();
  const shape = z.object({
    volumeType: oneOf(["gp3", "io1", "io2"]),
    fromIops: iops,
    toIops: iops,
    fromThroughput: throughput,
    toThroughput: throughput,
  });
  const filled = readFilled(shape, model);
  if ("unknown" in filled) return filled;
  const { volumeType, fromIops, toIops, fromThroughput, toThroughput } = filled.value;
  if ((fromThroughput === undefined) !== (toThroughput === undefined)) {
    return { unknown: "fromThroughput and toThroughput belong together: the price is their difference" };
  }
  if (volumeType !== "gp3" && toThroughput !== undefined) {
    return { unknown: `throughput of ${volumeType} volumes is not sold apart` };
  }
  const lines = iopsLines(volumeType, fromIops, toIops);
  if (fromThroughput !== undefined && toThroughput !== undefined) {
    const quantity = above(toThroughput, includedThroughput) - above(fromThroughput, includedThroughput);
    lines.push({ quantity, shown: `${quantity} MiB/s gp3`, price: { item: "ebs_throughput", volumeType: "gp3" } });
  }
  return { lines, notes: volumeType === "gp3" ? ["3,000 IOPS and 125 MiB/s are included"] : [] };
}

const above = (value: number, included: number): number => Math.max(0, value - included);

/** io2 sells IOPS in three bands; gp3 includes the first 3,000; io1 has one price. */
function iopsLines(volumeType: "gp3" | "io1" | "io2", from: number, to: number): CostLine[] {
  const bands =
    volumeType === "io2"
      ? ([
          [1, 0, 32_000],
          [2, 32_000, 64_000],
          [3, 64_000, mostIops],
        ] as const)
      : ([[1, volumeType === "gp3" ? includedIops : 0, mostIops]] as const);
  return bands.map(([tier, low, high]) => {
    const within = (value: number): number => Math.min(Math.max(value, low), high) - low;
    const quantity = within(to) - within(from);
    return { quantity, shown: `${quantity} ${volumeType} IOPS`, price: { item: "ebs_iops", volumeType, tier } };
  });
}
