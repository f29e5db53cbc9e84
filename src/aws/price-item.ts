import * as z from "zod";
import { type UnitPrice, unknownPrice } from "../cost/unit-price.ts";
import type { ProductQuery } from "./price-products.ts";

const Dimension = z.object({
  unit: z.string(),
  beginRange: z.string().optional(),
  endRange: z.string().optional(),
  pricePerUnit: z.record(z.string(), z.string()),
});
type Dimension = z.infer<typeof Dimension>;

const Offer = z.object({ effectiveDate: z.string().optional(), priceDimensions: z.record(z.string(), Dimension) });

/** One product of the Price List with its terms, as GetProducts answers it. Reserved terms are never read. */
export const PriceItem = z.object({
  product: z.object({
    sku: z.string(),
    productFamily: z.string().optional(),
    attributes: z.record(z.string(), z.string()),
  }),
  terms: z.object({ OnDemand: z.record(z.string(), Offer).optional() }).optional(),
  publicationDate: z.string().optional(),
});
export type PriceItem = z.infer<typeof PriceItem>;

/** Reads one entry of PriceList: JSON text, a String object that holds JSON text, or the object itself. Throws on others. */
export function readPriceItem(entry: unknown): PriceItem {
  const isText = typeof entry === "string" || entry instanceof String;
  return PriceItem.parse(isText ? JSON.parse(entry.toString()) : entry);
}

/** The price of the one product that is what was asked for; several, none, or one that is not plainly priced is unknown. */
export function priceOf(items: readonly PriceItem[], query: ProductQuery, region: string): UnitPrice {
  const refusals = items.map((item) => whyNot(item, query, region));
  const matching = items.filter((_, index) => refusals[index] === undefined);
  const [item] = matching;
  if (item === undefined) {
    const reasons = [...new Set(refusals)].slice(0, 3).join("; ");
    return unknownPrice(items.length === 0 ? "the price list holds no such product" : `no product fits: ${reasons}`);
  }
  if (matching.length > 1) {
    const skus = matching.slice(0, 5).map(({ product }) => product.sku);
    return unknownPrice(`ambiguous: ${matching.length} products fit (${skus.join(", ")})`);
  }
  return onDemandPrice(item, query);
}

function whyNot({ product }: PriceItem, query: ProductQuery, region: string): string | undefined {
  const found: Readonly<Record<string, string | undefined>> = {
    ...product.attributes,
    productFamily: product.productFamily,
  };
  const wanted = { ...query.attributes, regionCode: region };
  const wrong = Object.entries(wanted).find(([field, value]) => found[field] !== value);
  if (wrong !== undefined) return `${product.sku} has ${wrong[0]} ${found[wrong[0]] ?? "missing"}, not ${wrong[1]}`;
  // Local zones, Wavelength and Outposts share a region's code and cost more.
  if ((found.locationType ?? "AWS Region") !== "AWS Region") return `${product.sku} is for ${found.locationType}`;
  if ((found.marketoption ?? "OnDemand") !== "OnDemand") return `${product.sku} is for ${found.marketoption}`;
  if (query.usageType !== undefined && !query.usageType.test(found.usagetype ?? "")) {
    return `${product.sku} is for usage ${found.usagetype ?? "missing"}`;
  }
  return undefined;
}

function onDemandPrice(item: PriceItem, query: ProductQuery): UnitPrice {
  const { sku } = item.product;
  const offers = Object.values(item.terms?.OnDemand ?? {});
  const [offer] = offers;
  if (offer === undefined) return unknownPrice(`${sku} has no on-demand price`);
  if (offers.length > 1) return unknownPrice(`ambiguous: ${sku} has ${offers.length} on-demand offers`);
  const tiers = Object.values(offer.priceDimensions);
  const broken = tiers.map((tier) => brokenTier(tier, query)).find((problem) => problem !== undefined);
  if (broken !== undefined) return unknownPrice(`${sku} ${broken}`);
  if (!coverEverything(tiers)) return unknownPrice(`${sku} has price tiers with gaps or overlaps`);
  const asOf = isoDate(item.publicationDate) ?? isoDate(offer.effectiveDate);
  if (asOf === undefined) return unknownPrice(`${sku} has a price without a date`);
  const prices = tiers.map((tier) => dollars(tier) / (query.units[tier.unit.toLowerCase()] ?? Number.NaN));
  const dearest = Math.max(...prices);
  if (!(dearest > 0)) return unknownPrice(`${sku} costs nothing, which no capacity on sale does`);
  return { known: true, dearest, cheapest: Math.min(...prices), source: `AWS Price List API, SKU ${sku}`, asOf };
}

const dollars = (tier: Dimension): number => Number(tier.pricePerUnit.USD);

function brokenTier(tier: Dimension, query: ProductQuery): string | undefined {
  const usd = tier.pricePerUnit.USD;
  if (usd === undefined)
    return `is priced in ${Object.keys(tier.pricePerUnit).join(", ") || "no currency"}, not in USD`;
  if (!/^\d{1,9}(\.\d{1,18})?$/.test(usd)) return `has an unusable price: ${JSON.stringify(usd.slice(0, 30))}`;
  if (!Object.hasOwn(query.units, tier.unit.toLowerCase()))
    return `is sold by ${JSON.stringify(tier.unit.slice(0, 30))}`;
  return undefined;
}

/** Tiers must lead from 0 to infinity without a gap, or some amount would have no price. */
function coverEverything(tiers: readonly Dimension[]): boolean {
  const ranges = tiers
    .map((tier) => [Number(tier.beginRange ?? "0"), tier.endRange === undefined ? Infinity : upperEnd(tier.endRange)])
    .sort(([left = 0], [right = 0]) => left - right);
  const begins = ranges.map(([begin]) => begin);
  const ends = ranges.map(([, end]) => end);
  return (
    ranges.length > 0 &&
    begins[0] === 0 &&
    ends.at(-1) === Infinity &&
    begins.slice(1).every((begin, index) => begin === ends[index])
  );
}

const upperEnd = (text: string): number => (text === "Inf" ? Infinity : Number(text));

const isoDate = (text: string | undefined): string | undefined => {
  const day = text?.slice(0, 10);
  return day !== undefined && z.iso.date().safeParse(day).success ? day : undefined;
};
