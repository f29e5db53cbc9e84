import * as z from "zod";
import { AlarmStateValue } from "../domain/alarm.ts";
import { parseAlarmArn } from "./place.ts";
import { isoTime } from "./text.ts";

/** What CloudWatch sends, field by field as AWS writes it. Fields that we do not use are not looked at. */

const text = z.string().nullish();
const name = z.string().min(1);
const number = z.number().nullish();
const texts = z.record(z.string(), z.string());

const time = z
  .string()
  .transform(
    (value, context) => isoTime(value) ?? issue(context, "must be a time such as 2026-11-23T10:00:00.000+0000"),
  )
  .nullish();
const account = z
  .string()
  .regex(/^\d{1,20}$/, "must be an account number of digits")
  .nullish();
const arn = z.string().refine((value) => parseAlarmArn(value) !== undefined, "must be the ARN of a CloudWatch alarm");

function issue(context: z.core.$RefinementCtx, message: string) {
  context.addIssue({ code: "custom", message });
  return z.NEVER;
}

const Metric = z
  .object({
    id: text,
    metricStat: z
      .object({
        metric: z.object({ namespace: text, name: text, dimensions: texts.nullish() }),
        period: number,
        stat: text,
      })
      .nullish(),
    expression: text,
    label: text,
    period: number,
    returnData: z.boolean().nullish(),
  })
  .refine((metric) => metric.metricStat != null || metric.expression != null, "must hold metricStat or expression");

/** The `detail` of an EventBridge event and the `alarmData` of a Lambda alarm action: one shape. */
export const Detail = z.object({
  alarmName: name,
  alarmContributor: z.object({ id: name, attributes: texts.nullish() }).nullish(),
  state: z.object({
    value: AlarmStateValue,
    reason: text,
    reasonData: text,
    timestamp: time,
    actionsSuppressedBy: text,
  }),
  previousState: z.object({ value: AlarmStateValue, timestamp: time }).nullish(),
  configuration: z
    .object({
      description: text,
      metrics: z.array(Metric).nullish(),
      alarmRule: text,
      actionsSuppressor: text,
    })
    .nullish(),
  muteDetail: z.looseObject({}).nullish(),
  alarmTags: z.unknown().optional(),
});
export type Detail = z.output<typeof Detail>;

export const stateChange = "CloudWatch Alarm State Change";
export const contributorStateChange = "CloudWatch Alarm Contributor State Change";

export const EventBridgeEvent = z.object({
  id: text,
  source: z.literal("aws.cloudwatch"),
  account,
  region: text,
  time,
  resources: z.array(z.string()).nullish(),
  detail: Detail,
});

export const LambdaAction = z.object({
  source: z.literal("aws.cloudwatch").nullish(),
  alarmArn: arn.nullish(),
  accountId: account,
  region: text,
  time,
  alarmData: Detail,
});

const SnsDimensions = z.array(z.object({ name, value: z.string() }));
const SnsMetric = z
  .object({
    Id: text,
    MetricStat: z
      .object({
        Metric: z.object({ Namespace: text, MetricName: text, Dimensions: SnsDimensions.nullish() }),
        Period: number,
        Stat: text,
      })
      .nullish(),
    Expression: text,
    Label: text,
    Period: number,
    ReturnData: z.boolean().nullish(),
  })
  .refine((metric) => metric.MetricStat != null || metric.Expression != null, "must hold MetricStat or Expression");

/** What CloudWatch publishes to a topic: the text of the notification's `Message`. */
export const SnsMessage = z.object({
  AlarmName: name,
  AlarmDescription: text,
  AWSAccountId: account,
  NewStateValue: AlarmStateValue,
  NewStateReason: text,
  StateChangeTime: time,
  Region: text,
  AlarmArn: arn.nullish(),
  OldStateValue: AlarmStateValue.nullish().catch(undefined),
  AlarmContributorId: text,
  AlarmContributorAttributes: texts.nullish(),
  AlarmRule: text,
  TriggeringChildren: z.array(z.object({ Arn: z.string() })).nullish(),
  AlarmTags: z.unknown().optional(),
  Trigger: z
    .object({
      MetricName: text,
      Namespace: text,
      Statistic: text,
      ExtendedStatistic: text,
      Dimensions: SnsDimensions.nullish(),
      Period: number,
      Threshold: number,
      Metrics: z.array(SnsMetric).nullish(),
    })
    .nullish(),
});
export type SnsMessage = z.output<typeof SnsMessage>;

/** A notification as Lambda gets it in `Records[].Sns` and as an HTTP subscriber gets it. */
export const SnsNotification = z.object({
  Type: text,
  TopicArn: text,
  Timestamp: time,
  Message: z.string(),
});
