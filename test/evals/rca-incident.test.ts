import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { incidentFolders, readIncident } from "../../bench/rca-incident.ts";
import { playCase } from "../../evals/play.ts";
import { offline } from "./offline.ts";

const metric = (name: string, values: readonly number[]) => ({
  metric_name: name,
  dimensions: [{ Name: "DBInstanceIdentifier", Value: "ledger" }],
  stat: "Average",
  timestamps: values.map((_, index) => `2026-05-01T10:0${index}:00Z`),
  values,
});

async function written(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "rca-"));
  const folder = join(root, "suite", "one");
  await mkdir(folder, { recursive: true });
  await mkdir(join(root, "other"));
  await writeFile(join(root, "other", "alert.json"), "{}");
  const files = {
    "alert.json": {
      title: "Swap use on ledger",
      commonLabels: { alertname: "SwapHigh" },
      commonAnnotations: { summary: "SwapUsage of ledger rose.", kind_of_failure: "the-answer-itself" },
    },
    "aws_cloudwatch_metrics.json": {
      namespace: "AWS/RDS",
      period: 60,
      metric_data_results: [metric("CPUUtilization", [10, 11, 12]), metric("SwapUsage", [100, 400, 900])],
    },
    "aws_rds_events.json": { events: [{ date: "2026-05-01T10:01:30Z", message: "Parameter group changed" }] },
    "aws_performance_insights.json": { top_sql: [] },
  };
  for (const [name, value] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(value));
  await writeFile(join(folder, "answer.yml"), "required_keywords: [swap, the-secret-word]\n");
  return root;
}

test("a recorded incident becomes a world: the alarm's metric, what is beside it, and the service's events", async () => {
  const [folder, ...others] = await incidentFolders(await written());
  expect(others).toEqual([]);
  const incident = await readIncident(folder ?? "");
  expect(incident.untaken).toEqual(["performance insights"]);
  const { alarm, world } = incident.definition;
  expect(alarm).toMatchObject({
    metric: "AWS/RDS SwapUsage",
    is: "> 500.000",
    description: "SwapUsage of ledger rose.",
  });
  expect(world.at).toBe("2026-05-01T10:03:00.000Z");
  expect(world.metrics.map((one) => one.metric)).toEqual(["AWS/RDS CPUUtilization"]);
  expect(world.logs).toEqual({ "/aws/events/rds": ["-90s Parameter group changed"] });
});

test("nothing of its answer reaches the agent", async () => {
  const [folder = ""] = await incidentFolders(await written());
  const incident = await readIncident(folder);
  const seen: string[] = [];
  await playCase(incident.definition, { ...offline, onRequest: (request) => void seen.push(JSON.stringify(request)) });
  expect(seen.join()).toContain("SwapUsage of ledger rose.");
  expect(seen.join()).not.toMatch(/the-secret-word|the-answer-itself/);
  expect(await incident.answer()).toEqual(["swap", "the-secret-word"]);
});
