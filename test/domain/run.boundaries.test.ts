import { describe, expect, test } from "vitest";
import { callId } from "../../src/domain/ids.ts";
import { hasChanged, lastVerdict } from "../../src/domain/run.ts";
import { okResult } from "../../src/domain/tool.ts";
import {
  assessed,
  call,
  changeStarted,
  decided,
  finished,
  first,
  replied,
  runOf,
  runStarted,
  verified,
} from "./story.ts";

const second = callId(1, 1);

describe("a run folded from a journal", () => {
  test("still knows the steps and findings of earlier results when a later one brings its own", () => {
    const showing = (step: string, finding: string) =>
      okResult("x", "x", {
        citations: [{ id: `disk-full#${step}`, contentHash: step }],
        findings: [{ id: finding, summary: "s", source: "l" }],
      });
    const run = runOf(
      runStarted(),
      replied(1, [call(1, 0), call(1, 1)]),
      finished(first, false, { result: showing("diagnose", "t1c0-logs-1") }),
      finished(second, false, { result: showing("act", "t1c1-logs-1") }),
    );
    expect(run.citations).toEqual({ "disk-full#diagnose": "diagnose", "disk-full#act": "act" });
    expect(run.findings).toEqual(["t1c0-logs-1", "t1c1-logs-1"]);
  });

  test("leaves a decision about a call that it does not know aside, and counts no waiting for it", () => {
    const run = runOf(runStarted(), decided("approved", callId(9, 9)));
    expect(run.calls).toEqual({});
    expect(run.waitedMs).toBe(0);
  });

  test("counts a change whose call was never priced as nothing", () => {
    const { assessment: _, ...unpriced } = assessed("ask") as Extract<
      ReturnType<typeof assessed>,
      { type: "call_assessed" }
    >;
    const run = runOf(runStarted(), [replied(1, [call(1, 0)]), unpriced], changeStarted());
    expect(run.changed).toBe(0);
  });

  test("has changed something when any of its calls has, whatever else is still open", () => {
    const run = runOf(runStarted(), replied(1, [call(1, 0), call(1, 1)]), finished(second, true));
    expect(hasChanged(run)).toBe(true);
  });

  test("is judged by its last verification, also of three", () => {
    const run = runOf(
      runStarted(),
      replied(1, [call(1, 0)]),
      verified("no_effect", first),
      verified("worse", first),
      verified("recovered", first),
    );
    expect(lastVerdict(run)?.verdict).toBe("recovered");
  });
});
