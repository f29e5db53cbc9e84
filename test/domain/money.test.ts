import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatUsd, type MicroUsd, usd } from "../../src/domain/money.ts";

describe("dollars as micro-dollars", () => {
  test("are rounded up, never down: a price is not compared as less than it is", () => {
    expect(usd(20)).toBe(20_000_000);
    expect(usd(0.0000001)).toBe(1);
    expect(usd(20.0000001)).toBe(20_000_001);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), (dollars) => {
        expect(usd(dollars)).toBeGreaterThanOrEqual(Math.floor(dollars * 1e6));
        expect(usd(dollars)).toBeLessThanOrEqual(Math.ceil(dollars * 1e6) + 1);
      }),
    );
  });

  test("do not grow by what floating point leaves behind", () => {
    expect(usd(0.1 + 0.2)).toBe(300_000);
    expect(usd(1.1 * 3)).toBe(3_300_000);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e300])("refuse %s, and name it", (dollars) => {
    expect(() => usd(dollars)).toThrow(new RangeError(`not an amount of dollars: ${dollars}`));
  });
});

test.each([
  [0, "$0.00"],
  [4_200, "$0.0042"],
  [9_999, "$0.0100"],
  [10_000, "$0.01"],
  [5_000_000, "$5.00"],
  [1_234_567_890, "$1,234.57"],
  [-4_200, "-$0.0042"],
  [-5_000_000, "-$5.00"],
])("%i micro-dollars are shown as %s", (amount, shown) => {
  expect(formatUsd(amount as MicroUsd)).toBe(shown);
});
