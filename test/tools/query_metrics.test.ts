import { describe, expect, it } from "vitest";
import type { MetricQuery, MetricSource } from "../../src/domain/ports.ts";
import { alarmAt, clock, execute, now } from "./around.ts";

function source(values: readonly number[]) {
  const asked: MetricQuery[] = [];
  const metrics: MetricSource = {
    async query(query) {
      asked.push(query);
      return values.map((value, index) => ({ at: alarmAt + (index - values.length + 1) * 60_000, value }));
    },
    neighbours: async (namespace) => [
      { namespace, name: "CPUUtilization", dimensions: { InstanceId: "i-1" } },
      { namespace, name: "NetworkIn", dimensions: { InstanceId: "i-1" } },
    ],
  };
  return { metrics, asked };
}

describe("query_metrics", () => {
  it("reads the alarm's own metric, statistic and period when nothing is named", async () => {
    const { metrics, asked } = source([10, 20, 90]);
    const result = await execute("query_metrics", {}, { metrics, clock });
    expect(asked[0]).toEqual({
      namespace: "AWS/EC2",
      name: "CPUUtilization",
      dimensions: { InstanceId: "i-1" },
      stat: "Average",
      period: 60,
      start: alarmAt - 60 * 60_000,
      end: now,
    });
    expect(result.forModel).toMatch(/^\[t1c0-metric\] AWS\/EC2 CPUUtilization/);
    expect(result.forModel).toMatch(/newest 90 at 2026-11-23T10:00:00Z, minimum 10, maximum 90, /);
    expect(result.forModel).toContain("▁");
    expect(result.forModel).toContain("NetworkIn");
    expect(result.findings[0]?.id).toBe("t1c0-metric");
  });

  it("asks for another metric with Average, whatever the alarm's statistic is", async () => {
    const { metrics, asked } = source([1]);
    await execute("query_metrics", { metric: "NetworkIn" }, { metrics, clock }, { stat: "p99" });
    expect(asked[0]).toMatchObject({ name: "NetworkIn", stat: "Average" });
    const own = source([1]);
    await execute("query_metrics", {}, { metrics: own.metrics, clock }, { stat: "p99" });
    expect(own.asked[0]).toMatchObject({ name: "CPUUtilization", stat: "p99" });
  });

  it("lengthens the period rather than asking for more datapoints than the service gives", async () => {
    const { metrics, asked } = source([1]);
    await execute("query_metrics", { minutes_before: 10_080 }, { metrics, clock }, { period: 60 });
    const [query] = asked;
    if (query === undefined) throw new Error("nothing was asked");
    expect((query.end - query.start) / 1000 / query.period).toBeLessThanOrEqual(1440);
    expect(query.period).toBeGreaterThan(60);
    expect(query.period % 60).toBe(0);
  });

  it("looks back at least three periods, since a shorter window of a daily metric holds no datapoint", async () => {
    const { metrics, asked } = source([1]);
    await execute("query_metrics", { minutes_before: 10 }, { metrics, clock }, { period: 86_400 });
    expect(asked[0]).toMatchObject({ period: 86_400, start: alarmAt - 3 * 86_400_000 });
  });

  it("looks back less far rather than blurring a metric that is judged in seconds", async () => {
    const { metrics, asked } = source([1]);
    await execute("query_metrics", { minutes_before: 10_080 }, { metrics, clock }, { period: 1 });
    expect(asked[0]?.period).toBe(1);
    expect(((asked[0]?.end ?? 0) - (asked[0]?.start ?? 0)) / 1000).toBeLessThanOrEqual(1440);
  });

  it("says what was asked for when there is no datapoint, and what is beside it", async () => {
    const all = source([]).metrics;
    const metrics: MetricSource = {
      ...all,
      query: async (query) => (query.name === "NetworkIn" ? [{ at: alarmAt, value: 1 }] : []),
    };
    const result = await execute("query_metrics", { metric: "Nope" }, { metrics, clock });
    expect(result).toMatchObject({ status: "empty", findings: [] });
    expect(result.forModel).toMatch(/No datapoint of AWS\/EC2 Nope [\s\S]*NetworkIn/);
  });

  it("asks for a name where the alarm watches no single metric", async () => {
    const { metrics } = source([1]);
    const none = { namespace: undefined, metric: undefined };
    expect(await execute("query_metrics", {}, { metrics, clock }, none)).toMatchObject({ status: "empty" });
    expect(await execute("query_metrics", { namespace: "A", metric: "B" }, { metrics, clock }, none)).toMatchObject({
      status: "ok",
    });
  });

  it("shows equal, huge, negative and a thousand values without breaking its line", async () => {
    for (const values of [[5, 5, 5], [-1e12, 1e12], Array.from({ length: 1000 }, (_, n) => n)]) {
      const { metrics } = source(values);
      const { forModel } = await execute("query_metrics", {}, { metrics, clock });
      const line = forModel.split("\n").find((text) => /^[▁▂▃▄▅▆▇█]+$/.test(text));
      expect(line?.length).toBeGreaterThanOrEqual(1);
      expect(line?.length).toBeLessThanOrEqual(60);
      expect(forModel).not.toMatch(/NaN|undefined|Infinity/);
    }
  });
});
