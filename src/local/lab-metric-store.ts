import type { MetricIdentity, MetricPoint, MetricQuery, MetricSource } from "../domain/ports.ts";

export type MetricStore = MetricSource & {
  /** Adds samples to the bucket that holds `at`; values that are not finite are dropped. */
  put(metric: MetricIdentity, at: number, values: readonly number[]): void;
};

type Bucket = { readonly at: number; readonly values: number[] };
type Series = { readonly identity: MetricIdentity; readonly buckets: Map<number, Bucket> };

const valuesPerBucket = 2_000;
const seriesLimit = 2_000;

/**
 * Metrics in memory, in buckets of `resolution` seconds, the oldest dropped after `keep` buckets.
 * Dimensions match exactly and buckets align to the epoch, as at CloudWatch.
 */
export function createMetricStore(options: { readonly resolution: number; readonly keep?: number }): MetricStore {
  const series = new Map<string, Series>();
  const width = options.resolution * 1000;
  const keep = options.keep ?? 1_800;
  return {
    put(metric, at, values) {
      const key = keyOf(metric);
      const known = series.get(key) ?? { identity: metric, buckets: new Map() };
      if (!series.has(key) && series.size >= seriesLimit) return;
      series.set(key, known);
      addTo(known, Math.floor(at / width) * width, values);
      while (known.buckets.size > keep) known.buckets.delete(known.buckets.keys().next().value as number);
    },
    async query(query) {
      const found = series.get(keyOf(query));
      return found === undefined ? [] : points(found, query);
    },
    async neighbours(namespace, dimensions) {
      const shared = Object.entries(dimensions);
      return [...series.values()]
        .map((one) => one.identity)
        .filter((one) => one.namespace === namespace && shared.every(([key, value]) => one.dimensions[key] === value))
        .slice(0, 50);
    },
  };
}

function addTo(series: Series, at: number, values: readonly number[]): void {
  const bucket = series.buckets.get(at) ?? { at, values: [] };
  for (const value of values) {
    if (Number.isFinite(value) && bucket.values.length < valuesPerBucket) bucket.values.push(value);
  }
  if (bucket.values.length > 0) series.buckets.set(at, bucket);
}

function points(series: Series, query: MetricQuery): readonly MetricPoint[] {
  const width = query.period * 1000;
  const periods = new Map<number, number[]>();
  for (const bucket of series.buckets.values()) {
    if (bucket.at < query.start || bucket.at > query.end) continue;
    const at = Math.floor(bucket.at / width) * width;
    periods.set(at, [...(periods.get(at) ?? []), ...bucket.values]);
  }
  return [...periods]
    .sort(([left], [right]) => left - right)
    .map(([at, values]) => ({ at, value: statistic(query.stat, values) }))
    .filter((point) => !Number.isNaN(point.value));
}

/** One CloudWatch statistic of at least one value; NaN for a statistic that this store does not know. */
export function statistic(stat: string, values: readonly number[]): number {
  switch (stat) {
    case "Average":
      return sum(values) / values.length;
    case "Sum":
      return sum(values);
    case "Minimum":
      return values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
    case "Maximum":
      return values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    case "SampleCount":
      return values.length;
    default:
      return percentile(stat, values);
  }
}

function percentile(stat: string, values: readonly number[]): number {
  const rank = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(stat)?.[1];
  if (rank === undefined || values.length === 0) return Number.NaN;
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil((Number(rank) / 100) * sorted.length) - 1)] ?? Number.NaN;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const keyOf = (metric: MetricIdentity): string =>
  JSON.stringify([
    metric.namespace,
    metric.name,
    Object.entries(metric.dimensions).sort(([left], [right]) => left.localeCompare(right)),
  ]);
