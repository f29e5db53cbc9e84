import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FreezeWindow, frozenAt } from "../../src/governance/freeze.ts";

const at = (text: string): number => Date.parse(text);
const sale = { from: "2026-11-27T00:00:00Z", to: "2026-11-30T12:00:00Z", why: "the sale" };
const nights = { weekdays: [5, 6], fromHour: 20, toHour: 24, why: "weekend nights" };

describe("a change freeze", () => {
  test("with two ends holds from its first moment to the one before its last", () => {
    expect(frozenAt([sale], at("2026-11-26T23:59:59.999Z"))).toBeUndefined();
    expect(frozenAt([sale], at("2026-11-27T00:00:00Z"))).toBe("the sale");
    expect(frozenAt([sale], at("2026-11-30T11:59:59.999Z"))).toBe("the sale");
    expect(frozenAt([sale], at("2026-11-30T12:00:00Z"))).toBeUndefined();
  });

  test("of each week holds on its days in its hours, in UTC", () => {
    expect(frozenAt([nights], at("2026-11-20T19:59:59Z"))).toBeUndefined();
    expect(frozenAt([nights], at("2026-11-20T20:00:00Z"))).toBe("weekend nights");
    expect(frozenAt([nights], at("2026-11-20T23:59:59Z"))).toBe("weekend nights");
    expect(frozenAt([nights], at("2026-11-21T00:00:00Z"))).toBeUndefined();
    expect(frozenAt([nights], at("2026-11-19T21:00:00Z"))).toBeUndefined();
  });

  test("of some hours ends where they end", () => {
    const office = { weekdays: [1], fromHour: 9, toHour: 17, why: "office hours" };
    expect(frozenAt([office], at("2026-11-23T08:59:59.999Z"))).toBeUndefined();
    expect(frozenAt([office], at("2026-11-23T09:00:00Z"))).toBe("office hours");
    expect(frozenAt([office], at("2026-11-23T16:59:59.999Z"))).toBe("office hours");
    expect(frozenAt([office], at("2026-11-23T17:00:00Z"))).toBeUndefined();
  });

  test("is on when the clock can not be read, also without any window", () => {
    expect(frozenAt([], Number.NaN)).toMatch(/clock/);
    expect(frozenAt([], Number.POSITIVE_INFINITY)).toMatch(/clock/);
    expect(frozenAt([], 0)).toBeUndefined();
  });

  test("does not end because another window is added", () => {
    const window = fc.constantFrom(sale, nights);
    fc.assert(
      fc.property(
        fc.array(window),
        window,
        fc.integer({ min: at("2026-11-15T00:00:00Z"), max: at("2026-12-05T00:00:00Z") }),
        (windows, more, now) => {
          if (frozenAt(windows, now) !== undefined) expect(frozenAt([...windows, more], now)).toBeDefined();
        },
      ),
    );
  });

  test.each([
    { from: "yesterday", to: sale.to, why: "" },
    { weekdays: [], fromHour: 0, toHour: 24, why: "" },
    { weekdays: [7], fromHour: 0, toHour: 24, why: "" },
    { weekdays: [1], fromHour: 0, toHour: 25, why: "" },
    { ...sale, weekdays: [1] },
  ])("that makes no sense is refused: %j", (window) => {
    expect(FreezeWindow.safeParse(window).success).toBe(false);
  });
});
