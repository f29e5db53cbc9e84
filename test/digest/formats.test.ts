import { describe, expect, it } from "vitest";
import { formats, sampleOf } from "../../bench/digest-formats.ts";
import { groupingAccuracy } from "../../bench/digest-loghub.ts";
import { digestLines } from "../../src/digest/lines.ts";

async function scoreOf(name: string, seed: number): Promise<number> {
  const { lines, truth } = sampleOf(name, 2000, seed);
  const digest = await digestLines(lines, { keepAssignments: true });
  const found = lines.map((_, index) => String(digest.clusterOfLine(index + 1)));
  return groupingAccuracy(found, truth);
}

describe("grouping of formats known by construction", () => {
  it.each(Object.keys(formats))("gives each statement one cluster: %s", async (name) => {
    const scores = await Promise.all([5, 6].map((seed) => scoreOf(name, seed)));
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    // A name that no shape gives away (`tiger`) may leave a few lines apart, and then the whole statement counts as wrong.
    expect(mean).toBeGreaterThan(0.75);
  });

  it("is right for nearly all lines of all formats together", async () => {
    const scores = await Promise.all(Object.keys(formats).map((name) => scoreOf(name, 7)));
    expect(scores.reduce((sum, score) => sum + score, 0) / scores.length).toBeGreaterThan(0.96);
  });
});
