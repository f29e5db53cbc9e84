import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bootstrap, passHatK, wilson } from "../../evals/pass-k.ts";

describe("pass^k", () => {
  test("is the share of all choices of k tries in which every one succeeded", () => {
    fc.assert(
      fc.property(
        fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 8 }),
        (tries, k) => {
          fc.pre(k <= tries.length);
          const chosen = choices(tries, k);
          const all = chosen.filter((choice) => choice.every(Boolean)).length / chosen.length;
          expect(passHatK(tries.filter(Boolean).length, tries.length, k)).toBeCloseTo(all);
        },
      ),
    );
  });

  test("is no number for more tries than were made", () => {
    expect(passHatK(3, 3, 4)).toBeNaN();
  });
});

describe("an interval", () => {
  test("is never empty, holds the share, and stays between 0 and 1", () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), (one, other) => {
        const [successes, tries] = [Math.min(one, other), Math.max(one, other, 1)];
        const { low, high } = wilson(successes, tries);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1 + 1e-12);
        expect(low).toBeLessThanOrEqual(successes / tries + 1e-12);
        expect(high).toBeGreaterThanOrEqual(successes / tries - 1e-12);
        expect(high - low).toBeGreaterThan(0);
      }),
    );
  });

  test("over cases holds their mean and is the same each time", () => {
    const values = [1, 1, 0, 0.5, 1, 0, 1, 1];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(bootstrap(values)).toEqual(bootstrap(values));
    expect(bootstrap(values).low).toBeLessThan(mean);
    expect(bootstrap(values).high).toBeGreaterThan(mean);
    expect(bootstrap([1, 1, 1])).toEqual({ low: 1, high: 1 });
  });
});

function choices<Item>(items: readonly Item[], count: number): readonly (readonly Item[])[] {
  if (count === 0) return [[]];
  return items.flatMap((item, index) => choices(items.slice(index + 1), count - 1).map((rest) => [item, ...rest]));
}
