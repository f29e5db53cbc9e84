import { describe, expect, it } from "vitest";
import type { MetricQuery, MetricSource } from "../../src/domain/ports.ts";
import { newestOf } from "../../src/models/offline-checks.ts";
import { alarmAt, callTool, minute } from "./call-tool.ts";

type Course = (at: number) => number | undefined;
const day = 24 * 60 * minute;

/** A source with one course for each metric; what was asked is kept. */
function sourceOf(courses: Readonly<Record<string, Course>>) {
  const asked: MetricQuery[] = [];
  const metrics: MetricSource = {
    async query(query) {
      asked.push(query);
      const course = courses[query.name];
      if (course === undefined) throw new Error(`${query.name} can not be read`);
      const points = [];
      for (let at = query.start; at <= query.end; at += query.period * 1000) {
        const value = course(at);
        if (value !== undefined) points.push({ at, value });
      }
      return points;
    },
    neighbours: async (namespace, dimensions) => [
      ...Object.keys(courses).map((name) => ({ namespace, name, dimensions })),
      { namespace, name: "PerVolume", dimensions: { ...dimensions, Volume: "a" } },
      { namespace, name: "Forbidden", dimensions },
    ],
  };
  return { metrics, asked };
}

const filling: Course = (at) => (at < alarmAt - day / 2 ? 40 : at < alarmAt - 10 * minute ? 41 : 97);

describe("query_metrics around an alarm", () => {
  it("tells newest, usual, when it changed, and yesterday and last week at this time", async () => {
    const { metrics } = sourceOf({ DiskUsedPercent: filling });
    const result = await callTool("query_metrics", {}, { metrics });
    expect(newestOf(result.forModel)).toBe(97);
    expect(result.forModel).toContain("usual before the alarm 41,");
    expect(result.forModel).toContain("change: 2026-11-23T09:50:00Z 41 → 97 (×2.4)");
    expect(result.forModel).toContain("same time: yesterday 40 (maximum 40), a week ago 40 (maximum 40)");
    expect(result.forModel).toContain("limit: 97 % used");
    expect(result.findings[0]).toMatchObject({ id: "t2c1-metric", source: "Lab/Host" });
  });

  it("counts what led up to the alarm as no part of what was usual", async () => {
    const { metrics } = sourceOf({ DiskUsedPercent: (at) => (at < alarmAt - 45 * minute ? 41 : 97) });
    const { forModel } = await callTool("query_metrics", {}, { metrics });
    expect(forModel).toContain("usual before the alarm 41,");
  });

  it("shows the metrics beside it in a table, those that changed first and with ids to cite", async () => {
    const { metrics, asked } = sourceOf({
      DiskUsedPercent: filling,
      Quiet: () => 5,
      WriteOps: (at) => (at < alarmAt - 10 * minute ? 10 : 500),
    });
    const result = await callTool("query_metrics", {}, { metrics });
    const rows = result.forModel.split("\n").filter((line) => / \| /.test(line));
    expect(rows).toEqual([
      "metric | now | usual before | change",
      "[t2c1-metric-1] WriteOps | 500 | 10 | 2026-11-23T09:50:00Z 10 → 500 (×50)",
      "Quiet | 5 | 5 | none",
    ]);
    expect(result.findings.map(({ id }) => id)).toEqual(["t2c1-metric", "t2c1-metric-1"]);
    expect(asked.map(({ name }) => name)).not.toContain("PerVolume");
  });

  it("is never a dump: sixty neighbours over a week stay within a few thousand characters", async () => {
    const names = Array.from({ length: 60 }, (_, index) => `Metric${index}`);
    const { metrics, asked } = sourceOf(
      Object.fromEntries(["DiskUsedPercent", ...names].map((name) => [name, filling])),
    );
    const result = await callTool("query_metrics", { minutes_before: 10_080 }, { metrics });
    expect(result.forModel.length).toBeLessThan(4_000);
    expect(asked.length).toBeLessThanOrEqual(20);
    for (const { start, end, period } of asked) expect((end - start) / 1000 / period).toBeLessThanOrEqual(1440);
  });

  it("is empty, and names the neighbours, when the metric has no datapoint", async () => {
    const { metrics } = sourceOf({ DiskUsedPercent: () => undefined, WriteOps: () => 3 });
    const result = await callTool("query_metrics", {}, { metrics });
    expect(result).toMatchObject({
      status: "empty",
      forModel: expect.stringMatching(/No datapoint.*beside it: WriteOps\./),
    });
  });
});
