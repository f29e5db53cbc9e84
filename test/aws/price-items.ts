import { createPricing, pricingSdk } from "../../src/aws/pricing.ts";
import type { PriceKey } from "../../src/cost/unit-price.ts";
import { type AwsAnswer, type AwsCall, startAwsStub } from "../wire/aws-stub.ts";

export type Attributes = Readonly<Record<string, string>>;
export type Price = {
  readonly usd?: string;
  readonly unit?: string;
  readonly perUnit?: Attributes;
  readonly range?: readonly [string, string];
};

/** An entry of PriceList in the form that the service gives it. */
export function item(
  sku: string,
  attributes: Attributes,
  prices: readonly Price[],
  more: Readonly<Record<string, unknown>> = {},
) {
  const { productFamily = "Compute Instance", ...rest } = attributes;
  const term = `${sku}.JRTCKXETXF`;
  const dimensions = prices.map(({ usd = "0.1070000000", unit = "Hrs", perUnit, range = ["0", "Inf"] }, index) => [
    `${term}.6YS6EN2CT${index}`,
    {
      unit,
      endRange: range[1],
      description: "per hour",
      appliesTo: [],
      rateCode: `${term}.6YS6EN2CT${index}`,
      beginRange: range[0],
      pricePerUnit: perUnit ?? { USD: usd },
    },
  ]);
  const offer = {
    priceDimensions: Object.fromEntries(dimensions),
    sku,
    effectiveDate: "2026-10-01T00:00:00Z",
    offerTermCode: "JRTCKXETXF",
    termAttributes: {},
  };
  return {
    product: { productFamily, attributes: { locationType: "AWS Region", regionCode: "eu-west-1", ...rest }, sku },
    serviceCode: "AmazonEC2",
    terms: { OnDemand: { [term]: offer } },
    version: "20261120000000",
    publicationDate: "2026-11-20T12:00:00Z",
    ...more,
  };
}

export const m5: Attributes = {
  instanceType: "m5.large",
  operatingSystem: "Linux",
  tenancy: "Shared",
  preInstalledSw: "NA",
  capacitystatus: "Used",
  licenseModel: "No License required",
  marketoption: "OnDemand",
  operation: "RunInstances",
  usagetype: "EU-BoxUsage:m5.large",
};
export const reserved = {
  "RIGHT.4NA7Y494T4": {
    priceDimensions: {
      "RIGHT.4NA7Y494T4.6YS6EN2CT7": { unit: "Hrs", pricePerUnit: { USD: "0.0000000000" } },
      "RIGHT.4NA7Y494T4.2TG2D8R56U": { unit: "Quantity", pricePerUnit: { USD: "209" } },
    },
  },
};
export const right = item("RIGHT", m5, [{}]);
right.terms = { ...right.terms, Reserved: reserved } as typeof right.terms;
export const key: PriceKey = { item: "ec2_instance", instanceType: "m5.large" };

export const page = (items: readonly unknown[], more: Readonly<Record<string, unknown>> = {}): AwsAnswer => ({
  output: { FormatVersion: "aws_v1", PriceList: items.map((entry) => JSON.stringify(entry)), ...more },
});

/** A stub of the Price List API, the adapter in front of it, and a clock to move. */
export async function setUp(answer: (call: AwsCall, index: number) => AwsAnswer, options: { timeout?: number } = {}) {
  const stub = await startAwsStub({ service: "pricing", answer });
  let now = Date.parse("2026-11-23T00:00:00Z");
  const sdk = pricingSdk("eu-west-1", {
    endpoint: stub.url,
    credentials: { accessKeyId: "stub", secretAccessKey: "stub" },
  });
  const prices = createPricing({ sdk, clock: { now: () => now }, sleep: async () => {}, ...options });
  const ask = (asked: PriceKey = key, region = "eu-west-1") => prices.lookUp(asked, region);
  const later = (hours: number): void => {
    now += hours * 3_600_000;
  };
  return { stub, ask, later, [Symbol.asyncDispose]: stub.close };
}
