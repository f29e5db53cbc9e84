import { describe, expect, it } from "vitest";
import { pricingRegion } from "../../src/aws/pricing.ts";
import type { AwsAnswer } from "../wire/aws-stub.ts";
import { type Attributes, item, key, m5, type Price, page, reserved, right, setUp } from "./price-items.ts";

describe("the Price List adapter", () => {
  it("asks GetProducts in a region that has it and takes the one product that fits", async () => {
    await using on = await setUp(() => page([right]));
    expect(await on.ask()).toEqual({
      known: true,
      dearest: 0.107,
      cheapest: 0.107,
      source: "AWS Price List API, SKU RIGHT",
      asOf: "2026-11-20",
    });
    expect(on.stub.problems).toEqual([]);
    expect(on.stub.calls).toHaveLength(1);
    const [call] = on.stub.calls;
    expect(call?.signedFor).toEqual({ region: "eu-central-1", service: "pricing" });
    expect(call?.input).toMatchObject({ ServiceCode: "AmazonEC2", FormatVersion: "aws_v1" });
    expect(call?.input.Filters).toEqual(
      expect.arrayContaining(
        [
          ["regionCode", "eu-west-1"],
          ["tenancy", "Shared"],
          ["capacitystatus", "Used"],
          ["preInstalledSw", "NA"],
          ["operatingSystem", "Linux"],
        ].map(([Field, Value]) => ({ Type: "TERM_MATCH", Field, Value })),
      ),
    );
  });

  it.each([
    ["eu-west-1", "eu-central-1"],
    ["me-south-1", "eu-central-1"],
    ["ap-southeast-2", "ap-south-1"],
    ["us-gov-west-1", "us-east-1"],
    ["sa-east-1", "us-east-1"],
  ])("asks about %s in %s", (region, api) => expect(pricingRegion(region)).toBe(api));

  it("reads PriceList entries that are objects instead of strings", async () => {
    await using on = await setUp(() => ({ raw: JSON.stringify({ FormatVersion: "aws_v1", PriceList: [right] }) }));
    expect(await on.ask()).toMatchObject({ known: true, dearest: 0.107 });
  });

  const traps: Readonly<Record<string, Attributes>> = {
    "a dedicated instance": { tenancy: "Dedicated", usagetype: "EU-DedicatedUsage:m5.large" },
    "a dedicated host": { tenancy: "Host", usagetype: "EU-HostBoxUsage:m5.large" },
    "an unused reservation": { capacitystatus: "UnusedCapacityReservation", usagetype: "EU-UnusedBox:m5.large" },
    "an allocated reservation": {
      capacitystatus: "AllocatedCapacityReservation",
      usagetype: "EU-Reservation:m5.large",
    },
    "a SQL Server image": { preInstalledSw: "SQL Web", operation: "RunInstances:0200" },
    Windows: { operatingSystem: "Windows", operation: "RunInstances:0002" },
    "another type": { instanceType: "m5.xlarge" },
    "another region": { regionCode: "us-east-1" },
    "a product without a region": { regionCode: "" },
    "an outpost": { locationType: "AWS Outposts" },
    "a local zone": { locationType: "AWS Local Zone" },
    "a capacity block": { marketoption: "CapacityBlock" },
    "a usage type of something else": { usagetype: "EU-UnusedBox:m5.large" },
  };
  it.each(Object.entries(traps))("never takes %s, beside the right product or alone", async (_name, change) => {
    const trap = item("TRAP", { ...m5, ...change }, [{ usd: "0.0010000000" }]);
    await using beside = await setUp(() => page([trap, right]));
    expect(await beside.ask()).toMatchObject({ known: true, dearest: 0.107 });
    await using alone = await setUp(() => page([trap]));
    expect(await alone.ask()).toMatchObject({ known: false, why: expect.stringContaining("TRAP") });
  });

  it("calls two products that fit ambiguous, and none unknown", async () => {
    await using two = await setUp(() => page([right, item("OTHER", m5, [{ usd: "0.2" }])]));
    expect(await two.ask()).toEqual({ known: false, why: "ambiguous: 2 products fit (RIGHT, OTHER)" });
    await using none = await setUp(() => page([]));
    expect(await none.ask()).toMatchObject({ known: false, why: expect.stringContaining("no such product") });
  });

  it.each<readonly [string, readonly Price[], RegExp]>([
    ["priced in CNY", [{ perUnit: { CNY: "0.6" } }], /priced in CNY, not in USD/],
    ["priced in EUR", [{ perUnit: { EUR: "0.1" } }], /priced in EUR/],
    ["without a currency", [{ perUnit: {} }], /no currency/],
    ["costing NaN", [{ usd: "NaN" }], /unusable price/],
    ["costing less than nothing", [{ usd: "-0.107" }], /unusable price/],
    ["costing an exponent", [{ usd: "1e-3" }], /unusable price/],
    ["costing an empty text", [{ usd: "" }], /unusable price/],
    ["costing nothing", [{ usd: "0.0000000000" }], /costs nothing/],
    ["sold by another unit", [{ unit: "Quantity" }], /sold by "Quantity"/],
    ["with a gap in its tiers", [{ range: ["0", "10"] }, { range: ["20", "Inf"] }], /gaps or overlaps/],
    ["that ends", [{ range: ["0", "10"] }], /gaps or overlaps/],
    ["without a price", [], /gaps or overlaps/],
  ])("calls a product %s unknown", async (_name, prices, why) => {
    await using on = await setUp(() => page([item("ODD", m5, prices)]));
    expect(await on.ask()).toMatchObject({ known: false, why: expect.stringMatching(why) });
  });

  it("never reads reserved terms, several offers, or a price without a date", async () => {
    await using onlyReserved = await setUp(() => page([{ ...right, terms: { Reserved: reserved } }]));
    expect(await onlyReserved.ask()).toMatchObject({ known: false, why: "RIGHT has no on-demand price" });
    const offer = Object.values(right.terms.OnDemand)[0];
    await using several = await setUp(() => page([{ ...right, terms: { OnDemand: { a: offer, b: offer } } }]));
    expect(await several.ask()).toMatchObject({ known: false, why: expect.stringContaining("2 on-demand offers") });
    const undated = { ...right, publicationDate: "soon", terms: { OnDemand: { a: { ...offer, effectiveDate: "" } } } };
    await using noDate = await setUp(() => page([undated]));
    expect(await noDate.ask()).toMatchObject({ known: false, why: expect.stringContaining("without a date") });
  });

  it("follows pages, also empty ones, and sends each token on", async () => {
    const pages = [page([], { NextToken: "one" }), page([right], { NextToken: "two" }), page([])];
    await using on = await setUp((_call, index) => pages[index] ?? page([]));
    expect(await on.ask()).toMatchObject({ known: true });
    expect(on.stub.calls.map((call) => call.input.NextToken)).toEqual([undefined, "one", "two"]);
  });

  it("finds a second fitting product on a later page", async () => {
    const pages = [page([right], { NextToken: "one" }), page([item("OTHER", m5, [{}])])];
    await using on = await setUp((_call, index) => pages[index] ?? page([]));
    expect(await on.ask()).toMatchObject({ known: false, why: expect.stringContaining("ambiguous") });
  });

  it("gives up on pages without end, entries that are no JSON, and other shapes", async () => {
    await using endless = await setUp(() => page([], { NextToken: "again" }));
    expect(await endless.ask()).toMatchObject({ known: false, why: expect.stringContaining("more than 20 pages") });
    await using torn = await setUp(() => ({ raw: JSON.stringify({ PriceList: ["{"] }) }));
    expect(await torn.ask()).toMatchObject({ known: false, why: expect.stringContaining("did not answer") });
    await using other = await setUp(() => ({ raw: JSON.stringify({ PriceList: [{ product: 7 }] }) }));
    expect(await other.ask()).toMatchObject({ known: false, why: expect.stringContaining("did not answer") });
  });

  it("repeats what is transient, and calls a refusal, a cut line and a silence unknown", async () => {
    const busy: AwsAnswer = { error: "ThrottlingException", message: "Rate exceeded" };
    await using throttled = await setUp((_call, index) => (index === 0 ? busy : page([right])));
    expect(await throttled.ask()).toMatchObject({ known: true });
    expect(throttled.stub.calls).toHaveLength(2);
    await using denied = await setUp(() => ({ error: "AccessDeniedException", message: "not yours" }));
    expect(await denied.ask()).toMatchObject({
      known: false,
      why: expect.stringContaining("AccessDeniedException: not yours"),
    });
    await using cut = await setUp(() => ({ hangUp: true }));
    expect(await cut.ask()).toMatchObject({ known: false });
    await using silent = await setUp(() => ({ ...page([right]), delayMs: 20_000 }), { timeout: 100 });
    expect(await silent.ask()).toMatchObject({ known: false, why: expect.stringContaining("did not answer") });
  });

  it("asks again after 12 hours, not before, and does not keep a failure", async () => {
    await using on = await setUp((_call, index) => (index === 0 ? { error: "AccessDeniedException" } : page([right])));
    expect(await on.ask()).toMatchObject({ known: false });
    expect(await on.ask()).toMatchObject({ known: true });
    on.later(11.9);
    expect(await on.ask()).toMatchObject({ known: true });
    expect(on.stub.calls).toHaveLength(2);
    on.later(0.2);
    await on.ask();
    expect(on.stub.calls).toHaveLength(3);
  });

  it("never asks for regions that are priced in another currency", async () => {
    await using on = await setUp(() => page([right]));
    expect(await on.ask(key, "cn-north-1")).toMatchObject({ known: false, why: expect.stringContaining("CNY") });
    expect(on.stub.calls).toEqual([]);
  });
});
