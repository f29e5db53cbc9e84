import fc from "fast-check";
import { expect, test } from "vitest";
import { cleanText, isoTime, showValue, startNotes } from "../../src/detect/text.ts";

test.each([
  ["2026-11-23T10:00:00.123+0000", "2026-11-23T10:00:00.123Z"],
  ["2026-11-23T10:00:00Z", "2026-11-23T10:00:00.000Z"],
  ["2026-11-23T10:00:00.123456789Z", "2026-11-23T10:00:00.123Z"],
  ["2026-11-23T10:00:00+05:30", "2026-11-23T04:30:00.000Z"],
  ["2026-11-23T10:00:00-0800", "2026-11-23T18:00:00.000Z"],
  ["2026-02-29T10:00:00Z", undefined],
  ["2026-11-23T24:00:00Z", undefined],
  ["2026-11-23T10:00:00", undefined],
  ["2026-11-23", undefined],
  ["0000-01-01T00:00:00+01:00", undefined],
  ["9999-12-31T23:59:59-01:00", undefined],
  ["date", undefined],
])("the time %s is %s", (text, time) => {
  expect(isoTime(text)).toBe(time);
});

test("clean text is one well-formed line within twice its limit, and clean text stays as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), fc.integer({ min: 1, max: 100 }), (text, limit) => {
      const clean = cleanText(text, limit, "it", startNotes());
      expect(clean.length).toBeLessThanOrEqual(limit * 2);
      expect(clean.isWellFormed()).toBe(true);
      expect(clean.replace(/[\u200c\u200d]/g, "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(cleanText(clean, limit * 2, "it", startNotes())).toBe(clean);
    }),
  );
});

test("a family of emoji stays one", () => {
  const family = "👨\u200d👩\u200d👧";
  expect(cleanText(family, 255, "it", startNotes())).toBe(family);
});

test("a cut never leaves half a letter", () => {
  expect(cleanText(`ab🚨${"x".repeat(9)}`, 4, "it", startNotes())).toBe("ab…");
});

test("any value is shown in one short printable line", () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const shown = showValue(value);
      expect(shown.length).toBeLessThanOrEqual(200);
      expect(shown).not.toMatch(/\p{Cc}/u);
    }),
  );
});
