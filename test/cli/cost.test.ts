import { describe, expect, it } from "vitest";
import { runCost } from "../../src/cli/cost.ts";
import { startAwsStub } from "../wire/aws-stub.ts";

async function run(line: string, env: Readonly<Record<string, string>> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const io = {
    out: (text: string) => out.push(text),
    err: (text: string) => err.push(text),
    env: { HOME: "/nonexistent", ...env },
    now: () => Date.parse("2026-11-23"),
  };
  const code = await runCost(line.split(" "), io);
  return { code, out: out.join("\n"), err: err.join("\n") };
}

describe("healer cost", () => {
  it("prices from the dated snapshot without credentials, and says so", async () => {
    const { code, out } = await run("ec2 m5.large --count 2 --hours 24 --region us-east-1");
    expect(code).toBe(0);
    expect(out).toContain("+$4.61 in 24 h, +$140.16 a month (us-east-1)");
    expect(out).toMatch(/2 × m5\.large × \$0\.096\/h × 24 h/);
    expect(out).toMatch(/price of 2026-07-20, .*snapshot/);
  });

  it("answers in JSON with figures, region, source and date", async () => {
    const { code, out } = await run("ec2 m5.large --count 2 --hours 24 --region us-east-1 --json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      known: true,
      amountUsd: 4.608,
      monthlyUsd: 140.16,
      amount: 4_608_000,
      horizonHours: 24,
      region: "us-east-1",
      asOf: "2026-07-20",
      answeredBy: "snapshot",
    });
  });

  it.each([
    ["asg m5.large --from 4 --to 2", -4.608],
    ["ec2 m5.large --to m5.xlarge --count 2", 4.608],
    ["ebs gp3 --gib 730", 1.92],
    ["ebs gp3 --from-iops 3000 --to-iops 3730 --from-throughput 125 --to-throughput 125", 0.12],
    ["rds db.m5.large --engine postgres --to db.m5.xlarge", 4.272],
    ["rds db.r5.large --engine aurora-mysql --replicas 1", 6.96],
    ["rds db.m5.large --engine postgres --replicas 1 --type gp3 --gib 73", 4.548],
    ["rds --type gp3 --gib 73", 0.276],
    ["fargate --vcpu 1 --memory 2 --count 1", 1.18488],
    ["ecs --vcpu 1 --memory 2 --count 1 --arch arm64", 0.948],
    ["lambda --memory 1024 --count 1", 0.360003],
    ["dynamodb --read 100 --write 10", 0.468],
    ["dynamodb --read=-100", -0.312],
    ["none", 0],
  ])("prices %s", async (line, dollars) => {
    const { code, out } = await run(`${line} --region us-east-1 --json`);
    expect(code).toBe(0);
    expect(JSON.parse(out).amountUsd).toBeCloseTo(dollars, 6);
  });

  it.each([
    "ec2 x9.huge --region us-east-1",
    "ec2 m5.large --region mars-1",
    "ec2 m5.large --count 1.5 --region us-east-1",
    "ec2 m5.large --count {{n}} --region us-east-1",
    "ec2 m5.large --hours 0 --region us-east-1",
    "ec2 m5.large --region cn-north-1",
  ])("exits with 3 and a reason where the price is unknown: %s", async (line) => {
    const { code, out } = await run(`${line} --json`);
    expect(code).toBe(3);
    expect(JSON.parse(out)).toMatchObject({ known: false, why: expect.stringMatching(/./) });
    expect((await run(line)).out).toContain("price unknown");
  });

  it.each([
    "ec2 m5.large",
    "ec2 --region us-east-1",
    "s3 bucket --region us-east-1",
    "asg m5.large --from x --to 2 --region us-east-1",
    "ec2 m5.large --hours soon --region us-east-1",
    "ec2 m5.large --colour red --region us-east-1",
    "ecs --launch-type ec2 --region us-east-1",
    "lambda --memory 128 --region us-east-1",
  ])("exits with 2 and the usage where the question is none: %s", async (line) => {
    const { code, err, out } = await run(line);
    expect(code).toBe(2);
    expect(err).toContain("healer cost <what>");
    expect(out).toBe("");
  });

  it("takes the region from the environment", async () => {
    expect((await run("ec2 m5.large", { AWS_REGION: "us-east-1" })).code).toBe(0);
  });

  it("asks the Price List API where an endpoint is set, and not with --offline", async () => {
    await using stub = await startAwsStub({
      service: "pricing",
      answer: () => ({ output: { FormatVersion: "aws_v1", PriceList: [] } }),
    });
    const env = { AWS_ENDPOINT_URL_PRICING: stub.url };
    const asked = await run("ec2 m5.large --region eu-west-1 --json", env);
    expect(asked.code).toBe(3);
    expect(JSON.parse(asked.out)).toMatchObject({ known: false, answeredBy: "pricing_api" });
    expect(stub.problems).toEqual([]);
    expect(stub.calls).toHaveLength(1);
    const offline = await run("ec2 m5.large --region eu-west-1 --json --offline", env);
    expect(JSON.parse(offline.out)).toMatchObject({ known: true, answeredBy: "snapshot" });
    expect(stub.calls).toHaveLength(1);
  });
});
