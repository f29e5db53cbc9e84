import * as z from "zod";
import type { MetricIdentity, MetricPoint, MetricSource } from "../src/domain/ports.ts";
import { emptyResult, okResult, readTool, type ToolContext } from "../src/domain/tool.ts";
import { median } from "../src/metrics/change-point.ts";
import { changeText, round, type SeriesSummary, sparkline, summaryOf } from "../src/metrics/render.ts";

export const queryMetrics = readTool({
  name: "query_metrics",
  description:
    "One metric around the alarm, and the metrics beside it: newest value, usual level, the same time yesterday and last week, when it changed and by how much, whether it runs into a limit. Without input: the alarm's own metric.",
  needs: ["metrics", "clock"],
  input: z.strictObject({
    namespace: z.string().max(255).optional(),
    metric: z.string().max(255).optional(),
    dimensions: z.record(z.string(), z.string()).optional().describe("Default: the alarm's dimensions."),
    stat: z.string().max(20).optional().describe("Default: the alarm's statistic for its own metric, else Average."),
    minutes_before: z.int().min(1).max(10_080).default(60),
  }),
  async execute(input, context) {
    const { incident } = context;
    const namespace = input.namespace ?? incident.namespace;
    const name = input.metric ?? incident.metric;
    if (namespace === undefined || name === undefined) {
      return emptyResult("The alarm watches no single metric: give namespace and metric.");
    }
    const own: MetricIdentity = { namespace, name, dimensions: input.dimensions ?? incident.dimensions };
    // A window shorter than the alarm's period would hold no datapoint at all.
    const span = Math.max(input.minutes_before * minute, fewestPeriods * (incident.period ?? 60) * 1000);
    const start = incident.alarmAt - span;
    const stat =
      input.stat ?? (name === incident.metric && namespace === incident.namespace ? incident.stat : undefined);
    const window = windowOf(start, context);
    const points = await context.metrics.query({ ...own, ...window, stat: stat ?? "Average" });
    const what = `${namespace} ${name} ${JSON.stringify(own.dimensions)} ${stat ?? "Average"}`;
    const beside = await besideOf(own, window, context);
    const summary = summaryOf(name, points, incident.alarmAt);
    if (summary === undefined) {
      return emptyResult(`No datapoint of ${what} since ${iso(start)}. ${namesOf(beside)}`);
    }
    const earlier = await earlierTimes({ ...own, stat: stat ?? "Average", period: window.period }, context);
    const id = `${context.callId}-metric`;
    const first = `newest ${round(summary.newest.value)} at ${iso(summary.newest.at)}, minimum ${round(summary.minimum)}, maximum ${round(summary.maximum)}, usual before the alarm ${round(summary.before)}, datapoints ${points.length}`;
    const lines = [
      `[${id}] ${what}, period ${window.period} s`,
      first,
      ...earlier,
      `change: ${changeText(summary.change)}`,
      ...(summary.saturation === undefined ? [] : [`limit: ${summary.saturation}`]),
      sparkline(points.map((point) => point.value)),
      ...table(beside, id),
    ];
    const findings = [
      { id, summary: `${name}: ${first}; change: ${changeText(summary.change)}`, source: namespace },
      ...changed(beside).map((one, index) => ({
        id: `${id}-${index + 1}`,
        summary: `${one.name}: ${changeText(one.summary.change)}`,
        source: namespace,
      })),
    ];
    return okResult(lines.join("\n"), `${name} newest ${round(summary.newest.value)}`, { findings });
  },
});

type Context = ToolContext<"metrics" | "clock">;
type Window = { readonly start: number; readonly end: number; readonly period: number };
type Beside = { readonly name: string; readonly summary: SeriesSummary };

/** CloudWatch answers at most this many datapoints for one metric here. */
const mostPoints = 1440;
/** Metrics beside it that are read; each is one more question to CloudWatch. */
const mostBeside = 15;
/** Periods of the alarm that a window holds, however short it was asked for. */
const fewestPeriods = 3;
const minute = 60_000;
const day = 24 * 60 * minute;

/** The alarm's own period, so that what is shown is what the alarm judges; longer only where that would be too much. */
function windowOf(start: number, { clock, incident }: Context): Window {
  const end = clock.now();
  const alarmPeriod = incident.period ?? 60;
  // A metric of seconds is judged in seconds: rather a shorter look back than a mean that hides what the alarm saw.
  if (alarmPeriod < 60) {
    return { start: Math.max(start, end - mostPoints * alarmPeriod * 1000), end, period: alarmPeriod };
  }
  const needed = (end - start) / 1000 / mostPoints;
  const period = [alarmPeriod, 60, 300, 900, 3600].find((one) => one >= needed && one >= alarmPeriod) ?? 3600;
  return { start, end, period };
}

/** What stands beside a metric: same namespace, same dimensions and no more. */
async function besideOf(own: MetricIdentity, window: Window, context: Context): Promise<readonly Beside[]> {
  const found = await context.metrics.neighbours(own.namespace, own.dimensions);
  const size = Object.keys(own.dimensions).length;
  const names = found.filter((one) => Object.keys(one.dimensions).length === size).map((one) => one.name);
  const others = [...new Set(names)].filter((name) => name !== own.name).slice(0, mostBeside);
  const read = others.map(async (name): Promise<readonly Beside[]> => {
    // A neighbour that can not be read must not take the metric that was asked for with it.
    const points = await context.metrics.query({ ...own, ...window, name, stat: "Average" }).catch(() => []);
    const summary = summaryOf(name, points, context.incident.alarmAt);
    return summary === undefined ? [] : [{ name, summary }];
  });
  return (await Promise.all(read)).flat().sort((left, right) => moved(right) - moved(left));
}

const moved = ({ summary }: Beside): number => (summary.change === undefined ? 0 : 1);
const changed = (beside: readonly Beside[]): readonly Beside[] =>
  beside.filter((one) => one.summary.change !== undefined);

/** Half an hour around the same time of day, one and seven days before the alarm. */
async function earlierTimes(
  query: Omit<Parameters<MetricSource["query"]>[0], "start" | "end">,
  { metrics, incident }: Context,
): Promise<readonly string[]> {
  const around = async (label: string, at: number): Promise<string | undefined> => {
    const period = Math.max(query.period, 60);
    const points: readonly MetricPoint[] = await metrics
      .query({ ...query, period, start: at - 15 * minute, end: at + 15 * minute })
      .catch(() => []);
    if (points.length === 0) return undefined;
    const values = points.map((point) => point.value);
    return `${label} ${round(median(values))} (maximum ${round(Math.max(...values))})`;
  };
  const found = await Promise.all([
    around("yesterday", incident.alarmAt - day),
    around("a week ago", incident.alarmAt - 7 * day),
  ]);
  const told = found.filter((one) => one !== undefined);
  return told.length === 0 ? [] : [`same time: ${told.join(", ")}`];
}

function table(beside: readonly Beside[], id: string): readonly string[] {
  if (beside.length === 0) return ["Metrics beside it: none."];
  const rows = beside.map(({ name, summary }, index) => {
    const cited = summary.change === undefined ? "" : `[${id}-${index + 1}] `;
    const limit = summary.saturation === undefined ? "" : `, ${summary.saturation}`;
    return `${cited}${name} | ${round(summary.newest.value)} | ${round(summary.before)} | ${changeText(summary.change)}${limit}`;
  });
  return ["Metrics beside it, Average, those that changed first:", "metric | now | usual before | change", ...rows];
}

const namesOf = (beside: readonly Beside[]): string =>
  `Metrics beside it: ${beside.map((one) => one.name).join(", ") || "none"}.`;

const iso = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
