import { describe, expect, it } from "vitest";
import { cloudWatchMetrics } from "../../src/aws/cloudwatch-metrics.ts";
import { awsService, inTurn } from "./wire.ts";

const query = {
  namespace: "AWS/EC2",
  name: "CPUUtilization",
  dimensions: { InstanceId: "i-0123456789abcdef0" },
  stat: "p99",
  period: 60,
  start: 1_763_900_000_000,
  end: 1_763_900_600_000,
};
const data = (result: object, more: object = {}) => ({
  output: { MetricDataResults: [{ Id: "m1", StatusCode: "Complete", ...result }], ...more },
});

describe("reading a metric", () => {
  it("asks for one series and returns it oldest first", async () => {
    const stub = await awsService(
      "cloudwatch",
      inTurn(data({ Timestamps: [1_763_900_120, 1_763_900_060], Values: [91.5, 12] })),
    );
    expect(await cloudWatchMetrics().query(query)).toEqual([
      { at: 1_763_900_060_000, value: 12 },
      { at: 1_763_900_120_000, value: 91.5 },
    ]);
    expect(stub.calls[0]?.input).toMatchObject({
      StartTime: 1_763_900_000,
      EndTime: 1_763_900_600,
      MetricDataQueries: [
        {
          Id: "m1",
          ReturnData: true,
          MetricStat: {
            Metric: {
              Namespace: "AWS/EC2",
              MetricName: "CPUUtilization",
              Dimensions: [{ Name: "InstanceId", Value: "i-0123456789abcdef0" }],
            },
            Period: 60,
            Stat: "p99",
          },
        },
      ],
    });
  });

  it("computes an alarm's own arithmetic, each line as the alarm has it", async () => {
    const stub = await awsService(
      "cloudwatch",
      inTurn({ output: { MetricDataResults: [{ Id: "rate", Timestamps: [60], Values: [4.5] }] } }),
    );
    const { start, end, ...metric } = query;
    const math = [
      { id: "rate", returned: true, expression: "100 * m1 / 2" },
      { id: "m1", returned: false, account: "999999999999", metric, stat: "Sum", period: 300, unit: "Count" },
    ];
    expect(await cloudWatchMetrics().query({ ...query, name: "Error rate", stat: "math", math })).toEqual([
      { at: 60_000, value: 4.5 },
    ]);
    expect(stub.calls[0]?.input).toMatchObject({
      MetricDataQueries: [
        { Id: "rate", ReturnData: true, Expression: "100 * m1 / 2" },
        {
          Id: "m1",
          ReturnData: false,
          AccountId: "999999999999",
          MetricStat: { Metric: { MetricName: "CPUUtilization" }, Period: 300, Stat: "Sum", Unit: "Count" },
        },
      ],
    });
  });

  it("does not mix several series into one", async () => {
    const results = [
      { Id: "q1", Label: "a" },
      { Id: "q1", Label: "b" },
    ];
    await awsService("cloudwatch", inTurn({ output: { MetricDataResults: results } }));
    await expect(cloudWatchMetrics().query(query)).rejects.toMatchObject({
      code: "upstream_failed",
      retryable: false,
      message: expect.stringContaining("2 series"),
    });
  });

  it("goes through pages, an empty one too, and counts a repeated point once", async () => {
    const stub = await awsService(
      "cloudwatch",
      inTurn(
        data({ StatusCode: "PartialData", Timestamps: [60], Values: [1] }, { NextToken: "a" }),
        { output: { MetricDataResults: [], NextToken: "b" } },
        data({ Timestamps: [60, 120], Values: [1, 2] }),
      ),
    );
    expect(await cloudWatchMetrics().query(query)).toEqual([
      { at: 60_000, value: 1 },
      { at: 120_000, value: 2 },
    ]);
    expect(stub.calls.map((call) => call.input.NextToken)).toEqual([undefined, "a", "b"]);
  });

  it("is empty when there are no datapoints", async () => {
    await awsService("cloudwatch", inTurn({ output: {} }));
    expect(await cloudWatchMetrics().query(query)).toEqual([]);
  });

  it.each([
    ["Forbidden", false],
    ["InternalError", true],
  ])("does not take a result that is %s for an empty one", async (StatusCode, retryable) => {
    await awsService("cloudwatch", inTurn(data({ StatusCode, Messages: [{ Code: "x", Value: "no such right" }] })));
    await expect(cloudWatchMetrics().query(query)).rejects.toMatchObject({
      code: "upstream_failed",
      retryable,
      message: expect.stringMatching(/AWS\/EC2\/CPUUtilization: .*no such right/),
    });
  });

  it("repeats what is transient", async () => {
    const stub = await awsService(
      "cloudwatch",
      inTurn({ error: "InternalFailure", status: 500 }, { hangUp: true }, data({ Timestamps: [60], Values: [1] })),
    );
    expect(await cloudWatchMetrics().query(query)).toHaveLength(1);
    expect(stub.calls).toHaveLength(3);
  });
});

describe("listing neighbours of a metric", () => {
  const metric = (MetricName: string) => ({
    Namespace: "AWS/EC2",
    MetricName,
    Dimensions: [{ Name: "a", Value: "b" }],
  });

  it("asks for what was active lately, and for all when nothing was", async () => {
    const stub = await awsService(
      "cloudwatch",
      inTurn({ output: { Metrics: [] } }, { output: { Metrics: [metric("NetworkIn")] } }),
    );
    expect(await cloudWatchMetrics().neighbours("AWS/EC2", { a: "b" })).toEqual([
      { namespace: "AWS/EC2", name: "NetworkIn", dimensions: { a: "b" } },
    ]);
    expect(stub.calls.map((call) => call.input.RecentlyActive)).toEqual(["PT3H", undefined]);
  });

  it("stops at fifty", async () => {
    const Metrics = Array.from({ length: 40 }, (_, index) => metric(`M${index}`));
    const stub = await awsService("cloudwatch", inTurn({ output: { Metrics, NextToken: "n" } }));
    expect(await cloudWatchMetrics().neighbours("AWS/EC2", {})).toHaveLength(50);
    expect(stub.calls).toHaveLength(2);
  });
});
