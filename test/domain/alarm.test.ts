import { expect, test } from "vitest";
import { primaryMetric, resourceOf } from "../../src/domain/alarm.ts";
import { alarm } from "../detect/fixtures.ts";

const metric = (id: string, more: object) => ({ id, dimensions: {}, returnData: false, ...more });

test("the primary metric is the named one that returns data, else the first named one", () => {
  const band = metric("ad1", { expression: "ANOMALY_DETECTION_BAND(m1)", returnData: true });
  const cpu = metric("m1", { name: "CPUUtilization", returnData: true });
  const other = metric("m2", { name: "NetworkIn" });
  expect(primaryMetric({ ...alarm(), metrics: [band, other, cpu] })).toBe(cpu);
  expect(primaryMetric({ ...alarm(), metrics: [band, other] })).toBe(other);
  expect(primaryMetric({ ...alarm(), metrics: [band] })).toBeUndefined();
});

test("a resource is named the same in whatever order its dimensions stand", () => {
  const one = resourceOf(alarm({ dimensions: { ClusterName: "c", ServiceName: "s" } }));
  expect(one).toBe("123456789012/eu-west-1/ClusterName=c,ServiceName=s");
  expect(resourceOf(alarm({ dimensions: { ServiceName: "s", ClusterName: "c" } }))).toBe(one);
});

test("an alarm that names no resource is its own, and a contributor names the one that broke", () => {
  expect(resourceOf(alarm({ dimensions: {} }))).toBe("123456789012/eu-west-1/alarm/cpu-busy");
  const contributor = { id: "c1", attributes: { TableName: "t" } };
  expect(resourceOf(alarm({ contributor }))).toBe("123456789012/eu-west-1/TableName=t");
});

test("a value that holds our separators names no second dimension", () => {
  expect(resourceOf(alarm({ dimensions: { a: "1,b=2" } }))).not.toBe(
    resourceOf(alarm({ dimensions: { a: "1", b: "2" } })),
  );
  expect(resourceOf(alarm({ dimensions: { a: "1\\,b=2" } }))).not.toBe(
    resourceOf(alarm({ dimensions: { a: "1,b=2" } })),
  );
});
