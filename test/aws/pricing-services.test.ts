import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { PriceKey } from "../../src/cost/unit-price.ts";
import type { AwsCall } from "../wire/aws-stub.ts";
import { sharedData } from "../wire/shared-data.ts";
import { item, key, page, setUp } from "./price-items.ts";

describe("the other services", () => {
  it("tells a Fargate task's two prices from one answer, and leaves Spot, ARM and Windows out", async () => {
    const usage = (usagetype: string, usd: string) =>
      item(usagetype, { productFamily: "Compute", usagetype }, [{ usd, unit: "hours" }]);
    const list = [
      usage("EU-Fargate-vCPU-Hours:perCPU", "0.04048"),
      usage("EU-Fargate-GB-Hours", "0.004445"),
      usage("EU-Fargate-ARM-vCPU-Hours:perCPU", "0.03238"),
      usage("EU-Fargate-Windows-vCPU-Hours:perCPU", "0.09148"),
      usage("EU-SpotUsage:Fargate-vCPU-Hours:perCPU", "0.0127"),
      usage("EU-Fargate-EphemeralStorage-GB-Hours", "0.000111"),
    ];
    await using on = await setUp(() => page(list));
    const [vcpu, memory] = await Promise.all([
      on.ask({ item: "fargate_vcpu", architecture: "x86_64" }),
      on.ask({ item: "fargate_memory", architecture: "x86_64" }),
    ]);
    expect([vcpu, memory]).toMatchObject([{ dearest: 0.04048 }, { dearest: 0.004445 }]);
    expect(await on.ask({ item: "fargate_vcpu", architecture: "arm64" })).toMatchObject({ dearest: 0.03238 });
    expect(on.stub.calls).toHaveLength(1);
  });

  it("gives a tiered product's dearest and cheapest price", async () => {
    const capacity = item(
      "DDB",
      { productFamily: "Provisioned IOPS", group: "DDB-ReadUnits", usagetype: "EU-ReadCapacityUnit-Hrs" },
      [
        { usd: "0.0001470000", unit: "ReadCapacityUnit-Hrs", range: ["18600", "Inf"] },
        { usd: "0.0000000000", unit: "ReadCapacityUnit-Hrs", range: ["0", "18600"] },
      ],
    );
    await using on = await setUp(() => page([capacity]));
    expect(await on.ask({ item: "dynamodb_read" })).toMatchObject({ known: true, dearest: 0.000147, cheapest: 0 });
  });

  it("turns throughput per GiB/s into MiB/s", async () => {
    const throughput = item(
      "TPUT",
      { productFamily: "Provisioned Throughput", volumeApiName: "gp3", usagetype: "EU-EBS:VolumeP-Throughput.gp3" },
      [{ usd: "45.0560000000", unit: "GiBps-mo" }],
    );
    await using on = await setUp(() => page([throughput]));
    expect(await on.ask({ item: "ebs_throughput", volumeType: "gp3" })).toMatchObject({ dearest: 0.044 });
  });

  it("takes database storage of the engine, else of any engine", async () => {
    const storage = (sku: string, databaseEngine: string) =>
      item(
        sku,
        {
          productFamily: "Database Storage",
          volumeType: "General Purpose-GP3",
          databaseEngine,
          deploymentOption: "Single-AZ",
          usagetype: "EU-RDS:GP3-Storage",
        },
        [{ usd: "0.127", unit: "GB-Mo" }],
      );
    const engineOf = (call: AwsCall): string =>
      (call.input.Filters as { Field: string; Value: string }[]).find(({ Field }) => Field === "databaseEngine")
        ?.Value ?? "";
    const asked = { item: "rds_storage", volumeType: "gp3", multiAz: false, engine: "postgres" } as const;
    await using own = await setUp((call) => page([storage("OWN", engineOf(call))]));
    expect(await own.ask(asked)).toMatchObject({ source: expect.stringContaining("OWN") });
    await using any = await setUp((call) => page(engineOf(call) === "Any" ? [storage("ANY", "Any")] : []));
    expect(await any.ask(asked)).toMatchObject({ source: expect.stringContaining("ANY") });
  });

  it("tells Aurora Standard from I/O-Optimized by the usage type", async () => {
    const aurora = (usagetype: string, usd: string) =>
      item(
        usagetype,
        {
          productFamily: "Database Instance",
          instanceType: "db.r5.large",
          databaseEngine: "Aurora MySQL",
          deploymentOption: "Single-AZ",
          licenseModel: "No license required",
          usagetype,
        },
        [{ usd }],
      );
    const list = [
      aurora("EU-InstanceUsage:db.r5.large", "0.32"),
      aurora("EU-InstanceUsageIOOptimized:db.r5.large", "0.416"),
    ];
    await using on = await setUp(() => page(list));
    const asked = { item: "rds_instance", engine: "aurora-mysql", class: "db.r5.large", multiAz: false } as const;
    expect(await on.ask(asked)).toMatchObject({ known: true, dearest: 0.32 });
  });

  const everyKey: readonly PriceKey[] = [
    key,
    { item: "ebs_storage", volumeType: "io1" },
    { item: "ebs_iops", volumeType: "io2", tier: 3 },
    { item: "ebs_throughput", volumeType: "gp3" },
    { item: "rds_instance", engine: "postgres", class: "db.m5.large", multiAz: true },
    { item: "rds_storage", volumeType: "gp2", multiAz: true, engine: undefined },
    { item: "fargate_vcpu", architecture: "arm64" },
    { item: "fargate_memory", architecture: "arm64" },
    { item: "lambda_provisioned", architecture: "arm64" },
    { item: "dynamodb_read" },
    { item: "dynamodb_write" },
  ];
  it.each(everyKey)("asks for %j in a way that the service accepts", async (asked) => {
    await using on = await setUp(() => page([]));
    expect(await on.ask(asked)).toMatchObject({ known: false, why: expect.stringContaining("no such product") });
    expect(on.stub.problems).toEqual([]);
    expect(on.stub.calls.length).toBeGreaterThan(0);
  });
});

const sample = sharedData(
  "aws-prices/pricelist-samples/aws-cli-get-products.json",
  "reading a real GetProducts answer",
);

describe.skipIf(sample === undefined)("a real GetProducts answer", () => {
  it("is read, and refused where it does not say its region's code", async () => {
    const body = JSON.parse(readFileSync(sample ?? "", "utf8"));
    await using on = await setUp(() => ({ raw: JSON.stringify({ ...body, NextToken: undefined }) }));
    const answer = await on.ask({ item: "ebs_storage", volumeType: "io1" }, "ap-southeast-1");
    expect(answer).toMatchObject({
      known: false,
      why: expect.stringContaining("3MKHN58N7RDDVGKJ has volumeApiName missing"),
    });

    const today = JSON.parse(body.PriceList[0]);
    Object.assign(today.product.attributes, { regionCode: "ap-southeast-1", volumeApiName: "io1" });
    await using complete = await setUp(() => page([today]));
    const price = await complete.ask({ item: "ebs_storage", volumeType: "io1" }, "ap-southeast-1");
    expect(price).toMatchObject({ known: true, dearest: 0.138, asOf: "2018-08-08" });
  });
});
