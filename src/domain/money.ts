import * as z from "zod";

/** Whole micro-dollars (1 USD = 1,000,000), so that sums never drift and a comparison with a ceiling is exact. */
export const MicroUsd = z.int().brand<"MicroUsd">();
export type MicroUsd = z.infer<typeof MicroUsd>;

/** Rounds up: a price is never shown or compared as less than it is. Rejects NaN, infinity and amounts beyond safe integers. */
export function usd(dollars: number): MicroUsd {
  const micro = Math.ceil(Math.round(dollars * 1e9) / 1e3);
  if (!Number.isSafeInteger(micro)) throw new RangeError(`not an amount of dollars: ${dollars}`);
  return micro as MicroUsd;
}

/** Dollars for people: two decimals, or as many as a small amount needs ("$0.0042"). */
export function formatUsd(amount: MicroUsd): string {
  const dollars = amount / 1e6;
  const digits = dollars !== 0 && Math.abs(dollars) < 0.01 ? 4 : 2;
  return `${dollars < 0 ? "-" : ""}$${Math.abs(dollars).toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}

export const zeroUsd = 0 as MicroUsd;
