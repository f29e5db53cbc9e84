import { expect, it } from "vitest";
import type { Precondition } from "../../src/domain/runbook.ts";
import { failedPreconditions } from "../../src/runbook/preconditions.ts";
import { member, now, ports } from "./example.ts";

const tag: Precondition = { check: "tag", key: "healer", value: "managed" };
const metric: Precondition = {
  check: "metric",
  namespace: "AWS/RDS",
  metric: "FreeStorageSpace",
  dimension: "DBInstanceIdentifier",
  comparison: ">=",
  value: 10,
  why: "it must have room",
};
const points = (...values: readonly number[]) => values.map((value, index) => ({ at: now - index, value }));

const cases: readonly (readonly [string, Precondition, Parameters<typeof ports>[0], string | undefined])[] = [
  ["a tag that is there", tag, { members: [member("i-1")] }, undefined],
  ["a tag with another value", tag, { members: [member("i-1", { tags: { healer: "no" } })] }, "healer=managed (no)"],
  ["a target that nobody knows", tag, {}, "no such tag"],
  ["no freeze", { check: "outside_freeze" }, {}, undefined],
  ["a freeze", { check: "outside_freeze" }, { freeze: "end of the quarter" }, "end of the quarter"],
  ["a healthy fellow", { check: "not_last_healthy" }, { members: [member("i-1"), member("i-2")] }, undefined],
  [
    "no healthy fellow",
    { check: "not_last_healthy" },
    { members: [member("i-1"), member("i-2", { healthy: false })] },
    "last healthy",
  ],
  ["a target of no known group", { check: "not_last_healthy" }, {}, "nobody knows"],
  ["a metric on the right side", metric, { points: points(10) }, undefined],
  ["a metric on the wrong side", metric, { points: points(9) }, "but is 9"],
  ["only its newest datapoint", metric, { points: points(99, 9) }, "but is 9"],
  ["a metric without a datapoint", metric, {}, "no datapoint of the last 10 minutes"],
  ["a metric that is not a number", metric, { points: points(Number.NaN) }, "NaN"],
];

it.each(cases)("with %s", async (_, precondition, given, failure) => {
  const failed = await failedPreconditions([precondition], ["i-1"], ports(given));
  if (failure === undefined) expect(failed).toEqual([]);
  else expect(failed).toEqual([expect.stringContaining(failure)]);
});

it("checks each for every target", async () => {
  const failed = await failedPreconditions([tag, metric], ["i-1", "i-2"], ports({ members: [member("i-1")] }));
  expect(failed).toHaveLength(3);
});

it.each([
  ["<", 9, true],
  ["<", 10, false],
  ["<=", 10, true],
  [">", 10, false],
  [">", 11, true],
  [">=", 10, true],
  ["==", 10, true],
  ["==", 11, false],
] as const)("compares with %s", async (comparison, value, holds) => {
  const failed = await failedPreconditions([{ ...metric, comparison }], ["i-1"], ports({ points: points(value) }));
  expect(failed.length === 0).toBe(holds);
});

it("holds a freeze against an action without targets too", async () => {
  expect(await failedPreconditions([{ check: "outside_freeze" }], [], ports({ freeze: "a freeze" }))).toHaveLength(1);
});

it("lets a source that fails be a failure, never a pass", async () => {
  const broken = ports();
  const failing = {
    ...broken,
    metrics: { ...broken.metrics, query: async () => Promise.reject(new Error("throttled")) },
  };
  await expect(failedPreconditions([metric], ["i-1"], failing)).rejects.toThrow("throttled");
});
