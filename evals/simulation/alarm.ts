import type { AlarmEvent, AlarmStateValue } from "../../src/domain/alarm.ts";
import type { Scenario } from "./scenarios.ts";

/** The scenario's alarm as CloudWatch sends it. */
export function alarmEvent(scenario: Scenario, value: AlarmStateValue, at: number): AlarmEvent {
  const { runbook, metric, threshold } = scenario;
  return {
    via: "eventbridge",
    change: "alarm",
    kind: "metric",
    alarmArn: `arn:aws:cloudwatch:eu-west-1:123456789012:alarm:${runbook}`,
    alarmName: `${runbook} alarm`,
    account: "123456789012",
    region: "eu-west-1",
    state: {
      value,
      reason: `Threshold Crossed: the datapoint was ${value === "OK" ? "not " : ""}greater than the threshold (${threshold}).`,
      at: new Date(at).toISOString(),
    },
    metrics: [
      {
        id: "m1",
        namespace: "Sim",
        name: metric,
        dimensions: { InstanceId: "i-01" },
        period: 60,
        stat: "Average",
        returnData: true,
      },
    ],
    threshold,
  };
}
