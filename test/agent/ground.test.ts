import { describe, expect, test } from "vitest";
import { isGrounded, unseen } from "../../src/agent/ground.ts";
import { okResult } from "../../src/domain/tool.ts";
import { assessment, call, finished, first, plan, replied, runOf, runStarted } from "../domain/story.ts";

const run = runOf(
  runStarted(),
  replied(1, [call(1, 0, { kind: "read" })]),
  finished(first, false, {
    result: okResult("x", "x", {
      findings: [{ id: "t1c0-log-1", summary: "s", source: "l" }],
      citations: [
        { id: "disk-full#act", contentHash: "c" },
        { id: "disk-full#symptoms", contentHash: "d" },
      ],
    }),
  }),
);

describe("ids that no tool returned in this run", () => {
  test("are none where each was returned", () => {
    expect(unseen(run, { citations: ["disk-full#act"], findings: ["t1c0-log-1"] })).toEqual([]);
    expect(unseen(run, {})).toEqual([]);
  });

  test.each([
    "surge#act",
    "disk-full",
    "DISK-FULL#act",
    "disk-full#act ",
    "",
    "constructor",
    "toString",
    "__proto__",
    "hasOwnProperty",
  ])("are found: %j", (id) => {
    expect(unseen(run, { citations: [id] })).toEqual([id]);
    expect(unseen(run, { findings: [id] })).toEqual([id]);
  });

  test("are all of them where the input can not be read", () => {
    expect(unseen(run, { citations: "disk-full#act" })).not.toEqual([]);
    expect(unseen(run, null)).not.toEqual([]);
  });
});

describe("an action is grounded", () => {
  const good = { citations: ["disk-full#act"], findings: ["t1c0-log-1"] };

  test("when its own step was shown as it is now, and is cited", () => {
    expect(isGrounded(run, good, assessment())).toBe(true);
  });

  test.each([
    ["cites another step", { ...good, citations: ["disk-full#symptoms"] }, assessment()],
    ["cites nothing", { ...good, citations: [] }, assessment()],
    ["cites one more that was never shown", { ...good, citations: ["disk-full#act", "x#y"] }, assessment()],
    ["rests on a finding that was never made", { ...good, findings: ["t9c9-log-1"] }, assessment()],
    [
      "was reviewed in another form than the one shown",
      good,
      assessment({
        plan: { ...plan, runbook: { ...(plan.runbook as NonNullable<typeof plan.runbook>), contentHash: "new" } },
      }),
    ],
  ] as const)("not when it %s", (_, input, assessed) => {
    expect(isGrounded(run, input, assessed)).toBe(false);
  });

  test("never when it comes from no runbook", () => {
    const { runbook: _, ...adhoc } = plan;
    expect(isGrounded(run, good, assessment({ plan: adhoc }))).toBe(false);
  });
});
