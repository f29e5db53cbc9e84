import type { AlarmEvent } from "../domain/alarm.ts";
import { type Draft, type DraftMetric, finishDraft } from "./draft.ts";
import { parseAlarmArn } from "./place.ts";
import { type Parsed, type Problem, parseWith, problem } from "./problems.ts";
import { readSnsMessage, readSnsNotification, readSnsRecords } from "./sns.ts";
import { shortLine, showValue } from "./text.ts";
import { contributorStateChange, type Detail, EventBridgeEvent, LambdaAction, stateChange } from "./wire.ts";

export type ParsedAlarms =
  | { readonly ok: true; readonly events: readonly AlarmEvent[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export const maxEventBytes = 1_048_576;

/**
 * Reads an alarm's change from JSON text, in any of the shapes that `parseAlarmEvent` knows. Never throws; more than
 * 1,048,576 bytes, the most that EventBridge carries, are refused unread.
 */
export function parseAlarmText(text: string): ParsedAlarms {
  const bytes = Buffer.byteLength(text, "utf8");
  if (bytes > maxEventBytes) return problem("event", `has ${bytes} bytes; an alarm event has at most ${maxEventBytes}`);
  if (text.trim() === "") return problem("event", "is empty; expected the JSON of a CloudWatch alarm event");
  try {
    return parseAlarmEvent(JSON.parse(text.replace(/^\ufeff/, "")));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    return problem("event", `is not JSON: ${shortLine(cause.message, 120)}`);
  }
}

/**
 * Reads the alarms of an EventBridge event, a Lambda alarm action, an SNS notification (from Lambda or HTTP) or a bare
 * SNS message. Anything else, and any event with one bad record, is refused whole with what is wrong and where.
 */
export function parseAlarmEvent(raw: unknown): ParsedAlarms {
  if (!isRecord(raw)) return problem("event", `must be a JSON object, got ${showValue(raw)}`);
  if ("Records" in raw) return readSnsRecords(raw.Records, readOne);
  return many(readOne(raw, ""));
}

function readOne(raw: unknown, prefix: string): Parsed<AlarmEvent> {
  const where = prefix === "" ? "event" : prefix;
  if (!isRecord(raw)) return problem(where, `must be a JSON object, got ${showValue(raw)}`);
  if ("alarmData" in raw) return readLambdaAction(raw, prefix);
  if ("detail-type" in raw || "detail" in raw) return readEventBridge(raw, prefix);
  if ("AlarmName" in raw || "NewStateValue" in raw) return readSnsMessage(raw, prefix, undefined);
  if ("Type" in raw || "Message" in raw) return readSnsNotification(raw, prefix, readOne);
  return problem(where, `is no CloudWatch alarm event: ${showValue(raw)}`);
}

function readEventBridge(raw: Readonly<Record<string, unknown>>, prefix: string): Parsed<AlarmEvent> {
  const at = (path: string) => (prefix === "" ? path : `${prefix}.${path}`);
  const type = raw["detail-type"];
  if (type !== stateChange && type !== contributorStateChange) {
    const got = type === undefined ? "is missing" : `${showValue(type)} is no alarm's change of state`;
    return problem(at("detail-type"), `${got}; expected "${stateChange}" or "${contributorStateChange}"`);
  }
  const parsed = parseWith(EventBridgeEvent, raw, prefix);
  if (!parsed.ok) return parsed;
  const { detail, ...envelope } = parsed.value;
  const change = type === contributorStateChange ? "contributor" : "alarm";
  if (change === "contributor" && detail.alarmContributor == null)
    return problem(at("detail.alarmContributor"), "is missing");
  const arn = envelope.resources?.find((resource) => resource.includes(":alarm:"));
  if (arn !== undefined && parseAlarmArn(arn) === undefined) {
    return problem(at("resources"), `must hold the ARN of a CloudWatch alarm, got ${showValue(arn)}`);
  }
  const draft: Draft = {
    ...draftOf(detail),
    via: prefix === "" ? "eventbridge" : "sns",
    change,
    eventId: envelope.id,
    arn,
    account: envelope.account,
    region: envelope.region,
    envelopeTime: envelope.time,
  };
  return finishDraft(draft, { account: at("account"), region: at("region"), at: at("detail.state.timestamp") });
}

function readLambdaAction(raw: unknown, prefix: string): Parsed<AlarmEvent> {
  const at = (path: string) => (prefix === "" ? path : `${prefix}.${path}`);
  const parsed = parseWith(LambdaAction, raw, prefix);
  if (!parsed.ok) return parsed;
  const { alarmData, ...envelope } = parsed.value;
  const draft: Draft = {
    ...draftOf(alarmData),
    via: "lambda_action",
    change: alarmData.alarmContributor == null ? "alarm" : "contributor",
    arn: envelope.alarmArn,
    account: envelope.accountId,
    region: envelope.region,
    envelopeTime: envelope.time,
  };
  return finishDraft(draft, { account: at("accountId"), region: at("region"), at: at("alarmData.state.timestamp") });
}

function draftOf(detail: Detail): Omit<Draft, "via" | "change"> {
  const { state, previousState: previous, configuration, alarmContributor: contributor } = detail;
  return {
    name: detail.alarmName,
    description: configuration?.description,
    state: { value: state.value, reason: state.reason, at: state.timestamp },
    previous: previous == null ? undefined : { value: previous.value, at: previous.timestamp },
    metrics: (configuration?.metrics ?? []).map(draftMetric),
    reasonData: state.reasonData,
    contributor: contributor == null ? undefined : { id: contributor.id, attributes: contributor.attributes ?? {} },
    rule: configuration?.alarmRule,
    suppressor: configuration?.actionsSuppressor,
    suppressedBy: state.actionsSuppressedBy,
    mute: detail.muteDetail,
    tags: detail.alarmTags,
  };
}

function draftMetric(metric: NonNullable<NonNullable<Detail["configuration"]>["metrics"]>[number]): DraftMetric {
  const { metricStat, ...rest } = metric;
  return {
    ...rest,
    namespace: metricStat?.metric.namespace,
    name: metricStat?.metric.name,
    dimensions: metricStat?.metric.dimensions,
    period: metricStat?.period ?? metric.period,
    stat: metricStat?.stat,
  };
}

const many = (parsed: Parsed<AlarmEvent>): ParsedAlarms => (parsed.ok ? { ok: true, events: [parsed.value] } : parsed);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
