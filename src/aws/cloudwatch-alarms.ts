import type { MetricAlarm, MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import type { AlarmDefinition, AlarmSource, MathLine, MetricIdentity } from "../domain/ports.ts";
import { type CloudWatchSdk, cloudWatchSdk } from "./clients.ts";
import { plainDimensions } from "./cloudwatch-metrics.ts";
import { upstream } from "./upstream.ts";

/** Alarm definitions through DescribeAlarms; those that compare no single series with one threshold are undefined. */
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

type WatchedMetric = AlarmDefinition["metric"];

function metricOf(alarm: MetricAlarm): WatchedMetric | undefined {
  if (alarm.MetricName !== undefined) {
    return watched(identityOf(alarm), alarm.Statistic ?? alarm.ExtendedStatistic, alarm.Period);
  }
  // A threshold that is a series of its own moves, and a healthy value can not be told from it here.
  if (alarm.ThresholdMetricId !== undefined) return undefined;
  // One plain metric may also be written as a list of one query; anything else is arithmetic.
  const lines = alarm.Metrics ?? [];
  const [only, ...others] = lines;
  const stat = others.length === 0 && only?.Expression === undefined ? only?.MetricStat : undefined;
  return stat === undefined ? arithmetic(lines) : watched(identityOf(stat.Metric), stat.Stat, stat.Period);
}

const watched = (
  identity: MetricIdentity | undefined,
  stat: string | undefined,
  period: number | undefined,
): WatchedMetric | undefined =>
  identity === undefined || stat === undefined || period === undefined ? undefined : { ...identity, stat, period };

type WireMetric = Pick<MetricAlarm, "Namespace" | "MetricName" | "Dimensions">;

function identityOf(metric: WireMetric | undefined): MetricIdentity | undefined {
  const { Namespace: namespace, MetricName: name, Dimensions = [] } = metric ?? {};
  return namespace === undefined || name === undefined
    ? undefined
    : { namespace, name, dimensions: plainDimensions(Dimensions) };
}

/** Answers with many series, of which none is the alarm's own. */
const manySeries = /\bGROUP\s+BY\b|\bSEARCH\s*\(|\bMETRICS\s*\(\s*\)\s*$|\bANOMALY_DETECTION_BAND\b/i;

/** Arithmetic over metrics, or one series out of a query; undefined where a line is of a kind that can not be repeated. */
function arithmetic(queries: readonly MetricDataQuery[]): WatchedMetric | undefined {
  const math = queries.map(lineOf);
  const returned = queries.filter((query) => query.ReturnData === true || queries.length === 1);
  const [result] = returned;
  if (result?.Id === undefined || returned.length !== 1 || math.includes(undefined)) return undefined;
  const lines = (math as readonly MathLine[]).map((line) => ({ ...line, returned: line.id === result.Id }));
  const periods = lines.flatMap(({ period }) => period ?? []);
  if (periods.length === 0) return undefined;
  const fed = lines.flatMap((line) => ("metric" in line ? [line.metric] : []))[0];
  return {
    namespace: fed?.namespace ?? "metrics query",
    name: result.Label ?? result.Expression ?? fed?.name ?? result.Id,
    dimensions: fed?.dimensions ?? {},
    stat: "math",
    period: Math.max(...periods),
    math: lines,
  };
}

function lineOf({ Id: id, Expression, MetricStat, Period, AccountId }: MetricDataQuery): MathLine | undefined {
  if (id === undefined) return undefined;
  const common = { id, returned: false, ...(AccountId !== undefined && { account: AccountId }) };
  if (Expression !== undefined) {
    return manySeries.test(Expression)
      ? undefined
      : { ...common, expression: Expression, ...(Period !== undefined && { period: Period }) };
  }
  const metric = identityOf(MetricStat?.Metric);
  const { Stat: stat, Period: period, Unit: unit } = MetricStat ?? {};
  if (metric === undefined || stat === undefined || period === undefined) return undefined;
  return { ...common, metric, stat, period, ...(unit !== undefined && { unit }) };
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
