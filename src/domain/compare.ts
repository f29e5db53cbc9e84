export type Comparison = "<" | "<=" | ">" | ">=" | "==";

type Watched = { readonly comparison: Comparison; readonly threshold: number; readonly datapointsToAlarm: number };

/** The newest datapoints of an alarm's metric, and whether all are healthy: only then it counts as over. Silence does not. */
export function decisive<Point extends { readonly value: number }>(
  { comparison, threshold, datapointsToAlarm }: Watched,
  points: readonly Point[],
): { readonly newest: readonly (Point & { readonly healthy: boolean })[]; readonly over: boolean } {
  const newest = points
    .slice(-Math.max(2, datapointsToAlarm))
    .map((point) => ({ ...point, healthy: !compares(point.value, comparison, threshold) }));
  return { newest, over: newest.length > 0 && newest.every((point) => point.healthy) };
}

/** `compares(3, ">", 2)` is true; anything compared with NaN is false. */
export function compares(left: number, comparison: Comparison, right: number): boolean {
  switch (comparison) {
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    case "==":
      return left === right;
  }
}
