import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTimestampReader } from "../../src/digest/timestamp.ts";

const at = Date.UTC(2026, 5, 1, 10, 20, 30);
const forms: readonly (readonly [text: string, value: number])[] = [
  ["2026-06-01T10:20:30Z", at],
  ["2026-06-01T10:20:30.250Z", at + 250],
  ["2026-06-01T12:20:30+02:00", at],
  ["2026-06-01 05:20:30.5 -0500", at + 500],
  ["2026-06-01 10:20:30,250", at + 250],
  ["2026/06/01 10:20:30", at],
  ["2026-06-01-10.20.30.250000", at + 250],
  ["20260601-10:20:30:250", at + 250],
  ["20260601 102030", at],
  ["260601 102030", at],
  ["26/06/01 10:20:30", at],
  ["06/01/2026 10:20:30", at],
  ["13/05/2026 10:20:30", at - 19 * 86_400_000],
  ["Jun  1 10:20:30", at],
  ["Jun 01 10:20:30", at],
  ["Mon Jun 01 10:20:30 2026", at],
  ["Mon, 01 Jun 2026 10:20:30 GMT", at],
  ["01/Jun/2026:10:20:30 +0000", at],
  ["06-01 10:20:30.250", at + 250],
  [String(at / 1000), at],
  [String(at), at],
  [`${at / 1000}.250`, at + 250],
];

describe("timestamps", () => {
  it.each(forms)("reads %s", (text, value) => {
    const reader = createTimestampReader(Date.UTC(2026, 6, 1));
    // Twice: the second time it is read by comparison with the first.
    for (const rest of [" x", " y"]) {
      expect(reader.read(text + rest, 0)).toBe(true);
      expect([reader.value, reader.end]).toEqual([value, text.length]);
    }
  });

  it.each(["10.0.0.1", "1234", "2026", "May the force", "2026-13-41 10:20:30", "12:99:10", "abc", "", "v1.2.3"])(
    "does not take %s for one",
    (text) => expect(createTimestampReader().read(text, 0)).toBe(false),
  );

  it("puts a date without a year into the year before when it would lie in the future", () => {
    const reader = createTimestampReader(Date.UTC(2026, 0, 3));
    expect(reader.read("Dec 31 23:59:59", 0) && new Date(reader.value).getUTCFullYear()).toBe(2025);
  });

  it("reads a run of timestamps exactly as it would read each alone", () => {
    const form = fc.constantFrom<(time: Date) => string>(
      (time) => time.toISOString(),
      (time) =>
        time
          .toISOString()
          .replace("T", " ")
          .replace(/\.\d+Z/, ""),
      (time) => `${time.toISOString().slice(0, 19)}+01:00`,
      (time) => `${time.toISOString().slice(0, 19)},${time.toISOString().slice(20, 23)}`,
      (time) =>
        `${time.toUTCString().slice(0, 3)} ${time.toUTCString().slice(8, 11)} ${time.toUTCString().slice(5, 7)} ${time.toISOString().slice(11, 19)} ${time.getUTCFullYear()}`,
    );
    const time = fc.date({ min: new Date("2025-12-30"), max: new Date("2026-01-03"), noInvalidDate: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(form, time), { minLength: 2, maxLength: 12 }), (pairs) => {
        const shared = createTimestampReader(0);
        for (const [write, moment] of pairs) {
          const text = `${write(moment)} message`;
          const alone = createTimestampReader(0);
          expect(shared.read(text, 0)).toBe(alone.read(text, 0));
          expect([shared.value, shared.end]).toEqual([alone.value, alone.end]);
        }
      }),
    );
  });
});
