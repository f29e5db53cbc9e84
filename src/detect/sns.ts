import type { AlarmEvent } from "../domain/alarm.ts";
import { type DraftMetric, finishDraft } from "./draft.ts";
import type { ParsedAlarms } from "./parse.ts";
import { regionCode } from "./place.ts";
import { type Parsed, type Problem, parseWith, problem } from "./problems.ts";
import { shortLine, showValue } from "./text.ts";
import { SnsMessage, SnsNotification } from "./wire.ts";

type ReadOne = (raw: unknown, prefix: string) => Parsed<AlarmEvent>;
type Envelope = { readonly time: string | null | undefined; readonly topicRegion: string | undefined };

/** Reads the records that Lambda gets from a topic; one bad record refuses all, so that none is lost unseen. */
export function readSnsRecords(records: unknown, readOne: ReadOne): ParsedAlarms {
  if (!Array.isArray(records)) return problem("Records", `must be a list, got ${showValue(records)}`);
  if (records.length === 0) return problem("Records", "is empty");
  const events: AlarmEvent[] = [];
  const problems: Problem[] = [];
  for (const [index, record] of records.entries()) {
    const parsed = readRecord(record, `Records[${index}]`, readOne);
    if (parsed.ok) events.push(parsed.value);
    else problems.push(...parsed.problems);
  }
  return problems.length === 0 ? { ok: true, events } : { ok: false, problems: problems.slice(0, 20) };
}

function readRecord(record: unknown, prefix: string, readOne: ReadOne): Parsed<AlarmEvent> {
  if (typeof record !== "object" || record === null)
    return problem(prefix, `must be an object, got ${showValue(record)}`);
  const { Sns, EventSource, eventSource } = record as Readonly<Record<string, unknown>>;
  if (Sns !== undefined) return readSnsNotification(Sns, `${prefix}.Sns`, readOne);
  return problem(
    `${prefix}.Sns`,
    `is missing; the record's source is ${showValue(EventSource ?? eventSource)}, expected "aws:sns"`,
  );
}

/** Reads one notification. Its message is an alarm's own, or an EventBridge event that a rule sent to the topic. */
export function readSnsNotification(raw: unknown, prefix: string, readOne: ReadOne): Parsed<AlarmEvent> {
  const parsed = parseWith(SnsNotification, raw, prefix);
  if (!parsed.ok) return parsed;
  const { Type, Message, TopicArn, Timestamp } = parsed.value;
  const at = (path: string) => (prefix === "" ? path : `${prefix}.${path}`);
  if (Type != null && Type !== "Notification") {
    return problem(
      at("Type"),
      `must be "Notification", got ${showValue(Type)}: confirm a subscription before alarms come`,
    );
  }
  let message: unknown;
  try {
    message = JSON.parse(Message);
  } catch (cause) {
    return problem(at("Message"), `is not JSON: ${shortLine(cause instanceof Error ? cause.message : "", 120)}`);
  }
  const inner = (message ?? {}) as Readonly<Record<string, unknown>>;
  const topicRegion = regionCode(TopicArn?.split(":")[3] ?? "");
  if (typeof message === "object" && "detail-type" in inner) return readOne(message, at("Message"));
  return readSnsMessage(message, at("Message"), { time: Timestamp, topicRegion });
}

/** Reads what CloudWatch publishes about one alarm. */
export function readSnsMessage(raw: unknown, prefix: string, envelope: Envelope | undefined): Parsed<AlarmEvent> {
  const parsed = parseWith(SnsMessage, raw, prefix);
  if (!parsed.ok) return parsed;
  const message = parsed.value;
  const at = (path: string) => (prefix === "" ? path : `${prefix}.${path}`);
  const draft = {
    via: "sns" as const,
    change: message.AlarmContributorId == null ? ("alarm" as const) : ("contributor" as const),
    arn: message.AlarmArn,
    name: message.AlarmName,
    account: message.AWSAccountId,
    region: message.Region,
    topicRegion: envelope?.topicRegion,
    description: message.AlarmDescription,
    state: { value: message.NewStateValue, reason: message.NewStateReason, at: message.StateChangeTime },
    envelopeTime: envelope?.time,
    previous: message.OldStateValue == null ? undefined : { value: message.OldStateValue },
    metrics: metricsOf(message.Trigger),
    threshold: message.Trigger?.Threshold,
    contributor: contributorOf(message),
    rule: message.AlarmRule,
    triggering: message.TriggeringChildren?.map((child) => child.Arn),
    tags: message.AlarmTags,
  };
  return finishDraft(draft, { account: at("AWSAccountId"), region: at("Region"), at: at("StateChangeTime") });
}

function contributorOf(message: SnsMessage) {
  if (message.AlarmContributorId == null) return undefined;
  return { id: message.AlarmContributorId, attributes: message.AlarmContributorAttributes ?? {} };
}

function metricsOf(trigger: SnsMessage["Trigger"]): readonly DraftMetric[] {
  if (trigger == null) return [];
  if (trigger.Metrics != null) return trigger.Metrics.map(metricOf);
  if (trigger.MetricName == null) return [];
  return [
    {
      id: "m1",
      namespace: trigger.Namespace,
      name: trigger.MetricName,
      dimensions: dimensionsOf(trigger.Dimensions),
      period: trigger.Period,
      stat: trigger.ExtendedStatistic ?? statistics.get(trigger.Statistic ?? "") ?? trigger.Statistic,
      returnData: true,
    },
  ];
}

function metricOf(metric: NonNullable<NonNullable<SnsMessage["Trigger"]>["Metrics"]>[number]): DraftMetric {
  const stat = metric.MetricStat;
  return {
    id: metric.Id,
    namespace: stat?.Metric.Namespace,
    name: stat?.Metric.MetricName,
    dimensions: dimensionsOf(stat?.Metric.Dimensions),
    period: stat?.Period ?? metric.Period,
    stat: stat?.Stat,
    expression: metric.Expression,
    label: metric.Label,
    returnData: metric.ReturnData,
  };
}

const dimensionsOf = (list: readonly { readonly name: string; readonly value: string }[] | null | undefined) =>
  Object.fromEntries((list ?? []).map(({ name, value }) => [name, value]));

/** SNS shouts what the CloudWatch API takes in title case. */
const statistics: ReadonlyMap<string, string> = new Map([
  ["AVERAGE", "Average"],
  ["SUM", "Sum"],
  ["MINIMUM", "Minimum"],
  ["MAXIMUM", "Maximum"],
  ["SAMPLE_COUNT", "SampleCount"],
  ["SAMPLECOUNT", "SampleCount"],
]);
