import { describe, expect, it } from "vitest";
import { cloudWatchAlarms } from "../../src/aws/cloudwatch-alarms.ts";
import { awsService, inTurn } from "./wire.ts";

const arn = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:web: disk full";
const plain = {
  AlarmArn: arn,
  AlarmName: "web: disk full",
  Namespace: "CWAgent",
  MetricName: "disk_used_percent",
  Dimensions: [{ Name: "InstanceId", Value: "i-0123456789abcdef0" }],
  Statistic: "Average",
  Period: 60,
  EvaluationPeriods: 3,
  Threshold: 90,
  ComparisonOperator: "GreaterThanOrEqualToThreshold",
};
const alarms = (...MetricAlarms: readonly object[]) => inTurn({ output: { MetricAlarms, CompositeAlarms: [] } });
const metricStat = {
  Metric: { Namespace: "AWS/SQS", MetricName: "Age", Dimensions: [{ Name: "QueueName", Value: "q" }] },
  Period: 300,
  Stat: "p95",
};
const mathOf = (...Metrics: readonly object[]) => [{ ...bare, Metrics }];
const { Namespace: _n, MetricName: _m, Statistic: _s, Period: _p, Dimensions: _d, ...bare } = plain;

describe("describing an alarm", () => {
  it("reads a metric alarm by its ARN, whose name may hold colons", async () => {
    const stub = await awsService("cloudwatch", alarms(plain));
    expect(await cloudWatchAlarms().describe(arn)).toEqual({
      alarmArn: arn,
      alarmName: "web: disk full",
      metric: {
        namespace: "CWAgent",
        name: "disk_used_percent",
        dimensions: { InstanceId: "i-0123456789abcdef0" },
        stat: "Average",
        period: 60,
      },
      comparison: ">=",
      threshold: 90,
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
      treatMissingData: "missing",
    });
    expect(stub.calls[0]?.input).toMatchObject({ AlarmNames: ["web: disk full"], AlarmTypes: ["MetricAlarm"] });
  });

  it("reads an alarm whose only metric is written as a list", async () => {
    const Metrics = [{ Id: "m1", MetricStat: metricStat, ReturnData: true }];
    await awsService("cloudwatch", alarms({ ...bare, Metrics, DatapointsToAlarm: 2, TreatMissingData: "breaching" }));
    expect(await cloudWatchAlarms().describe(arn)).toMatchObject({
      metric: { namespace: "AWS/SQS", name: "Age", stat: "p95", period: 300 },
      datapointsToAlarm: 2,
      treatMissingData: "breaching",
    });
  });

  it("keeps the arithmetic that an alarm watches, to compute the very same series again", async () => {
    const failed = { ...metricStat, Unit: "Count", Metric: { ...metricStat.Metric, MetricName: "Failed" } };
    const Metrics = [
      { Id: "rate", Label: "Error rate", Expression: "100 * m2 / m1", ReturnData: true },
      { Id: "m1", MetricStat: metricStat, ReturnData: false },
      { Id: "m2", MetricStat: failed, ReturnData: false, AccountId: "999999999999" },
    ];
    await awsService("cloudwatch", alarms({ ...bare, Metrics }));
    const dimensions = { QueueName: "q" };
    expect((await cloudWatchAlarms().describe(arn))?.metric).toEqual({
      namespace: "AWS/SQS",
      name: "Error rate",
      dimensions,
      stat: "math",
      period: 300,
      math: [
        { id: "rate", returned: true, expression: "100 * m2 / m1" },
        {
          id: "m1",
          returned: false,
          metric: { namespace: "AWS/SQS", name: "Age", dimensions },
          stat: "p95",
          period: 300,
        },
        {
          id: "m2",
          returned: false,
          account: "999999999999",
          metric: { namespace: "AWS/SQS", name: "Failed", dimensions },
          stat: "p95",
          period: 300,
          unit: "Count",
        },
      ],
    });
  });

  it("reads a metrics query that gives one series", async () => {
    const Metrics = [{ Id: "q1", Expression: 'SELECT AVG(Age) FROM "AWS/SQS"', Period: 60, ReturnData: true }];
    await awsService("cloudwatch", alarms({ ...bare, Metrics }));
    expect((await cloudWatchAlarms().describe(arn))?.metric).toMatchObject({
      name: 'SELECT AVG(Age) FROM "AWS/SQS"',
      period: 60,
      math: [{ id: "q1", returned: true, period: 60 }],
    });
  });

  it.each([
    ["a composite alarm, which has no metrics", []],
    ["an alarm that is gone", []],
    [
      "an alarm of the same name in another account",
      [{ ...plain, AlarmArn: arn.replace("123456789012", "999999999999") }],
    ],
    ["anomaly detection", [{ ...plain, ComparisonOperator: "GreaterThanUpperThreshold", Threshold: undefined }]],
    [
      "anomaly detection by its newer form",
      [
        {
          ...bare,
          ThresholdMetricId: "ad1",
          Metrics: [
            { Id: "m1", MetricStat: metricStat, ReturnData: true },
            { Id: "ad1", Expression: "ANOMALY_DETECTION_BAND(m1, 2)", ReturnData: true },
          ],
        },
      ],
    ],
    ["a query over many series", mathOf({ Id: "q", Expression: "SELECT AVG(x) FROM y GROUP BY z", Period: 60 })],
    ["a search", mathOf({ Id: "q", Expression: "SEARCH('{AWS/SQS,QueueName} Age', 'Average')", Period: 60 })],
    ["a query that names no period", mathOf({ Id: "q", Expression: "SELECT AVG(x) FROM y" })],
    [
      "arithmetic of which two lines return data",
      mathOf(
        { Id: "e1", Expression: "m1 / 2", ReturnData: true },
        { Id: "m1", MetricStat: metricStat, ReturnData: true },
      ),
    ],
    [
      "arithmetic over a line that is empty",
      mathOf({ Id: "e1", Expression: "m1 / 2", ReturnData: true }, { Id: "m1" }),
    ],
  ])("has no single metric to measure recovery on: %s", async (_name, list) => {
    await awsService("cloudwatch", alarms(...list));
    expect(await cloudWatchAlarms().describe(arn)).toBeUndefined();
  });

  it("asks nothing for a text that is no alarm ARN", async () => {
    const stub = await awsService("cloudwatch", alarms(plain));
    expect(await cloudWatchAlarms().describe("disk full")).toBeUndefined();
    expect(stub.calls).toHaveLength(0);
  });

  it("rejects, and never says undefined, when the service does not answer", async () => {
    await awsService("cloudwatch", inTurn({ error: "AccessDeniedException", status: 403 }));
    await expect(cloudWatchAlarms().describe(arn)).rejects.toMatchObject({ code: "upstream_failed", retryable: false });
  });
});
