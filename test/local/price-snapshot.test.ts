import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createSnapshotPrices, readPriceSnapshot } from "../../src/local/price-snapshot.ts";
import { sharedData } from "../wire/shared-data.ts";

const path = sharedData(
  "aws-prices/karpenter_ec2_linux_ondemand_2026-07-20.json",
  "comparing the snapshot's EC2 prices with a public list of the same day",
);
type PublicList = Readonly<Record<string, { readonly usd_per_hour: Readonly<Record<string, number>> }>>;

describe("the shipped price snapshot", () => {
  const { snapshot, name } = readPriceSnapshot();

  it("is readable, named by its date, and no section is newer than that", () => {
    const day = name.slice(0, 10);
    const dates = Object.values(snapshot.regions).flatMap((region) =>
      Object.values(region).flatMap((part) => part?.asOf ?? []),
    );
    expect(dates.length).toBeGreaterThan(20);
    expect(dates.filter((date) => date > day)).toEqual([]);
  });

  it("answers with the section's date, and never from a neighbour region or type", async () => {
    const prices = createSnapshotPrices();
    const ask = (instanceType: string, region: string) => prices.lookUp({ item: "ec2_instance", instanceType }, region);
    expect(await ask("m5.large", "us-east-1")).toMatchObject({ known: true, dearest: 0.096, asOf: "2026-07-20" });
    expect(await ask("m5.large", "sa-east-1")).toMatchObject({
      known: false,
      why: expect.stringMatching(/no prices of sa-east-1/),
    });
    expect(await ask("m5.larger", "us-east-1")).toMatchObject({ known: false });
    expect(await ask("toString", "us-east-1")).toMatchObject({ known: false });
    expect(await ask("m5.large", "__proto__")).toMatchObject({ known: false });
    const latest = await prices.lookUp(
      { item: "rds_instance", engine: "postgres", class: "db.m5.large", multiAz: true },
      "us-east-1",
    );
    expect(latest).toMatchObject({ known: true, dearest: 0.356 });
  });

  describe.skipIf(path === undefined)("beside a public list of the same day", () => {
    it("has the same price for every EC2 type that both hold", () => {
      const list: PublicList = JSON.parse(readFileSync(path ?? "", "utf8"));
      const compared = Object.entries(snapshot.regions).flatMap(([region, { ec2 }]) =>
        Object.entries(ec2?.prices ?? {}).flatMap(([type, price]) => {
          const other = list[region]?.usd_per_hour[type];
          return other === undefined ? [] : [{ region, type, price, other }];
        }),
      );
      console.log(`compared ${compared.length} EC2 prices`);
      expect(compared.length).toBeGreaterThan(50);
      expect(compared.filter(({ price, other }) => price !== other)).toEqual([]);
    });
  });
});

describe("a snapshot that is no snapshot", () => {
  it.each([
    ["{", "JSON"],
    ['{"currency":"EUR","regions":{}}', "currency"],
    ['{"currency":"USD","regions":{"x":{"ec2":{"asOf":"2026-01-01","prices":{"m5.large":-1}}}}}', "m5.large"],
    ['{"currency":"USD","regions":{"x":{"ec2":{"asOf":"yesterday","prices":{}}}}}', "asOf"],
  ])("is refused with its reason: %s", (content, reason) => {
    const folder = mkdtempSync(join(tmpdir(), "prices-"));
    writeFileSync(join(folder, "2026-01-01.json"), content);
    expect(() => readPriceSnapshot(folder)).toThrow(expect.objectContaining({ code: "price_unknown" }));
    expect(() => readPriceSnapshot(folder)).toThrow(reason);
  });

  it("is refused when the folder holds none", () => {
    expect(() => readPriceSnapshot(mkdtempSync(join(tmpdir(), "prices-")))).toThrow("no file named <date>.json");
  });

  it("the newest date wins", () => {
    const folder = mkdtempSync(join(tmpdir(), "prices-"));
    for (const day of ["2026-01-01", "2026-10-02", "2026-09-30"]) {
      writeFileSync(join(folder, `${day}.json`), '{"currency":"USD","regions":{}}');
    }
    expect(readPriceSnapshot(folder).name).toBe("2026-10-02.json");
  });
});
