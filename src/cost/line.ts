import type { PriceKey } from "./unit-price.ts";

/** Units added to what runs now (negative: taken away), and what one unit is. */
export type CostLine = {
  /** Units of the price's kind: instances, GiB, IOPS, vCPU … */
  readonly quantity: number;
  /** How the quantity reads: "2 × m5.large". */
  readonly shown: string;
  readonly price: PriceKey;
};

/** A cost model taken apart, before any price is known. */
export type Costing =
  | { readonly lines: readonly CostLine[]; readonly notes: readonly string[] }
  | { readonly unknown: string };

/** A thing that comes in whole pieces: "2 × m5.large". */
export const pieces = (quantity: number, price: PriceKey, name: string): CostLine => ({
  quantity,
  shown: `${quantity} × ${name}`,
  price,
});
