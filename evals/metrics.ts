import type { Clock, MetricIdentity, MetricPoint, MetricSource } from "../src/domain/ports.ts";
import { splitMetric } from "./alarm.ts";
import { type Series, valueAt } from "./series.ts";

export type MetricSpec = {
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly series: Series;
  readonly after: Readonly<Record<string, Series>>;
  readonly wobble: number;
  readonly error?: string | undefined;
};

type Applied = () => readonly { readonly action: string; readonly at: number }[];

/** Metrics whose course is written down, and that answer to what was applied. A period shows once it is over. */
export function metricsOf(
  specs: readonly MetricSpec[],
  alarmAt: number,
  clock: Clock,
  applied: Applied,
  note: (what: string) => void,
): MetricSource {
  const find = (wanted: MetricIdentity): MetricSpec | undefined =>
    specs.find(
      (spec) => spec.metric === `${wanted.namespace} ${wanted.name}` && same(spec.dimensions, wanted.dimensions),
    );
  return {
    async query(query) {
      const spec = find(query);
      if (spec === undefined) {
        note(`metric ${query.namespace} ${query.name} ${JSON.stringify(query.dimensions)}`);
        return [];
      }
      if (spec.error !== undefined) throw new Error(spec.error);
      const width = query.period * 1000;
      const last = Math.min(query.end, clock.now()) - width;
      const points: MetricPoint[] = [];
      for (let at = Math.ceil(query.start / width) * width; at <= last; at += width) {
        const value = levelAt(spec, alarmAt, at, applied());
        if (value !== null) points.push({ at, value: value + spec.wobble * Math.sin(at / 97_000) });
      }
      return points;
    },
    async neighbours(namespace, dimensions) {
      return specs
        .filter((spec) => splitMetric(spec.metric)[0] === namespace && same(spec.dimensions, dimensions))
        .map((spec) => ({ namespace, name: splitMetric(spec.metric)[1], dimensions: spec.dimensions }));
    },
  };
}

function levelAt(spec: MetricSpec, alarmAt: number, at: number, applied: ReturnType<Applied>): number | null {
  const answering = applied
    .filter((one) => one.at <= at && (spec.after[one.action] ?? spec.after["*"]) !== undefined)
    .at(-1);
  if (answering === undefined) return valueAt(spec.series, at - alarmAt);
  return valueAt(spec.after[answering.action] ?? spec.after["*"] ?? [], at - answering.at);
}

function same(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}
