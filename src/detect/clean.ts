import type { AlarmEvent, AlarmMetric } from "../domain/alarm.ts";
import { compact } from "./compact.ts";
import type { Draft, DraftMetric } from "./draft.ts";
import { cleanText, limits, type Notes } from "./text.ts";

type Texts = Readonly<Record<string, string>>;

/** A metric of the alarm as we keep it; `index` names it where it has no id. */
export function cleanMetric(metric: DraftMetric, index: number, notes: Notes): AlarmMetric {
  const what = `metric ${index + 1}`;
  return compact({
    id: cleanOptional(metric.id, limits.name, `the id of ${what}`, notes) ?? `m${index + 1}`,
    namespace: cleanOptional(metric.namespace, limits.name, `the namespace of ${what}`, notes),
    name: cleanOptional(metric.name, limits.name, `the name of ${what}`, notes),
    dimensions: cleanTexts(metric.dimensions ?? {}, { ...dimensionLimits, what: `a dimension of ${what}` }, notes),
    period: metric.period ?? undefined,
    stat: cleanOptional(metric.stat, limits.name, `the statistic of ${what}`, notes),
    expression: cleanOptional(metric.expression, limits.expression, `the expression of ${what}`, notes),
    label: cleanOptional(metric.label, limits.value, `the label of ${what}`, notes),
    // AWS: a query returns data unless it says otherwise.
    returnData: metric.returnData ?? true,
  });
}

const dimensionLimits = { count: limits.dimensions, key: limits.name, value: limits.value };
type TextsLimits = { readonly count: number; readonly key: number; readonly value: number; readonly what: string };

function cleanTexts(texts: Texts, limit: TextsLimits, notes: Notes): Record<string, string> {
  const entries = Object.entries(texts);
  if (entries.length > limit.count) notes.add(`${limit.what}: ${entries.length}, kept ${limit.count}`);
  const kept = entries.slice(0, limit.count);
  return Object.fromEntries(
    kept.map(([key, value]) => [
      cleanText(key, limit.key, limit.what, notes),
      cleanText(value, limit.value, limit.what, notes),
    ]),
  );
}

/** The one of many series that changed. */
export function cleanContributor(contributor: Draft["contributor"], notes: Notes): AlarmEvent["contributor"] {
  if (contributor == null) return undefined;
  const id = cleanText(contributor.id, limits.name, "the contributor's id", notes);
  return {
    id,
    attributes: cleanTexts(contributor.attributes, { ...dimensionLimits, what: "a contributor's attribute" }, notes),
  };
}

/** The rule of a composite alarm and the alarms that made it fire. */
export function cleanComposite(draft: Draft, triggering: readonly string[], notes: Notes): AlarmEvent["composite"] {
  if (draft.rule == null) return undefined;
  return compact({
    rule: cleanText(draft.rule, limits.rule, "the alarm rule", notes),
    suppressor: cleanOptional(draft.suppressor, limits.arn, "the actions suppressor", notes),
    triggering: triggering
      .slice(0, limits.triggering)
      .map((arn) => cleanText(arn, limits.arn, "a triggering alarm", notes)),
  });
}

/** Whatever stands in it, an alarm with a mute detail is muted: a shape we do not know must not start a run. */
export function cleanMute(mute: Draft["mute"], notes: Notes): AlarmEvent["mutedBy"] {
  if (mute == null) return undefined;
  const field = (key: string) => (typeof mute[key] === "string" ? mute[key] : undefined);
  return compact({
    arn: cleanOptional(field("mutedByArn"), limits.arn, "the mute rule", notes) ?? "an unnamed mute rule",
    start: cleanOptional(field("muteWindowStart"), limits.name, "the mute window", notes),
    end: cleanOptional(field("muteWindowEnd"), limits.name, "the mute window", notes),
  });
}

/** AWS documents tags as pairs and names no shape for every door, so an odd one is noted and never costs the alarm. */
export function cleanTags(tags: unknown, notes: Notes): Texts | undefined {
  if (tags === undefined || tags === null) return undefined;
  const pairs = Array.isArray(tags) ? tags.map(pairOf) : Object.entries(tags);
  const known = pairs.filter(
    (pair): pair is [string, string] => typeof pair[0] === "string" && typeof pair[1] === "string",
  );
  if (typeof tags !== "object" || known.length < pairs.length) notes.add("some tags could not be read");
  const limit = { count: limits.tags, key: limits.tagKey, value: limits.tagValue, what: "a tag" };
  return cleanTexts(Object.fromEntries(known), limit, notes);
}

function pairOf(pair: unknown): readonly unknown[] {
  const { key, Key, value, Value } = (pair ?? {}) as Readonly<Record<string, unknown>>;
  return [key ?? Key, value ?? Value];
}

/** Text that may be missing. */
export function cleanOptional(
  text: string | null | undefined,
  limit: number,
  what: string,
  notes: Notes,
  lines: "keep" | "escape" = "escape",
) {
  return text == null ? undefined : cleanText(text, limit, what, notes, lines);
}
