import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changePointOf } from "../../src/metrics/change-point.ts";
import { saturationOf } from "../../src/metrics/saturation.ts";

const minute = 60_000;
const series = (values: readonly number[]) => values.map((value, index) => ({ at: index * minute, value }));

/** Noise that is the same for the same seed. */
function noise(seed: number): () => number {
  let state = seed >>> 0 || 1;
  const uniform = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return () => uniform() + uniform() + uniform() + uniform() - 2;
}

describe("the change point of a series", () => {
  it("is the first point of the new level, with both levels", () => {
    const values = [...Array(20).fill(40), ...Array(10).fill(95)];
    expect(changePointOf(series(values))).toEqual({
      kind: "step",
      at: 20 * minute,
      before: 40,
      after: 95,
      perMinute: 0,
    });
  });

  it("is found in noise, wherever it lies and however large the numbers are", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 8, max: 50 }),
        fc.integer({ min: 1, max: 1e6 }),
        fc.constantFrom(1e-3, 1, 1e9),
        fc.boolean(),
        (where, seed, scale, down) => {
          const next = noise(seed);
          const jump = down ? -8 : 8;
          const values = Array.from({ length: 60 }, (_, at) => scale * (20 + next() + (at >= where ? jump : 0)));
          const found = changePointOf(series(values));
          expect(found?.kind).toBe("step");
          expect(Math.abs((found?.at ?? 0) / minute - where)).toBeLessThanOrEqual(1);
          expect(Math.sign((found?.after ?? 0) - (found?.before ?? 0))).toBe(Math.sign(jump));
        },
      ),
    );
  });

  it("is none in mere noise", () => {
    const found = Array.from({ length: 300 }, (_, seed) => {
      const next = noise(seed * 7919 + 1);
      return changePointOf(series(Array.from({ length: 60 }, () => 50 + next())));
    }).filter((one) => one !== undefined);
    expect(found.length).toBeLessThanOrEqual(3);
  });

  it.each([
    ["nothing", []],
    ["too few points", [1, 2, 3, 4, 5]],
    ["a constant", Array(30).fill(0.1 + 0.2)],
    ["one single spike", [...Array(20).fill(5), 400, ...Array(20).fill(5)]],
    ["values that are none", [Number.NaN, Number.POSITIVE_INFINITY, 1, 1, 1, 1, 1, 1]],
  ])("is none in %s", (_, values) => {
    expect(changePointOf(series(values))).toBeUndefined();
  });

  it("of a leak is where it begins to rise, and how fast", () => {
    const next = noise(11);
    const values = Array.from({ length: 60 }, (_, at) => 30 + next() * 0.4 + Math.max(0, at - 25) * 1.5);
    const found = changePointOf(series(values));
    expect(found?.kind).toBe("slope");
    expect(Math.abs((found?.at ?? 0) / minute - 26)).toBeLessThanOrEqual(3);
    expect(found?.perMinute).toBeCloseTo(1.5, 0);
  });

  it("of ten thousand points is told like that of a few", () => {
    const values = Array.from({ length: 10_000 }, (_, at) => (at < 7_000 ? 1 : 3));
    expect(changePointOf(series(values))).toMatchObject({ kind: "step", before: 1, after: 3 });
  });
});

describe("saturation", () => {
  it("is told for a share that is nearly used up, and not for what is left", () => {
    const full = series([80, 90, 97]);
    expect(saturationOf("DiskUsedPercent", full, undefined)).toBe("97 % used");
    expect(saturationOf("FreeStoragePercent", full, undefined)).toBeUndefined();
    expect(saturationOf("RequestCount", full, undefined)).toBeUndefined();
  });

  it("is foretold for a share that rises steadily", () => {
    const rising = series(Array.from({ length: 30 }, (_, at) => 40 + at));
    const change = changePointOf(rising);
    expect(saturationOf("MemoryUtilization", rising, change)).toMatch(/^100 % in about 3\d min/);
  });

  it("is suspected of a counter that climbed and stopped dead", () => {
    const values = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 100, 100, 100, 100, 100];
    expect(saturationOf("Connections", series(values), undefined)).toBe("flat at its highest, 100, since 00:09:00");
    expect(saturationOf("Connections", series(Array(30).fill(100)), undefined)).toBeUndefined();
  });
});
