import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMetricStore, statistic } from "../../src/local/lab-metric-store.ts";

const metric = { namespace: "Lab/Service", name: "Latency", dimensions: { InstanceId: "i-1" } };

describe("the lab's metrics", () => {
  it("answers the service's statistics of the samples in a period", () => {
    const values = [1, 2, 3, 4, 10];
    const found = ["Average", "Sum", "Minimum", "Maximum", "SampleCount", "p50", "p90", "p100"];
    expect(found.map((stat) => statistic(stat, values))).toEqual([4, 20, 1, 10, 5, 3, 10, 10]);
    expect(statistic("Median?", values)).toBeNaN();
  });

  it("keeps every percentile between the least and the greatest value", () => {
    const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 });
    const property = fc.property(values, fc.integer({ min: 0, max: 99 }), (samples, rank) => {
      const found = statistic(`p${rank}`, samples);
      expect(found).toBeGreaterThanOrEqual(Math.min(...samples));
      expect(found).toBeLessThanOrEqual(Math.max(...samples));
    });
    fc.assert(property);
  });

  it("gathers buckets into longer periods that align to the epoch, oldest first", async () => {
    const store = createMetricStore({ resolution: 1 });
    for (let second = 0; second < 6; second += 1) store.put(metric, 9_000 + second * 1_000, [second]);
    const points = await store.query({ ...metric, stat: "Sum", period: 5, start: 0, end: 60_000 });
    expect(points).toEqual([
      { at: 5_000, value: 0 },
      { at: 10_000, value: 15 },
    ]);
  });

  it("matches dimensions exactly in a query, and partly among neighbours", async () => {
    const store = createMetricStore({ resolution: 1 });
    const wider = { ...metric, name: "Errors", dimensions: { InstanceId: "i-1", Path: "/" } };
    store.put(metric, 1_000, [1]);
    store.put(wider, 1_000, [1]);
    const query = { stat: "Sum", period: 1, start: 0, end: 9_000 };
    expect(await store.query({ ...wider, dimensions: { InstanceId: "i-1" }, ...query })).toEqual([]);
    expect((await store.neighbours("Lab/Service", { InstanceId: "i-1" })).map((one) => one.name)).toEqual([
      "Latency",
      "Errors",
    ]);
    expect(await store.neighbours("AWS/EC2", {})).toEqual([]);
  });

  it("forgets the oldest bucket and never takes in what is not a number", async () => {
    const store = createMetricStore({ resolution: 1, keep: 3 });
    for (let second = 0; second < 10; second += 1) store.put(metric, second * 1_000, [second, Number.NaN]);
    const points = await store.query({ ...metric, stat: "SampleCount", period: 1, start: 0, end: 60_000 });
    expect(points.map((point) => point.at)).toEqual([7_000, 8_000, 9_000]);
    expect(points.every((point) => point.value === 1)).toBe(true);
  });
});
