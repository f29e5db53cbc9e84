import type { MetricPoint } from "../domain/ports.ts";

export type ChangePoint = {
  /** `step`: another level from then on. `slope`: rising or falling from then on. */
  readonly kind: "step" | "slope";
  /** The first point that belongs to what came after. */
  readonly at: number;
  /** Level before, a median. */
  readonly before: number;
  /** Median level after a step; where the line stands at the end of a slope. */
  readonly after: number;
  /** Of a slope, for each minute; 0 for a step. */
  readonly perMinute: number;
};

/** Points on either side that a change needs: two in a row may be chance. */
const fewest = 3;
/** Longer series are averaged down to this: the search is quadratic. */
const mostPoints = 240;
/** Standard errors that the change must stand out by; 3.6 would be chance in one of a hundred white series of 60. */
const standsOut = 6;

/**
 * The largest change of a series, oldest point first, or undefined where nothing stands out of its noise. A step and a
 * bend are both tried at every point, and the one that leaves less unexplained is told.
 */
export function changePointOf(series: readonly MetricPoint[]): ChangePoint | undefined {
  const points = thinned(series.filter((point) => Number.isFinite(point.value)));
  if (points.length < 2 * fewest) return undefined;
  const values = points.map((point) => point.value);
  const whole = squaresAround(values);
  if (whole <= roundingOf(values)) return undefined;
  const step = best(values, stepAt);
  const bend = best(points, bendAt);
  const chosen = bend.rest < step.rest * 0.8 ? ("slope" as const) : ("step" as const);
  const { index, rest } = chosen === "slope" ? bend : step;
  const strength = strengthOf(whole, rest, values.length);
  return strength < standsOut ? undefined : tell(chosen, points, index);
}

type Split = { readonly index: number; readonly rest: number };

function best<Item>(items: readonly Item[], restAt: (items: readonly Item[], index: number) => number): Split {
  let found: Split = { index: fewest, rest: Number.POSITIVE_INFINITY };
  for (let index = fewest; index <= items.length - fewest; index += 1) {
    const rest = restAt(items, index);
    if (rest < found.rest) found = { index, rest };
  }
  return found;
}

const stepAt = (values: readonly number[], index: number): number =>
  squaresAround(values.slice(0, index)) + squaresAround(values.slice(index));

/** A level up to the point before `index`, then a straight line that starts there. */
function bendAt(points: readonly MetricPoint[], index: number): number {
  const { slope, level } = bendLine(points, index);
  const from = points[index - 1]?.at ?? 0;
  return sum(points.map((point) => (point.value - level - slope * Math.max(0, point.at - from)) ** 2));
}

/** Least squares over `level + slope · max(0, t − from)`. */
function bendLine(points: readonly MetricPoint[], index: number): { readonly slope: number; readonly level: number } {
  const from = points[index - 1]?.at ?? 0;
  const along = points.map((point) => Math.max(0, point.at - from));
  const meanAlong = sum(along) / points.length;
  const meanValue = sum(points.map((point) => point.value)) / points.length;
  const spread = sum(along.map((one) => (one - meanAlong) ** 2));
  const together = sum(along.map((one, at) => (one - meanAlong) * ((points[at]?.value ?? 0) - meanValue)));
  const slope = spread === 0 ? 0 : together / spread;
  return { slope, level: meanValue - slope * meanAlong };
}

/** Square root of how much the split explains, in units of what it leaves: Student's t for a step. */
function strengthOf(whole: number, rest: number, count: number): number {
  if (rest <= 0) return Number.POSITIVE_INFINITY;
  return Math.sqrt(((whole - rest) * (count - 2)) / rest);
}

function tell(kind: ChangePoint["kind"], points: readonly MetricPoint[], index: number): ChangePoint {
  const values = points.map((point) => point.value);
  const before = median(values.slice(0, index));
  const at = points[index]?.at ?? 0;
  if (kind === "step") return { kind, at, before, after: median(values.slice(index)), perMinute: 0 };
  const { slope, level } = bendLine(points, index);
  const length = (points.at(-1)?.at ?? 0) - (points[index - 1]?.at ?? 0);
  return { kind, at, before, after: level + slope * length, perMinute: slope * 60_000 };
}

function thinned(points: readonly MetricPoint[]): readonly MetricPoint[] {
  const each = Math.ceil(points.length / mostPoints);
  if (each <= 1) return points;
  return Array.from({ length: Math.ceil(points.length / each) }, (_, index) => {
    const bunch = points.slice(index * each, (index + 1) * each);
    return { at: bunch[0]?.at ?? 0, value: sum(bunch.map((point) => point.value)) / bunch.length };
  });
}

function squaresAround(values: readonly number[]): number {
  const mean = sum(values) / values.length;
  return sum(values.map((value) => (value - mean) ** 2));
}

/** Squares that mere rounding of doubles leaves behind in a constant series. */
const roundingOf = (values: readonly number[]): number =>
  sum(values.map((value) => (value * Number.EPSILON * 16) ** 2)) * values.length;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
