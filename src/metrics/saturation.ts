import type { MetricPoint } from "../domain/ports.ts";
import type { ChangePoint } from "./change-point.ts";

/** From here on a share of something limited counts as nearly used up, in percent. */
const nearlyFull = 90;
/** Points in a row at one level that make a plateau. */
const plateau = 5;

/**
 * Whether a metric looks as if it had run into a limit, or soon will, in words; undefined where nothing says so. A hint
 * for a reader: a metric does not say what its limit is, its name and its course only suggest one.
 */
export function saturationOf(
  name: string,
  points: readonly MetricPoint[],
  change: ChangePoint | undefined,
): string | undefined {
  const newest = points.at(-1);
  if (newest === undefined) return undefined;
  if (isShare(name, points)) {
    if (newest.value >= nearlyFull) return `${shown(newest.value)} % used`;
    const soon = minutesTo(100, newest.value, change);
    return soon === undefined ? undefined : `100 % in about ${soon} min at this pace`;
  }
  return flatAtTop(points);
}

/** Named as a share, and never above 100. What is left (`FreePercent`) is full at 0, and says so by falling. */
const isShare = (name: string, points: readonly MetricPoint[]): boolean =>
  /percent|pct|utili[sz]ation/i.test(name) &&
  !/free|idle|available|remaining|hit/i.test(name) &&
  points.every((point) => point.value >= 0 && point.value <= 100.5);

function minutesTo(limit: number, now: number, change: ChangePoint | undefined): number | undefined {
  if (change?.kind !== "slope" || change.perMinute <= 0) return undefined;
  const minutes = Math.ceil((limit - now) / change.perMinute);
  return minutes <= 24 * 60 ? minutes : undefined;
}

/** A counter that climbed and then stopped dead at its highest value. */
function flatAtTop(points: readonly MetricPoint[]): string | undefined {
  const highest = Math.max(...points.map((point) => point.value));
  const lowest = Math.min(...points.map((point) => point.value));
  const within = Math.abs(highest) * 0.005;
  const firstFlat = points.findLastIndex((point) => point.value < highest - within) + 1;
  const since = points[firstFlat];
  // A jump from one level to another is no climb: some points must lie on the way.
  const underWay = points.filter(({ value }) => value > lowest * 0.8 + highest * 0.2 && value < highest * 0.95);
  const climbed = underWay.length >= 3 && lowest < highest * 0.7;
  if (since === undefined || !climbed || points.length - firstFlat < plateau) return undefined;
  return `flat at its highest, ${shown(highest)}, since ${new Date(since.at).toISOString().slice(11, 19)}`;
}

const shown = (value: number): string => String(Number(value.toPrecision(4)));
