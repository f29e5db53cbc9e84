import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { parse as parseYaml } from "yaml";
import * as z from "zod";
import { EvalCase } from "../evals/case.ts";

/** What is no text there says nothing here. */
const Texts = z.record(z.string(), z.string().catch(""));
const Alert = z.looseObject({ title: z.string(), commonLabels: Texts, commonAnnotations: Texts });
const Metrics = z.looseObject({
  namespace: z.string(),
  period: z.int().positive(),
  metric_data_results: z.array(
    z.looseObject({
      metric_name: z.string(),
      dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })),
      stat: z.string(),
      timestamps: z.array(z.iso.datetime()).min(1),
      values: z.array(z.number()),
    }),
  ),
});
type Metric = z.infer<typeof Metrics>["metric_data_results"][number];
const Events = z.looseObject({ events: z.array(z.looseObject({ date: z.iso.datetime(), message: z.string() })) });
const Answer = z.looseObject({ required_keywords: z.array(z.string()) });

export type RcaIncident = {
  readonly definition: EvalCase;
  /** Evidence that lies there and that no tool of the healer can take. */
  readonly untaken: readonly string[];
  /** Read only once the run is over: nothing of it reaches the agent. */
  answer(): Promise<readonly string[]>;
};

/** Folders with an alert and its metrics, anywhere below; others are not of a form that can be played. */
export async function incidentFolders(root: string): Promise<readonly string[]> {
  const found = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const named = (name: string) => found.filter((entry) => entry.name === name).map((entry) => entry.parentPath);
  const measured = new Set(named("aws_cloudwatch_metrics.json"));
  return named("alert.json")
    .filter((folder) => measured.has(folder))
    .sort();
}

/** One recorded incident as a case: its metrics and the service's events are the world, its alert is the alarm. */
export async function readIncident(folder: string): Promise<RcaIncident> {
  const alert = Alert.parse(await json(folder, "alert.json"));
  const metrics = Metrics.parse(await json(folder, "aws_cloudwatch_metrics.json"));
  const events = Events.parse((await json(folder, "aws_rds_events.json")) ?? { events: [] });
  const insights = await json(folder, "aws_performance_insights.json");
  const { metric_data_results: all, namespace, period } = metrics;
  const own = alarmed(alert, all);
  const end = Math.max(...all.flatMap((one) => one.timestamps.map((time) => Date.parse(time)))) + period * 1000;
  const told = ["summary", "error", "suspected_symptom"].map((name) => alert.commonAnnotations[name] ?? "");
  const seriesOf = (metric: Metric) =>
    metric.values.map((value, index) => [span(Date.parse(metric.timestamps[index] ?? "") - end), value]);
  const definition = EvalCase.parse({
    id: basename(folder).toLowerCase(),
    title: alert.title.padEnd(10),
    kind: ["needs_judgement"],
    services: ["rds"],
    alarm: {
      name: alert.commonLabels["alertname"] ?? basename(folder),
      description: told.filter((text) => text !== "").join(" "),
      metric: `${namespace} ${own.metric_name}`,
      dimensions: dimensionsOf(own),
      stat: own.stat,
      period,
      is: ruleOf(own.values),
      series: seriesOf(own),
    },
    world: {
      at: new Date(end).toISOString(),
      region: alert.commonAnnotations["cloudwatch_region"] ?? "us-east-1",
      metrics: all
        .filter((one) => one !== own)
        .map((one) => ({
          metric: `${namespace} ${one.metric_name}`,
          dimensions: dimensionsOf(one),
          series: seriesOf(one),
        })),
      // Where an EventBridge rule writes them: the service's own events are in no other source that a tool reads.
      logs: { [eventsGroup]: events.events.map((one) => `${span(Date.parse(one.date) - end)} ${one.message}`) },
    },
    expect: { outcome: ["healed", "escalated", "nothing_to_do", "denied"] },
  });
  return {
    definition,
    untaken: insights === undefined ? [] : ["performance insights"],
    async answer() {
      return Answer.parse(parseYaml(await readFile(join(folder, "answer.yml"), "utf8"))).required_keywords;
    },
  };
}

export const eventsGroup = "/aws/events/rds";

async function json(folder: string, name: string): Promise<unknown> {
  const text = await readFile(join(folder, name), "utf8").catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

const dimensionsOf = (metric: Metric) => Object.fromEntries(metric.dimensions.map(({ Name, Value }) => [Name, Value]));

const span = (milliseconds: number): string =>
  `${milliseconds < 0 ? "-" : ""}${Math.abs(Math.round(milliseconds / 1000))}s`;

/** The metric that the alert speaks of: by its name, else by the words of its name; the title counts more. */
function alarmed(alert: z.infer<typeof Alert>, metrics: readonly Metric[]): Metric {
  const title = `${alert.title} ${alert.commonLabels["alertname"] ?? ""}`.toLowerCase();
  const text = `${title} ${alert.commonAnnotations["summary"] ?? ""}`.toLowerCase();
  const score = ({ metric_name }: Metric): number => {
    const words = metric_name.split(/(?<=[a-z])(?=[A-Z])/).map((word) => word.toLowerCase());
    const all = (where: string) => (words.every((word) => where.includes(word)) ? 1 : 0);
    return (text.includes(metric_name.toLowerCase()) ? 4 : 0) + all(title) * 2 + all(text);
  };
  const [best] = metrics.toSorted((one, other) => score(other) - score(one));
  if (best === undefined) throw new Error("the incident has no metric");
  return best;
}

/** The alert states no rule. Half-way from how the metric began to its most distant value tells well from broken. */
function ruleOf(values: readonly number[]): string {
  const first = values[0] ?? 0;
  const far = values.reduce((most, value) => (Math.abs(value - first) > Math.abs(most - first) ? value : most), first);
  return `${far >= first ? ">" : "<"} ${((first + far) / 2).toFixed(3)}`;
}
