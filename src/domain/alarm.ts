import * as z from "zod";

export const AlarmStateValue = z.enum(["OK", "ALARM", "INSUFFICIENT_DATA"]);
export type AlarmStateValue = z.infer<typeof AlarmStateValue>;

/** One entry of an alarm's `configuration.metrics`: a metric with its statistic, or an expression over others. */
export const AlarmMetric = z.strictObject({
  id: z.string(),
  namespace: z.string().optional(),
  name: z.string().optional(),
  dimensions: z.record(z.string(), z.string()),
  /** Seconds. */
  period: z.number().optional(),
  stat: z.string().optional(),
  expression: z.string().optional(),
  label: z.string().optional(),
  returnData: z.boolean(),
});
export type AlarmMetric = z.infer<typeof AlarmMetric>;

/**
 * One state change of one alarm, the same whether it came by EventBridge, as a Lambda alarm action or through SNS.
 * Every text in it is untrusted: whoever can name an alarm can write into it.
 */
export const AlarmEvent = z.strictObject({
  via: z.enum(["eventbridge", "lambda_action", "sns"]),
  /** EventBridge's own id; absent for the other doors. */
  eventId: z.string().optional(),
  change: z.enum(["alarm", "contributor"]),
  kind: z.enum(["metric", "math", "anomaly", "composite", "insights", "unknown"]),
  alarmArn: z.string(),
  alarmName: z.string(),
  account: z.string(),
  region: z.string(),
  description: z.string().optional(),
  state: z.strictObject({ value: AlarmStateValue, reason: z.string(), at: z.iso.datetime() }),
  previous: z.strictObject({ value: AlarmStateValue, at: z.iso.datetime().optional() }).optional(),
  metrics: z.array(AlarmMetric).readonly(),
  threshold: z.number().optional(),
  recentDatapoints: z.array(z.number().nullable()).readonly().optional(),
  contributor: z.strictObject({ id: z.string(), attributes: z.record(z.string(), z.string()) }).optional(),
  composite: z
    .strictObject({ rule: z.string(), suppressor: z.string().optional(), triggering: z.array(z.string()).readonly() })
    .optional(),
  /** CloudWatch sends the event although it suppressed the alarm's actions: whoever listens must honour it. */
  suppressedBy: z.string().optional(),
  mutedBy: z.strictObject({ arn: z.string(), start: z.string().optional(), end: z.string().optional() }).optional(),
  tags: z.record(z.string(), z.string()).optional(),
  /** What the reader filled in, cut or could not make sense of; absent when the event was taken as it came. */
  notes: z.array(z.string()).readonly().optional(),
});
export type AlarmEvent = Readonly<z.infer<typeof AlarmEvent>>;

/** The metric that the alarm watches, or undefined where it watches an expression or other alarms. */
export function primaryMetric(alarm: AlarmEvent): AlarmMetric | undefined {
  const withName = alarm.metrics.filter((metric) => metric.name !== undefined);
  return withName.find((metric) => metric.returnData) ?? withName[0];
}

/** The names and values that say which thing the alarm is about; empty where it names none. */
export function dimensionsOf(alarm: AlarmEvent): Readonly<Record<string, string>> {
  return alarm.contributor?.attributes ?? primaryMetric(alarm)?.dimensions ?? {};
}

/** What is broken, as one stable text: alarms on the same resource belong to one incident. */
export function resourceOf(alarm: AlarmEvent): string {
  const place = `${alarm.account}/${alarm.region}`;
  const dimensions = Object.entries(dimensionsOf(alarm));
  if (dimensions.length === 0) return `${place}/alarm/${alarm.alarmName}`;
  const named = dimensions.map(([key, value]) => `${escapeMark(key)}=${escapeMark(value)}`).sort();
  return `${place}/${named.join(",")}`;
}

/** A value that holds our own separators must not read as two dimensions. */
const escapeMark = (text: string): string => text.replace(/[\\,=]/g, "\\$&");
