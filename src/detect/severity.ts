import type { AlarmEvent } from "../domain/alarm.ts";
import type { Severity } from "../domain/incident.ts";

/**
 * How bad an alarm says it is: its `severity`, `sev` or `priority` tag, else a word of its name, else SEV3.
 * Only the order of work and who is told hang on it: whoever names an alarm gains no permission.
 */
export function severityOf(event: AlarmEvent): Severity {
  const tags = new Map(Object.entries(event.tags ?? {}).map(([key, value]) => [key.toLowerCase(), value]));
  for (const key of ["severity", "sev", "priority"]) {
    const severity = levels.get((tags.get(key) ?? "").trim().toLowerCase());
    if (severity !== undefined) return severity;
  }
  return fromName(event.alarmName) ?? "SEV3";
}

/** True when `one` is worse than `other`: SEV1 is the worst, and the names sort. */
export const isWorse = (one: Severity, other: Severity): boolean => one < other;

/** The worst hint wins. "high" and "low" say what the metric does ("cpu-high"), so in a name they are no hint. */
function fromName(name: string): Severity | undefined {
  const words = name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\d]+/u);
  const joined = words.map((word, index) =>
    /^(sev|p|severity|priority)$/.test(word) ? word + (words[index + 1] ?? "") : word,
  );
  const found = joined.map((word) => nameHints.get(word)).filter((severity) => severity !== undefined);
  return found.sort()[0];
}

const numbered: readonly (readonly [string, Severity])[] = (["1", "2", "3", "4"] as const).flatMap((level) =>
  ["sev", "p", "severity", "priority"].map((prefix) => [`${prefix}${level}`, `SEV${level}`] as const),
);

const nameHints: ReadonlyMap<string, Severity> = new Map([
  ...numbered,
  ["critical", "SEV1"],
  ["crit", "SEV1"],
  ["outage", "SEV1"],
  ["emergency", "SEV1"],
  ["major", "SEV2"],
  ["warning", "SEV4"],
  ["warn", "SEV4"],
  ["info", "SEV4"],
]);

/** What a tag may say besides: there, "high" is a level. */
const levels: ReadonlyMap<string, Severity> = new Map([
  ...nameHints,
  ["1", "SEV1"],
  ["2", "SEV2"],
  ["3", "SEV3"],
  ["4", "SEV4"],
  ["high", "SEV2"],
  ["medium", "SEV3"],
  ["moderate", "SEV3"],
  ["minor", "SEV4"],
  ["low", "SEV4"],
]);
