import { type Pattern, type SlotValues, severityOf } from "./pattern.ts";
import type { Cluster, Trend, Variable } from "./report.ts";
import { suspicionsOf } from "./suspect.ts";
import { neutralise, oneLine } from "./text.ts";
import { mask } from "./values.ts";

/** Totals of the two windows, for telling more from longer. */
export interface Windows {
  readonly events: number;
  readonly baselineEvents: number;
  /** Milliseconds covered, or 0 where the events carry no dates. */
  readonly duration: number;
  readonly baselineDuration: number;
}

const nearAlarmMilliseconds = 5 * 60_000;
const maxTemplateCharacters = 400;

export interface RankedPattern {
  readonly pattern: Pattern;
  readonly trend: Trend;
  readonly rare: boolean;
  readonly score: number;
}

/** Orders patterns by what a person on call would want first: errors, what is new or surging, the rare, the nearby. */
export function rankPatterns(patterns: readonly Pattern[], windows: Windows): readonly RankedPattern[] {
  const rareCount = Math.max(3, Math.floor(windows.events / 20_000));
  return patterns
    .map((pattern) => {
      const trend = trendOf(pattern, windows);
      const rare = pattern.count > 0 && pattern.count <= rareCount;
      return { pattern, trend, rare, score: scoreOf(pattern, trend, rare) };
    })
    .sort(
      (a, b) => b.score - a.score || b.pattern.count - a.pattern.count || a.pattern.firstSeen - b.pattern.firstSeen,
    );
}

/** The public form of one pattern. */
export function clusterOf(ranked: RankedPattern, findingId: string, events: number): Cluster {
  const { pattern } = ranked;
  return {
    findingId,
    template: templateText(pattern),
    count: pattern.count,
    share: events === 0 ? 0 : pattern.count / events,
    ...(Number.isFinite(pattern.firstSeen) ? { firstSeen: pattern.firstSeen, lastSeen: pattern.lastSeen } : {}),
    severity: severityOf(pattern),
    trend: ranked.trend,
    baselineCount: pattern.baselineCount,
    exemplar: neutralise(pattern.exemplar),
    variables: variablesOf(pattern),
    rare: ranked.rare,
    suspicious: suspicionsOf(pattern.exemplar),
    approximate: pattern.overflow,
  };
}

/** Rates, not counts, are compared: the baseline window may be longer or shorter than the incident's. */
export function trendOf(pattern: Pattern, windows: Windows): Trend {
  if (windows.baselineEvents === 0) return "unknown";
  if (pattern.baselineCount === 0) return "new";
  const timed = windows.duration > 0 && windows.baselineDuration > 0;
  const scale = timed
    ? windows.duration / windows.baselineDuration
    : windows.events / Math.max(1, windows.baselineEvents);
  const expected = pattern.baselineCount * scale;
  if (pattern.count === 0) return expected >= 1 ? "vanished" : "steady";
  // Three times as many, and further off than chance (a Poisson count's own spread) would bring.
  const surging = pattern.count >= 3 * expected && pattern.count - expected > 3 * Math.sqrt(Math.max(1, expected));
  return surging ? "surging" : "steady";
}

const severityScore = { fatal: 100, error: 80, warning: 40, notice: 14, unknown: 14, info: 10, debug: 0 } as const;
const trendScore = { new: 45, surging: 35, vanished: 20, unknown: 0, steady: -20 } as const;

function scoreOf(pattern: Pattern, trend: Trend, rare: boolean): number {
  const near = pattern.nearestToAlarm <= nearAlarmMilliseconds ? 15 : 0;
  return severityScore[severityOf(pattern)] + trendScore[trend] + (rare ? 30 : pattern.count <= 20 ? 10 : 0) + near;
}

function templateText(pattern: Pattern): string {
  let text = "";
  pattern.tokens.forEach((token, at) => {
    text += (at > 0 && pattern.spaced[at] === true ? " " : "") + token;
  });
  return oneLine(neutralise(text), maxTemplateCharacters);
}

function variablesOf(pattern: Pattern): readonly Variable[] {
  const variables: Variable[] = [];
  pattern.tokens.forEach((token, at) => {
    const slot = pattern.slots.get(at);
    if (token === mask && slot !== undefined)
      variables.push(variableOf(nameOf(pattern, at, variables.length + 1), slot));
  });
  return variables;
}

function variableOf(name: string, slot: SlotValues): Variable {
  const top = [...slot.counts].sort((a, b) => b[1] - a[1]).slice(0, 5);
  const numeric =
    slot.numeric > 0 && [...slot.counts.keys()].every((value) => value !== "" && !Number.isNaN(Number(value)));
  return {
    name,
    top: top.map(([value, count]) => ({ value: neutralise(value), count })),
    distinct: slot.counts.size,
    more: slot.overflow,
    ...(numeric ? { range: { min: slot.min, max: slot.max } } : {}),
    sampled: slot.sampled,
  };
}

/** `port` in `port <*>` and in `port=<*>`; the place's number where no word stands before it. */
function nameOf(pattern: Pattern, at: number, number: number): string {
  for (let before = at - 1; before >= Math.max(0, at - 2); before--) {
    const token = pattern.tokens[before] as string;
    if (token === mask) break;
    if (/^[\p{L}_][\p{L}\p{N}_.-]*$/u.test(token)) return token;
  }
  return `value ${number}`;
}
