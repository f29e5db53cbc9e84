import * as z from "zod";
import type { MetricPoint } from "../src/domain/ports.ts";
import { emptyResult, okResult, readTool } from "../src/domain/tool.ts";

export const queryMetrics = readTool({
  name: "query_metrics",
  description:
    "Read one metric around the alarm: values before and after, minimum, maximum, newest, a sparkline, and the metrics beside it. Leave out everything to read the alarm's own metric.",
  needs: ["metrics", "clock"],
  input: z.strictObject({
    namespace: z.string().max(255).optional(),
    metric: z.string().max(255).optional(),
    dimensions: z.record(z.string(), z.string()).optional().describe("Default: the alarm's dimensions."),
    stat: z.string().max(20).optional().describe("Default: the alarm's statistic for its own metric, else Average."),
    minutes_before: z.int().min(1).max(10_080).default(15),
  }),
  async execute(input, context) {
    const { incident } = context;
    const namespace = input.namespace ?? incident.namespace;
    const name = input.metric ?? incident.metric;
    if (namespace === undefined || name === undefined) {
      return emptyResult("The alarm watches no single metric: give namespace and metric.");
    }
    const dimensions = input.dimensions ?? incident.dimensions;
    const end = context.clock.now();
    const start = incident.alarmAt - input.minutes_before * 60_000;
    const isOwn = name === incident.metric && namespace === incident.namespace;
    const stat = input.stat ?? (isOwn ? incident.stat : undefined) ?? "Average";
    const period = periodFor(incident.period ?? 60, end - start);
    const points = await context.metrics.query({ namespace, name, dimensions, stat, period, start, end });
    const neighbours = await context.metrics.neighbours(namespace, dimensions);
    const beside = neighbours.map((metric) => metric.name).filter((other) => other !== name);
    const what = `${namespace} ${name} ${JSON.stringify(dimensions)} ${stat}`;
    const besideText = `Metrics beside it: ${[...new Set(beside)].join(", ") || "none"}.`;
    if (points.length === 0)
      return emptyResult(`No datapoint of ${what} since ${new Date(start).toISOString()}. ${besideText}`);
    const id = `${context.callId}-metric`;
    const summary = describe(points, incident.alarmAt);
    const forModel = `[${id}] ${what}, period ${period} s\n${summary}\n${besideText}`;
    const findings = [{ id, summary: `${name}: ${summary.split("\n")[0]}`, source: namespace }];
    return okResult(forModel, `${name} newest ${round(points.at(-1)?.value)}`, { findings });
  },
});

/** CloudWatch answers at most this many datapoints for one metric here. */
const mostPoints = 1440;

/** The alarm's own period, so that what is shown is what the alarm judges; longer only where that would be too much. */
function periodFor(alarmPeriod: number, spanMs: number): number {
  const needed = spanMs / 1000 / mostPoints;
  return [alarmPeriod, 60, 300, 900, 3600].find((period) => period >= needed && period >= alarmPeriod) ?? 3600;
}

function describe(points: readonly MetricPoint[], alarmAt: number): string {
  const values = points.map((point) => point.value);
  const before = values.filter((_, index) => (points[index]?.at ?? 0) < alarmAt - 60_000);
  const newest = points.at(-1);
  return [
    `newest ${round(newest?.value)} at ${new Date(newest?.at ?? 0).toISOString()}, minimum ${round(Math.min(...values))}, maximum ${round(Math.max(...values))}, mean before the alarm ${round(mean(before))}, datapoints ${values.length}`,
    sparkline(values),
  ].join("\n");
}

/** At most this many characters. */
const sparks = 60;

function sparkline(all: readonly number[]): string {
  const each = Math.ceil(all.length / sparks);
  // The largest of each stretch: a short spike must not vanish.
  const values = Array.from({ length: Math.ceil(all.length / each) }, (_, index) =>
    Math.max(...all.slice(index * each, (index + 1) * each)),
  );
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  return values.map((value) => "▁▂▃▄▅▆▇█"[Math.min(7, Math.floor(((value - low) / span) * 8))]).join("");
}

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;

const round = (value: number | undefined): string =>
  value === undefined ? "none" : String(Number(value.toPrecision(4)));
