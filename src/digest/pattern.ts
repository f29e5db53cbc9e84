import { type Severity, severities, severityRank, unknownRank } from "./severity.ts";
import { mask } from "./values.ts";

/** What is known of the values in one place of a template; bounded, so a place of a million values costs as much as ten. */
export interface SlotValues {
  readonly counts: Map<string, number>;
  sampled: number;
  /** True once values were left out of `counts`. */
  overflow: boolean;
  numeric: number;
  min: number;
  max: number;
}

/** Everything kept about the events of one masked signature, or of one template after signatures were joined. */
export interface Pattern {
  readonly tokens: readonly string[];
  /** Which tokens had white space before them. */
  readonly spaced: readonly boolean[];
  readonly slots: Map<number, SlotValues>;
  /** Redacted, cut to a bounded length. */
  exemplar: string;
  textSeverity: Severity;
  /** Of the worst severity that a header gave an event of this pattern. */
  declaredRank: number;
  count: number;
  baselineCount: number;
  firstSeen: number;
  lastSeen: number;
  /** Smallest distance of an event from the alarm, in milliseconds. */
  nearestToAlarm: number;
  /** Events that came when the template table was full and stand for many templates. */
  readonly overflow: boolean;
}

const maxDistinctValues = 24;
const maxValueLength = 80;

export function emptyPattern(
  tokens: readonly string[],
  spaced: readonly boolean[],
  exemplar: string,
  textSeverity: Severity,
  overflow = false,
): Pattern {
  return {
    tokens,
    spaced,
    slots: new Map(),
    exemplar,
    textSeverity,
    declaredRank: unknownRank,
    count: 0,
    baselineCount: 0,
    firstSeen: Number.POSITIVE_INFINITY,
    lastSeen: Number.NEGATIVE_INFINITY,
    nearestToAlarm: Number.POSITIVE_INFINITY,
    overflow,
  };
}

/** One pattern that stands for all of these; `tokens` is what they have in common. */
export function combinePatterns(parts: readonly Pattern[], tokens: readonly string[]): Pattern {
  const aligned = parts.filter((part) => part.tokens.length === tokens.length);
  // The exemplar is of the worst, then the most frequent part that was seen in the window itself.
  const lead = [...parts].sort(
    (a, b) => severityRank(severityOf(a)) - severityRank(severityOf(b)) || b.count - a.count,
  )[0] as Pattern;
  const spaced = aligned[0]?.spaced ?? tokens.map((_, at) => at > 0);
  const combined = emptyPattern(tokens, spaced, lead.exemplar, lead.textSeverity);
  for (const part of parts) {
    combined.count += part.count;
    combined.baselineCount += part.baselineCount;
    combined.firstSeen = Math.min(combined.firstSeen, part.firstSeen);
    combined.lastSeen = Math.max(combined.lastSeen, part.lastSeen);
    combined.nearestToAlarm = Math.min(combined.nearestToAlarm, part.nearestToAlarm);
    combined.declaredRank = Math.min(combined.declaredRank, part.declaredRank);
  }
  tokens.forEach((token, at) => {
    if (token === mask) combineSlot(combined, aligned, at);
  });
  return combined;
}

/** What the header says; text may raise a harmless level to `warning`, because services log failures at INFO. */
export function severityOf(pattern: Pattern): Severity {
  const { declaredRank: declared, textSeverity: text } = pattern;
  if (declared === unknownRank) return text;
  const raised = declared > severityRank("warning") && severityRank(text) <= severityRank("warning");
  return raised ? "warning" : (severities[declared] as Severity);
}

export function addValue(pattern: Pattern, at: number, value: string, weight = 1): void {
  let slot = pattern.slots.get(at);
  if (slot === undefined) {
    slot = { counts: new Map(), sampled: 0, overflow: false, numeric: 0, min: Infinity, max: -Infinity };
    pattern.slots.set(at, slot);
  }
  const text = value.length > maxValueLength ? `${value.slice(0, maxValueLength)}…` : value;
  slot.sampled += weight;
  const known = slot.counts.get(text);
  if (known !== undefined || slot.counts.size < maxDistinctValues) slot.counts.set(text, (known ?? 0) + weight);
  else slot.overflow = true;
  const number = Number(text);
  if (text !== "" && !Number.isNaN(number)) {
    slot.numeric += weight;
    if (number < slot.min) slot.min = number;
    if (number > slot.max) slot.max = number;
  }
}

function combineSlot(combined: Pattern, parts: readonly Pattern[], at: number): void {
  for (const part of parts) {
    const token = part.tokens[at] as string;
    if (token !== mask) {
      addValue(combined, at, token, Math.max(1, part.count));
      continue;
    }
    const slot = part.slots.get(at);
    if (slot === undefined) continue;
    for (const [value, count] of slot.counts) addValue(combined, at, value, count);
    const into = combined.slots.get(at) as SlotValues;
    into.overflow ||= slot.overflow;
    into.min = Math.min(into.min, slot.min);
    into.max = Math.max(into.max, slot.max);
  }
}
