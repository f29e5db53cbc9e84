import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { effectiveMode, Mode, refuseUnknown } from "../../src/domain/mode.ts";

const mode = fc.constantFrom(...Mode.options);
const rank = (one: Mode): number => Mode.options.indexOf(one);

describe("the effective mode", () => {
  test("is the most restrictive of environment, settings and runbook, whichever says it", () => {
    fc.assert(
      fc.property(mode, fc.option(mode, { nil: undefined }), fc.option(mode, { nil: undefined }), (...given) => {
        const strictest = Math.min(...given.flatMap((one) => (one === undefined ? [] : [rank(one)])));
        expect(rank(effectiveMode(...given).mode)).toBe(strictest);
      }),
    );
  });

  test.each([
    ["auto", undefined, undefined, { mode: "auto" }],
    ["suggest", "suggest", "auto", { mode: "suggest" }],
    ["auto", "observe", "suggest", { mode: "observe", from: "settings" }],
    ["auto", "auto", "suggest", { mode: "suggest", from: "runbook" }],
    ["observe", "auto", "auto", { mode: "observe" }],
  ] as const)("of %s, %s and %s says whose word it is", (environment, settings, runbook, expected) => {
    expect(effectiveMode(environment, settings, runbook)).toEqual(expected);
  });
});

test("a mode for a runbook that nobody has is refused by name", () => {
  const runbooks = [{ id: "disk-full" }];
  expect(() => refuseUnknown({ "disk-full": "observe" }, runbooks)).not.toThrow();
  expect(() => refuseUnknown({ "disk-ful": "observe" }, runbooks)).toThrow(/disk-ful\b/);
});
