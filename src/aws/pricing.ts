import { type UnitPrice, type UnitPrices, unknownPrice } from "../cost/unit-price.ts";
import type { Clock } from "../domain/ports.ts";
import { type PriceItem, priceOf, readPriceItem } from "./price-item.ts";
import { type ProductQuery, queriesFor } from "./price-products.ts";
import { createTokenBucket, type TokenBucket } from "./token-bucket.ts";

type PricingApi = typeof import("@aws-sdk/client-pricing");
type PricingClient = InstanceType<PricingApi["PricingClient"]>;
type PricingClientConfig = NonNullable<ConstructorParameters<PricingApi["PricingClient"]>[0]>;
/** The SDK package and one client of it, loaded on first use: a price from the snapshot needs neither. */
export type PricingSdk = () => Promise<{ readonly api: PricingApi; readonly client: PricingClient }>;

/** The stock client, bound to a region where the Price List API exists: elsewhere the SDK builds a host that does not. */
export function pricingSdk(region: string, more: Partial<PricingClientConfig> = {}): PricingSdk {
  let loading: ReturnType<PricingSdk> | undefined;
  const load: PricingSdk = async () => {
    const api = await import("@aws-sdk/client-pricing");
    const requestHandler = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true };
    const client = new api.PricingClient({ maxAttempts: 3, requestHandler, ...more, region: pricingRegion(region) });
    return { api, client };
  };
  return () => {
    loading ??= load();
    return loading;
  };
}

/** The nearest of the API's three regions; every one of them lists the prices of all. */
export function pricingRegion(region: string): "us-east-1" | "eu-central-1" | "ap-south-1" {
  if (/^(eu|af|me|il)-/.test(region)) return "eu-central-1";
  return region.startsWith("ap-") ? "ap-south-1" : "us-east-1";
}

type Options = {
  readonly sdk: PricingSdk;
  readonly clock: Clock;
  readonly sleep?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** How long an answer is used again; prices change a few times a year. */
  readonly cacheHours?: number;
  /** Milliseconds for one look-up with all its pages and retries. */
  readonly timeout?: number;
};

/** Unit prices by GetProducts. Never rejects: no answer, more than one product, or an odd one is an unknown price. */
export function createPricing(options: Options): UnitPrices {
  const { sdk, clock, cacheHours = 12, timeout = 15_000 } = options;
  // The API's quota: 10 at once, then 5 a second.
  const bucket = createTokenBucket({ burst: 10, perSecond: 5, clock, sleep: options.sleep ?? sleepFor });
  const kept = new Map<string, { readonly items: Promise<readonly PriceItem[]>; readonly until: number }>();

  const fetchItems = (query: ProductQuery, region: string): Promise<readonly PriceItem[]> => {
    const name = JSON.stringify([query.serviceCode, region, query.attributes]);
    const known = kept.get(name);
    if (known !== undefined && clock.now() < known.until) return known.items;
    const items = allPages(sdk, bucket, query, region, AbortSignal.timeout(timeout));
    if (kept.size >= mostKept) kept.clear();
    kept.set(name, { items, until: clock.now() + cacheHours * 3_600_000 });
    // A failure or an empty answer may be over in a minute, so neither is kept.
    items.then(
      (found) => found.length === 0 && kept.delete(name),
      () => kept.delete(name),
    );
    return items;
  };

  return {
    async lookUp(key, region) {
      if (region.startsWith("cn-")) return unknownPrice(`prices in ${region} are in CNY, not in USD`);
      let answer: UnitPrice = unknownPrice("the price list does not hold it apart");
      for (const query of queriesFor(key)) {
        try {
          const items = await fetchItems(query, region);
          answer = priceOf(items, query, region);
          if (items.length > 0) return answer;
        } catch (cause) {
          return unknownPrice(`the Price List API did not answer: ${describe(cause)}`);
        }
      }
      return answer;
    },
  };
}

const mostKept = 500;
const mostPages = 20;

async function allPages(
  sdk: PricingSdk,
  bucket: TokenBucket,
  query: ProductQuery,
  region: string,
  abortSignal: AbortSignal,
): Promise<readonly PriceItem[]> {
  const { api, client } = await sdk();
  const items: PriceItem[] = [];
  const fields = Object.entries({ regionCode: region, ...query.attributes });
  let token: string | undefined;
  for (let page = 1; page <= mostPages; page += 1) {
    await bucket.take(abortSignal);
    const command = new api.GetProductsCommand({
      ServiceCode: query.serviceCode,
      Filters: fields.map(([Field, Value]) => ({ Type: "TERM_MATCH", Field, Value })),
      FormatVersion: "aws_v1",
      MaxResults: 100,
      ...(token === undefined ? {} : { NextToken: token }),
    });
    const answer = await client.send(command, { abortSignal });
    const entries: readonly unknown[] = Array.isArray(answer.PriceList) ? answer.PriceList : [];
    items.push(...entries.map(readPriceItem));
    // An empty page may still carry a token; only a missing one ends the list.
    if (!answer.NextToken) return items;
    token = answer.NextToken;
  }
  throw new Error(`more than ${mostPages} pages of ${query.serviceCode}`);
}

const describe = (cause: unknown): string =>
  cause instanceof Error ? `${cause.name}: ${cause.message.split("\n")[0]?.slice(0, 200)}` : String(cause);

function sleepFor(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason instanceof Error ? signal.reason : new Error("aborted"));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
