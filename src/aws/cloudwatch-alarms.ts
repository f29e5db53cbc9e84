import type { MetricAlarm } from "@aws-sdk/client-cloudwatch";
import type { AlarmDefinition, AlarmSource, MetricIdentity } from "../domain/ports.ts";
import { type CloudWatchSdk, cloudWatchSdk } from "./clients.ts";
import { plainDimensions } from "./cloudwatch-metrics.ts";
import { upstream } from "./upstream.ts";

/** Alarm definitions through DescribeAlarms; those that watch no single metric against one threshold are undefined. */
export function cloudWatchAlarms(sdk: CloudWatchSdk = cloudWatchSdk()): AlarmSource {
  return {
    async describe(alarmArn) {
      const name = alarmArn.split(":").slice(6).join(":");
      if (name === "") return undefined;
      const { api, client } = await sdk();
      const input = { AlarmNames: [name], AlarmTypes: ["MetricAlarm" as const], MaxRecords: 1 };
      const reply = await upstream(`describe alarm ${alarmArn}`, () =>
        client.send(new api.DescribeAlarmsCommand(input)),
      );
      // By ARN, not by name: an alarm of the same name in another account or region is another alarm.
      const alarm = reply.MetricAlarms?.find((candidate) => candidate.AlarmArn === alarmArn);
      return alarm === undefined ? undefined : definitionOf(alarmArn, alarm);
    },
  };
}

function definitionOf(alarmArn: string, alarm: MetricAlarm): AlarmDefinition | undefined {
  const metric = metricOf(alarm);
  const comparison = comparisons[alarm.ComparisonOperator ?? ""];
  const { AlarmName: alarmName, Threshold: threshold, EvaluationPeriods: evaluationPeriods } = alarm;
  if (metric === undefined || comparison === undefined || alarmName === undefined) return undefined;
  if (threshold === undefined || evaluationPeriods === undefined) return undefined;
  return {
    alarmArn,
    alarmName,
    metric,
    comparison,
    threshold,
    evaluationPeriods,
    datapointsToAlarm: alarm.DatapointsToAlarm ?? evaluationPeriods,
    treatMissingData: missing(alarm.TreatMissingData),
  };
}

type WatchedMetric = MetricIdentity & { readonly stat: string; readonly period: number };

function metricOf(alarm: MetricAlarm): WatchedMetric | undefined {
  if (alarm.MetricName !== undefined) {
    return watched(alarm, alarm.Statistic ?? alarm.ExtendedStatistic, alarm.Period);
  }
  // One plain metric may also be written as a list of one query; anything longer is metric math.
  const [only, ...others] = alarm.Metrics ?? [];
  const stat = others.length === 0 && only?.Expression === undefined ? only?.MetricStat : undefined;
  return stat?.Metric === undefined ? undefined : watched(stat.Metric, stat.Stat, stat.Period);
}

function watched(
  metric: Pick<MetricAlarm, "Namespace" | "MetricName" | "Dimensions">,
  stat: string | undefined,
  period: number | undefined,
): WatchedMetric | undefined {
  const { Namespace: namespace, MetricName: name, Dimensions } = metric;
  if (namespace === undefined || name === undefined || stat === undefined || period === undefined) return undefined;
  return { namespace, name, dimensions: plainDimensions(Dimensions ?? []), stat, period };
}

/** The anomaly detection comparisons are missing on purpose: their threshold moves. */
const comparisons: Readonly<Record<string, AlarmDefinition["comparison"]>> = {
  GreaterThanThreshold: ">",
  GreaterThanOrEqualToThreshold: ">=",
  LessThanThreshold: "<",
  LessThanOrEqualToThreshold: "<=",
};

function missing(text: string | undefined): AlarmDefinition["treatMissingData"] {
  return text === "breaching" || text === "notBreaching" || text === "ignore" ? text : "missing";
}
