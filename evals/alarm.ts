import { parseAlarmEvent } from "../src/detect/parse.ts";
import { type AlarmStateValue, primaryMetric } from "../src/domain/alarm.ts";
import { HealerError } from "../src/domain/errors.ts";
import type { AlarmDefinition } from "../src/domain/ports.ts";
import type { EvalCase, ShortAlarm } from "./case.ts";
import { valueAt } from "./series.ts";

export const account = "111122223333";

/** The event that opens a case, and what can be measured on the alarm's own metric. */
export type OpeningAlarm = {
  readonly event: unknown;
  readonly at: number;
  readonly definition: AlarmDefinition | undefined;
  readonly own: (Pick<ShortAlarm, "series" | "after"> & { readonly wobble?: number }) | undefined;
};

export function openingAlarm(definition: EvalCase): OpeningAlarm {
  const { alarm, world } = definition;
  if (alarm === undefined) throw bad(definition, "a recorded world needs an alarm");
  if (!("event" in alarm)) {
    const at = Date.parse(world.at);
    const event = expandAlarm(alarm, world.region, at, alarm.state);
    const parsed = parseAlarmEvent(event);
    // A name with odd characters is cleaned on its way in, and the service would never have had it.
    const alarmArn = parsed.ok ? parsed.events[0]?.alarmArn : undefined;
    const own = { ...definitionOf(alarm, world.region), ...(alarmArn !== undefined && { alarmArn }) };
    return { event, at, definition: alarm.measurable ? own : undefined, own: alarm };
  }
  const parsed = parseAlarmEvent(alarm.event);
  const [first] = parsed.ok ? parsed.events : [];
  if (first === undefined) throw bad(definition, "its event is no alarm event");
  const measured = alarm.measured;
  const at = Date.parse(first.state.at);
  if (measured === undefined) return { event: alarm.event, at, definition: undefined, own: undefined };
  const rule = { ...ruleOf(measured), ...metricOf(measured), alarmArn: first.alarmArn, alarmName: first.alarmName };
  const metric = {
    ...rule.metric,
    dimensions: first.contributor?.attributes ?? primaryMetric(first)?.dimensions ?? {},
  };
  return { event: alarm.event, at, definition: { ...rule, metric }, own: measured };
}

/** The whole EventBridge event, as CloudWatch would send it. */
export function expandAlarm(alarm: ShortAlarm, region: string, at: number, value: AlarmStateValue): unknown {
  const definition = definitionOf(alarm, region);
  const { namespace, name, dimensions, period, stat } = definition.metric;
  const time = awsTime(at);
  return {
    version: "0",
    id: "00000000-0000-4000-8000-000000000000",
    "detail-type": "CloudWatch Alarm State Change",
    source: "aws.cloudwatch",
    account,
    time: new Date(at).toISOString().replace(/\.\d{3}Z$/, "Z"),
    region,
    resources: [definition.alarmArn],
    detail: {
      alarmName: alarm.name,
      configuration: {
        ...(alarm.description !== undefined && { description: alarm.description }),
        metrics: [
          { id: "m1", metricStat: { metric: { namespace, name, dimensions }, period, stat }, returnData: true },
        ],
      },
      previousState: {
        value: value === "OK" ? "ALARM" : "OK",
        reason: "Threshold Crossed",
        timestamp: awsTime(at - 3_600_000),
      },
      state: {
        value,
        reason: alarm.reason ?? reasonOf(alarm, at, value),
        reasonData: JSON.stringify({
          version: "1.0",
          statistic: stat,
          period,
          recentDatapoints: [valueAt(alarm.series, 0)],
          threshold: definition.threshold,
        }),
        timestamp: time,
        ...(alarm.suppressed_by !== undefined && { actionsSuppressedBy: alarm.suppressed_by }),
      },
      ...(alarm.muted_by != null && {
        muteDetail: {
          mutedByArn: alarm.muted_by,
          muteWindowStart: awsTime(at - 600_000),
          muteWindowEnd: awsTime(at + 3_600_000),
        },
      }),
    },
  };
}

function reasonOf(alarm: ShortAlarm, at: number, value: AlarmStateValue): string {
  if (value === "INSUFFICIENT_DATA") return "Insufficient Data: 1 datapoint was unknown.";
  const { comparison, threshold } = ruleOf(alarm);
  const words = {
    ">": "greater than",
    ">=": "greater than or equal to",
    "<": "less than",
    "<=": "less than or equal to",
  }[comparison];
  const shown = decimal(valueAt(alarm.series, 0) ?? 0);
  const clock = new Date(at - alarm.period * 1000).toISOString();
  const day = `${clock.slice(8, 10)}/${clock.slice(5, 7)}/${clock.slice(2, 4)} ${clock.slice(11, 19)}`;
  return `Threshold Crossed: 1 out of the last 1 datapoints [${shown} (${day})] was ${value === "OK" ? "not " : ""}${words} the threshold (${decimal(threshold)}) (minimum 1 datapoint for OK -> ALARM transition).`;
}

type Measured = Pick<ShortAlarm, "metric" | "dimensions" | "stat" | "period" | "is">;

const definitionOf = (alarm: ShortAlarm, region: string): AlarmDefinition => ({
  alarmArn: `arn:aws:cloudwatch:${region}:${account}:alarm:${alarm.name}`,
  alarmName: alarm.name,
  ...metricOf(alarm),
  ...ruleOf(alarm),
  treatMissingData: alarm.missing,
});

const metricOf = (alarm: Measured): Pick<AlarmDefinition, "metric"> => {
  const [namespace, name] = splitMetric(alarm.metric);
  return { metric: { namespace, name, dimensions: alarm.dimensions, stat: alarm.stat, period: alarm.period } };
};

const ruleOf = (
  alarm: Measured,
): Pick<
  AlarmDefinition,
  "comparison" | "threshold" | "evaluationPeriods" | "datapointsToAlarm" | "treatMissingData"
> => {
  const [comparison, threshold] = alarm.is.split(" ");
  return {
    comparison: comparison as ">",
    threshold: Number(threshold),
    evaluationPeriods: 2,
    datapointsToAlarm: 2,
    treatMissingData: "missing",
  };
};

export function splitMetric(text: string): readonly [namespace: string, name: string] {
  const at = text.indexOf(" ");
  return [text.slice(0, at), text.slice(at + 1)];
}

const awsTime = (at: number): string => new Date(at).toISOString().replace("Z", "+0000");
const decimal = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : String(value));

const bad = (definition: EvalCase, why: string): HealerError =>
  new HealerError("bad_input", `case ${definition.id}: ${why}`, { hint: "docs/evals.md says what a case holds." });
