import { describe, expect, it } from "vitest";
import type { AlarmDefinition } from "../../src/domain/ports.ts";
import { createAlarmBoard } from "../../src/local/lab-alarms.ts";
import { createMetricStore } from "../../src/local/lab-metric-store.ts";

const place = { account: "123456789012", region: "us-east-1" };
const definition: AlarmDefinition = {
  alarmArn: "arn:aws:cloudwatch:us-east-1:123456789012:alarm:ServerCpuTooHigh",
  alarmName: "ServerCpuTooHigh",
  metric: {
    namespace: "AWS/EC2",
    name: "CPUUtilization",
    dimensions: { InstanceId: "i-12345678901234567" },
    stat: "Average",
    period: 60,
  },
  comparison: ">",
  threshold: 50,
  evaluationPeriods: 1,
  datapointsToAlarm: 1,
  treatMissingData: "missing",
};

function board() {
  let now = Date.UTC(2019, 9, 2, 16, 58, 30);
  const metrics = createMetricStore({ resolution: 60 });
  const alarms = [{ definition, description: "Goes into alarm when server CPU utilization is too high!" }];
  const made = createAlarmBoard({ alarms, metrics, clock: { now: () => now }, place });
  const events: unknown[] = [];
  made.listen((event) => events.push(event));
  const minute = async (value: number | undefined): Promise<void> => {
    if (value !== undefined) metrics.put(definition.metric, now, [value]);
    now += 60_000;
    await made.evaluate();
  };
  return { made, events, minute };
}

describe("a board of metric alarms", () => {
  it("sends the event that EventBridge delivers, key for key", async () => {
    const { events, minute } = board();
    await minute(0.0666851903306472);
    await minute(99.50160229693434);
    const event = events[1] as { id: string; detail: { state: { reasonData: string } } };
    expect(event).toEqual({
      version: "0",
      id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      "detail-type": "CloudWatch Alarm State Change",
      source: "aws.cloudwatch",
      account: "123456789012",
      time: "2019-10-02T17:00:30Z",
      region: "us-east-1",
      resources: ["arn:aws:cloudwatch:us-east-1:123456789012:alarm:ServerCpuTooHigh"],
      detail: {
        alarmName: "ServerCpuTooHigh",
        configuration: {
          description: "Goes into alarm when server CPU utilization is too high!",
          metrics: [
            {
              id: expect.stringMatching(/^[0-9a-f-]{36}$/),
              metricStat: {
                metric: {
                  dimensions: { InstanceId: "i-12345678901234567" },
                  name: "CPUUtilization",
                  namespace: "AWS/EC2",
                },
                period: 60,
                stat: "Average",
              },
              returnData: true,
            },
          ],
        },
        previousState: {
          reason:
            "Threshold Crossed: 1 datapoint [0.0666851903306472 (02/10/19 16:58:00)] was not greater than the threshold (50.0).",
          reasonData: expect.any(String),
          timestamp: "2019-10-02T16:59:30.000+0000",
          value: "OK",
        },
        state: {
          reason:
            "Threshold Crossed: 1 out of the last 1 datapoints [99.50160229693434 (02/10/19 16:59:00)] was greater than the threshold (50.0) (minimum 1 datapoint for OK -> ALARM transition).",
          reasonData: expect.any(String),
          timestamp: "2019-10-02T17:00:30.000+0000",
          value: "ALARM",
        },
      },
    });
    expect(JSON.parse(event.detail.state.reasonData)).toMatchObject({
      version: "1.0",
      queryDate: "2019-10-02T17:00:30.000+0000",
      startDate: "2019-10-02T16:59:00.000+0000",
      statistic: "Average",
      period: 60,
      recentDatapoints: [99.50160229693434],
      threshold: 50,
    });
  });

  it("speaks only when the state changes", async () => {
    const { made, events, minute } = board();
    for (const value of [1, 2, 99, 98, 97, 1, 1]) await minute(value);
    expect(events).toHaveLength(3);
    expect(made.state("ServerCpuTooHigh")).toBe("OK");
    expect(made.state("no-such-alarm")).toBeUndefined();
  });

  it("goes to INSUFFICIENT_DATA when the metric falls silent", async () => {
    const { made, minute } = board();
    await minute(1);
    for (let minutes = 0; minutes < 4; minutes += 1) await minute(undefined);
    expect(made.state("ServerCpuTooHigh")).toBe("INSUFFICIENT_DATA");
  });

  it("describes an alarm by its ARN, and does not know another", async () => {
    const { made } = board();
    expect(await made.source.describe(definition.alarmArn)).toEqual(definition);
    expect(await made.source.describe(`${definition.alarmArn}2`)).toBeUndefined();
  });
});
