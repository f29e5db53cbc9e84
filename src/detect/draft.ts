import { AlarmEvent, type AlarmMetric, type AlarmStateValue } from "../domain/alarm.ts";
import { cleanComposite, cleanContributor, cleanMetric, cleanMute, cleanOptional, cleanTags } from "./clean.ts";
import { compact } from "./compact.ts";
import { regionCode, settlePlace } from "./place.ts";
import type { Parsed, Problem } from "./problems.ts";
import { readReasonData } from "./reason.ts";
import { cleanText, limits, type Notes, showValue, startNotes } from "./text.ts";

type Texts = Readonly<Record<string, string>>;
type Maybe<Value> = Value | null | undefined;

/** One alarm's change, read from whatever shape it came in, not yet cleaned. */
export type Draft = {
  readonly via: AlarmEvent["via"];
  readonly eventId?: Maybe<string>;
  readonly change: AlarmEvent["change"];
  readonly arn?: Maybe<string>;
  readonly name: string;
  readonly account?: Maybe<string>;
  readonly region?: Maybe<string>;
  /** Region of the topic, used where the message names none that we know. */
  readonly topicRegion?: Maybe<string>;
  readonly description?: Maybe<string>;
  readonly state: { readonly value: AlarmStateValue; readonly reason: Maybe<string>; readonly at: Maybe<string> };
  /** Time of the envelope, used where the state has none. */
  readonly envelopeTime?: Maybe<string>;
  readonly previous?: Maybe<{ readonly value: AlarmStateValue; readonly at?: Maybe<string> }>;
  readonly metrics: readonly DraftMetric[];
  readonly reasonData?: Maybe<string>;
  readonly threshold?: Maybe<number>;
  readonly contributor?: Maybe<{ readonly id: string; readonly attributes: Texts }>;
  readonly rule?: Maybe<string>;
  readonly suppressor?: Maybe<string>;
  readonly triggering?: Maybe<readonly string[]>;
  readonly suppressedBy?: Maybe<string>;
  readonly mute?: Maybe<Readonly<Record<string, unknown>>>;
  readonly tags?: unknown;
};

export type DraftMetric = {
  readonly [Key in keyof Omit<AlarmMetric, "id" | "returnData">]?: Maybe<AlarmMetric[Key]>;
} & { readonly id?: Maybe<string>; readonly returnData?: Maybe<boolean> };

/** Where each field stands in the shape that the draft came from, for the problems. */
export type DraftPaths = { readonly account: string; readonly region: string; readonly at: string };

/** Cleans, caps and fills in; refuses a draft that names no place or no time. */
export function finishDraft(draft: Draft, paths: DraftPaths): Parsed<AlarmEvent> {
  const notes = startNotes();
  const alarmName = cleanText(draft.name, limits.name, "the alarm's name", notes);
  const beside = { region: regionOf(draft, notes), account: draft.account ?? undefined, name: alarmName };
  const place = settlePlace(draft.arn ?? undefined, beside, notes);
  const at = draft.state.at ?? draft.envelopeTime ?? undefined;
  if (place === undefined || at === undefined) return { ok: false, problems: missingFrom(draft, beside, paths) };
  if (draft.state.at == null) notes.add("the time of the change is missing: the envelope's time stands in");
  const { previous } = draft;
  const metrics = draft.metrics.slice(0, limits.metrics).map((metric, index) => cleanMetric(metric, index, notes));
  const data = readReasonData(draft.reasonData ?? undefined, notes);
  const event = compact({
    via: draft.via,
    eventId: cleanOptional(draft.eventId, limits.name, "the event's id", notes),
    change: draft.change,
    kind: kindOf(draft, metrics),
    alarmArn: cleanText(place.arn, limits.arn, "the alarm's ARN", notes),
    alarmName,
    account: place.account,
    region: place.region,
    description: cleanOptional(draft.description, limits.description, "the description", notes, "keep"),
    state: { value: draft.state.value, reason: reasonOf(draft, notes), at },
    previous: previous == null ? undefined : compact({ value: previous.value, at: previous.at ?? undefined }),
    metrics,
    threshold: draft.threshold ?? data.threshold,
    recentDatapoints: data.datapoints,
    contributor: cleanContributor(draft.contributor, notes),
    composite: cleanComposite(draft, draft.triggering ?? data.triggering, notes),
    suppressedBy: cleanOptional(draft.suppressedBy, limits.name, "what suppressed it", notes),
    mutedBy: cleanMute(draft.mute, notes),
    tags: cleanTags(draft.tags, notes),
  });
  const all = notes.all();
  return { ok: true, value: AlarmEvent.parse(all.length === 0 ? event : { ...event, notes: all }) };
}

function regionOf(draft: Draft, notes: Notes): string | undefined {
  if (draft.region == null) return draft.topicRegion ?? undefined;
  const code = regionCode(draft.region);
  if (code !== undefined || draft.topicRegion == null) return code;
  notes.add(`${showValue(draft.region)} is no region that we know: the topic's region stands in`);
  return draft.topicRegion;
}

type Beside = { readonly region: string | undefined; readonly account: string | undefined };

function missingFrom(draft: Draft, beside: Beside, paths: DraftPaths): readonly Problem[] {
  const rest = "and there is no alarm ARN to take it from";
  const region = draft.region == null ? "is missing" : `must be an AWS region, got ${showValue(draft.region)}`;
  const problems: Problem[] = [];
  if (draft.arn == null && beside.region === undefined)
    problems.push({ path: paths.region, message: `${region}, ${rest}` });
  if (draft.arn == null && beside.account === undefined)
    problems.push({ path: paths.account, message: `is missing, ${rest}` });
  if (draft.state.at == null && draft.envelopeTime == null) {
    problems.push({ path: paths.at, message: "is missing, and nothing around it holds a time" });
  }
  return problems;
}

function reasonOf(draft: Draft, notes: Notes): string {
  if (draft.state.reason == null) notes.add("no reason was given");
  return cleanText(draft.state.reason ?? "", limits.reason, "the reason", notes, "keep");
}

function kindOf(draft: Draft, metrics: readonly AlarmMetric[]): AlarmEvent["kind"] {
  const expressions = metrics.map((metric) => metric.expression ?? "");
  if (draft.rule != null) return "composite";
  if (expressions.some((expression) => /^\s*SELECT\s/i.test(expression))) return "insights";
  if (expressions.some((expression) => /ANOMALY_DETECTION_BAND\s*\(/i.test(expression))) return "anomaly";
  if (expressions.some((expression) => expression !== "")) return "math";
  return metrics.length > 0 ? "metric" : "unknown";
}
