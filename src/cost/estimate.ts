import { formatUsd, type MicroUsd, usd } from "../domain/money.ts";
import type { PriceQuote } from "../domain/tool.ts";
import type { Costing, CostLine } from "./line.ts";
import { describeKey, type Period, type UnitPrice, unitOf, unknownPrice } from "./unit-price.ts";

/** Hours of a month, as AWS counts them on its price pages. */
const hoursPerMonth = 730;

/** Beyond this an amount is a mistake in the input, and floating point would no longer hold its cents. */
const mostDollars = 1e8;

/**
 * Adds up a costing: the change of cost over the horizon and over a month. One missing or unusable price makes the whole
 * unknown. An increase is charged at a product's dearest tier and a saving at its cheapest, so the figure is never too low.
 */
export function estimate(costing: Costing, prices: readonly UnitPrice[], when: When): PriceQuote {
  if ("unknown" in costing) return unknownPrice(costing.unknown);
  const { horizonHours } = when;
  if (!(horizonHours > 0 && horizonHours <= 10 * 12 * hoursPerMonth)) {
    return unknownPrice(`the horizon must be hours above 0 and at most ten years: ${horizonHours}`);
  }
  const lines = costing.lines.filter((line) => line.quantity !== 0);
  if (lines.length === 0) return noChange(costing.notes, horizonHours, when.today);
  const priced: Priced[] = [];
  for (const line of lines) {
    const price = prices[costing.lines.indexOf(line)];
    const problem = problemWith(price);
    if (price === undefined || !price.known || problem !== undefined) {
      return unknownPrice(`${describeKey(line.price)}: ${problem}`);
    }
    priced.push({ line, price, each: line.quantity > 0 ? price.dearest : price.cheapest });
  }
  return total(priced, costing.notes, when);
}

/** `today` is an ISO date. */
type When = { readonly horizonHours: number; readonly today: string };
type Priced = { readonly line: CostLine; readonly price: UnitPrice & { known: true }; readonly each: number };

function problemWith(price: UnitPrice | undefined): string | undefined {
  if (price === undefined) return "no price was looked up";
  if (!price.known) return price.why;
  if (!(price.dearest > 0 && price.dearest < mostDollars)) return `the price list says $${price.dearest}`;
  if (!(price.cheapest >= 0 && price.cheapest <= price.dearest)) return `its cheapest tier is $${price.cheapest}`;
  return undefined;
}

function total(priced: readonly Priced[], notes: readonly string[], when: When): PriceQuote {
  const { horizonHours } = when;
  const dollarsOver = (hours: number): number =>
    priced.reduce(
      (sum, { line, each }) => sum + line.quantity * each * periodsIn(hours, unitOf[line.price.item].period),
      0,
    );
  const [overHorizon, overMonth] = [dollarsOver(horizonHours), dollarsOver(hoursPerMonth)];
  if (!(Math.max(Math.abs(overHorizon), Math.abs(overMonth)) < mostDollars)) {
    return unknownPrice(`the amount is not believable: $${overHorizon} in ${horizonHours} h`);
  }
  const [amount, monthly] = [wholeMicro(overHorizon), wholeMicro(overMonth)];
  const asOf = priced.map(({ price }) => price.asOf).sort()[0] ?? "";
  return {
    known: true,
    amount,
    horizonHours,
    monthly,
    basis: [
      ...priced.map((entry) => arithmetic(entry, horizonHours)),
      `in all ${inWords(amount)}`,
      ...notes,
      ...age(asOf, when.today),
    ].join("; "),
    source: [...new Set(priced.map(({ price }) => price.source))].join("; "),
    asOf,
  };
}

/** How sure a price is falls with its age: list prices move about once a year. */
function age(asOf: string, today: string): readonly string[] {
  const days = Math.round((Date.parse(today) - Date.parse(asOf)) / 86_400_000);
  return days > 90 ? [`the price is ${days} days old`] : [];
}

/** `+ 0` turns a rounded-up "-0" into a plain zero, which is what JSON would make of it. */
const wholeMicro = (dollars: number): MicroUsd => (usd(dollars) + 0) as MicroUsd;

function periodsIn(hours: number, period: Period): number {
  switch (period) {
    case "second":
      return hours * 3600;
    case "hour":
      return hours;
    case "month":
      return hours / hoursPerMonth;
  }
}

function arithmetic({ line, each }: Priced, hours: number): string {
  const { period, label } = unitOf[line.price.item];
  const span =
    period === "month" ? `${hours}/${hoursPerMonth} month` : period === "second" ? `${hours * 3600} s` : `${hours} h`;
  return `${line.shown} × $${plain(each)}/${label} × ${span}`;
}

/** Unit prices go down to ten decimals; an exponent ("4e-7") is no price that a person reads. */
const plain = (dollars: number): string => dollars.toFixed(12).replace(/\.?0+$/, "");

const inWords = (amount: MicroUsd): string =>
  amount < 0 ? `${formatUsd(Math.abs(amount) as MicroUsd)} saved` : `${formatUsd(amount)} more`;

function noChange(notes: readonly string[], horizonHours: number, today: string): PriceQuote {
  const basis = ["nothing is added to what runs now: $0", ...notes].join("; ");
  const zero = 0 as MicroUsd;
  return { known: true, amount: zero, horizonHours, monthly: zero, basis, source: "cost model", asOf: today };
}
