import type { MetricPoint } from "../domain/ports.ts";
import { type ChangePoint, changePointOf, median } from "./change-point.ts";
import { saturationOf } from "./saturation.ts";

/** A series as a reader wants it: where it stands, where it stood, and what happened in between. */
export type SeriesSummary = {
  readonly newest: MetricPoint;
  readonly minimum: number;
  readonly maximum: number;
  /** Median before the alarm; undefined where nothing was measured then. */
  readonly before: number | undefined;
  readonly change: ChangePoint | undefined;
  readonly saturation: string | undefined;
};

/** Undefined for a series without a point. */
export function summaryOf(name: string, points: readonly MetricPoint[], alarmAt: number): SeriesSummary | undefined {
  const newest = points.at(-1);
  if (newest === undefined) return undefined;
  const values = points.map((point) => point.value);
  const change = changePointOf(points);
  // What led to the alarm is not what was usual: where the change is known, only what lies before it is the baseline.
  const until = Math.min(alarmAt, change?.at ?? alarmAt);
  const before = points.filter((point) => point.at < until).map((point) => point.value);
  return {
    newest,
    minimum: Math.min(...values),
    maximum: Math.max(...values),
    before: before.length === 0 ? undefined : median(before),
    change,
    saturation: saturationOf(name, points, change),
  };
}

export function changeText(change: ChangePoint | undefined): string {
  if (change === undefined) return "none";
  const time = new Date(change.at).toISOString().slice(0, 19);
  if (change.kind === "step") return `${time}Z ${round(change.before)} → ${round(change.after)}${factor(change)}`;
  const way = change.perMinute > 0 ? "rising" : "falling";
  return `${way} since ${time}Z by ${round(Math.abs(change.perMinute))} a minute, from ${round(change.before)}`;
}

function factor({ before, after }: ChangePoint): string {
  if (before <= 0 || after <= 0) return "";
  const times = after / before;
  return times >= 1.5 ? ` (×${round(times, 2)})` : times <= 0.67 ? ` (÷${round(1 / times, 2)})` : "";
}

/** At most this many characters. */
const sparks = 60;

export function sparkline(all: readonly number[]): string {
  const each = Math.ceil(all.length / sparks);
  // The largest of each stretch: a short spike must not vanish.
  const values = Array.from({ length: Math.ceil(all.length / each) }, (_, index) =>
    Math.max(...all.slice(index * each, (index + 1) * each)),
  );
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  return values.map((value) => "▁▂▃▄▅▆▇█"[Math.min(7, Math.floor(((value - low) / span) * 8))]).join("");
}

export const round = (value: number | undefined, digits = 4): string =>
  value === undefined || Number.isNaN(value) ? "none" : String(Number(value.toPrecision(digits)));
