import { describe, expect, it } from "vitest";
import { groupingAccuracy, loghubFolder, loghubSystems, scoreSystem } from "../../bench/digest-loghub.ts";

const systems = loghubSystems();
if (systems.length === 0) console.log(`SKIPPED: no labelled logs at ${loghubFolder}`);

describe("grouping accuracy", () => {
  it("counts a group as wrong when one line is missing or too many", () => {
    expect(groupingAccuracy(["1", "1", "2", "2"], ["a", "a", "b", "b"])).toBe(1);
    expect(groupingAccuracy(["1", "1", "1", "2"], ["a", "a", "b", "b"])).toBe(0);
    expect(groupingAccuracy(["1", "1", "2", "3"], ["a", "a", "b", "b"])).toBe(0.5);
  });
});

describe.skipIf(systems.length === 0)("grouping accuracy on public labelled logs", () => {
  it("stays above its floor from raw lines with one configuration", async () => {
    const scores = await Promise.all(systems.map(scoreSystem));
    const mean = scores.reduce((sum, score) => sum + score.accuracy, 0) / scores.length;
    expect(mean).toBeGreaterThan(0.93);
    for (const { system, accuracy } of scores) expect([system, accuracy > 0.75]).toEqual([system, true]);
  });
});
