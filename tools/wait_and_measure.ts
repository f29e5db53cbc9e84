import * as z from "zod";
import { decisive } from "../src/domain/compare.ts";
import { emptyResult, okResult, readTool } from "../src/domain/tool.ts";
import { round } from "../src/metrics/render.ts";

export const waitAndMeasure = readTool({
  name: "wait_and_measure",
  description:
    "Lets time pass, then reads the newest datapoints of the alarm's own metric and says whether they are enough to count as over. For a metric that is just recovering; three times a run at most.",
  needs: ["alarms", "metrics", "clock"],
  input: z.strictObject({
    seconds: z.int().min(30).max(300).describe("One or two periods of the alarm's metric."),
  }),
  delay: ({ seconds }) => seconds,
  async execute({ seconds }, context) {
    const definition = await context.alarms.describe(context.incident.alarmArn);
    if (definition === undefined) return emptyResult("The alarm watches no single metric that can be read.");
    const { metric, comparison, threshold } = definition;
    const end = context.clock.now();
    const start = end - Math.max(5, definition.evaluationPeriods) * metric.period * 1000;
    const points = await context.metrics.query({ ...metric, start, end });
    const newest = points.at(-1);
    if (newest === undefined) return emptyResult(`No datapoint of ${metric.name} since ${iso(start)}.`);
    const { newest: last, over: isOver } = decisive(definition, points);
    const told = last.map(
      ({ at, value, healthy }) => `${iso(at)} ${round(value)} ${healthy ? "healthy" : "breaching"}`,
    );
    const over = isOver ? "all healthy: this counts as over" : "not all healthy: not over yet";
    const id = `${context.callId}-measure`;
    const first = `newest ${round(newest.value)} at ${iso(newest.at)}`;
    const head = `[${id}] ${metric.namespace} ${metric.name} after ${seconds} s, alarms at ${comparison} ${threshold}`;
    return okResult([head, first, ...told, over].join("\n"), `${metric.name} ${first}; ${over}`, {
      findings: [{ id, summary: `${metric.name}: ${first}; ${over}`, source: metric.namespace }],
    });
  },
});

const iso = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
