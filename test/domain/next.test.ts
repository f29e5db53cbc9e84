import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/domain/event.ts";
import { callId } from "../../src/domain/ids.ts";
import { usd } from "../../src/domain/money.ts";
import { next } from "../../src/domain/next.ts";
import {
  assessed,
  budgets,
  call,
  changeSent,
  changeStarted,
  concluded,
  decided,
  finished,
  first,
  minute,
  replied,
  requested,
  runOf,
  runStarted,
  start,
  type Together,
  verified,
} from "./story.ts";

const soon = start + minute;
const doing = (...entries: Together[]) => next(runOf(...entries), soon);
const second = callId(1, 1);

describe("the one thing to do", () => {
  test("is to think when there is nothing else", () => {
    expect(doing(runStarted())).toEqual({ do: "think" });
    expect(doing(runStarted(), replied(1, [call(1, 0)]), finished())).toEqual({ do: "think" });
  });

  test("is nothing once the run is concluded, whatever is open", () => {
    expect(doing(runStarted(), replied(1, [call(1, 0)]), concluded())).toEqual({ do: "done" });
    expect(doing(runStarted(), replied(1, [call(1, 0)]), changeStarted(), concluded())).toEqual({ do: "done" });
  });

  test("follows one change from its call to its proof", () => {
    const story: RunEvent[] = [runStarted(), replied(1, [call(1, 0)])];
    const step = () => doing(...story).do;
    const steps: [string, RunEvent][] = [
      ["assess", assessed("ask")],
      ["request_approval", requested()],
      ["await_approval", decided("approved")],
      ["execute", changeStarted()],
      ["reconcile", changeSent()],
      ["check", finished(first, true)],
      ["verify", verified("recovered", first)],
    ];
    for (const [due, event] of steps) {
      expect(step()).toBe(due);
      story.push(event);
    }
    expect(step()).toBe("think");
  });

  test("is to run what policy allows and to refuse what it denies, in its own words", () => {
    expect(doing(runStarted(), replied(1, [call(1, 0)]), assessed("allow")).do).toBe("execute");
    expect(doing(runStarted(), replied(1, [call(1, 0)]), assessed("deny"))).toMatchObject({
      do: "refuse",
      kind: "denied",
      words: "because",
    });
  });

  test.each([
    ["denied", "rejected", "Denied by Ada: with care"],
    ["changed", "changed", "Ada asks for a change: with care"],
    ["expired", "expired", "Nobody decided"],
    ["void", "void", "with care"],
  ] as const)("after an approval that is %s is to refuse the call with the person's words", (outcome, kind, words) => {
    const step = doing(runStarted(), replied(1, [call(1, 0)]), assessed("ask"), requested(), decided(outcome));
    expect(step).toMatchObject({ do: "refuse", kind, words: expect.stringContaining(words) });
  });

  test("is never to execute without an allow or an approval, whatever else was written down", () => {
    const anything = fc.constantFrom<RunEvent>(
      assessed("ask"),
      assessed("deny"),
      requested(),
      decided("denied"),
      decided("changed"),
      decided("expired"),
      decided("void"),
      verified("recovered", first),
    );
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 8 }), (events) => {
        expect(doing(runStarted(), replied(1, [call(1, 0)]), ...events).do).not.toBe("execute");
      }),
    );
  });

  test("takes the calls of a reply in order, and reads that stand together at once", () => {
    const read = (index: number) => call(1, index, { kind: "read", tool: "fetch_logs" });
    const calls = [read(0), read(1), call(1, 2), read(3)];
    expect(doing(runStarted(), replied(1, calls))).toMatchObject({
      do: "read",
      calls: [{ callId: first }, { callId: second }],
    });
    expect(doing(runStarted(), replied(1, calls), [finished(first), finished(second)])).toMatchObject({
      do: "assess",
      call: { callId: "t1c2" },
    });
  });

  test("refuses an invalid call with what is wrong about it, and never assesses it", () => {
    const bad = call(1, 0, { kind: "invalid", problem: "no such tool" });
    expect(doing(runStarted(), replied(1, [bad]))).toMatchObject({
      do: "refuse",
      kind: "invalid",
      words: "no such tool",
    });
  });

  test("grounds a conclusion before it is one", () => {
    expect(doing(runStarted(), replied(1, [call(1, 0, { kind: "conclude" })])).do).toBe("ground");
  });

  test("learns the fate of a change in flight first, even when every budget is used up", () => {
    const late = start + 100 * budgets.wallMs;
    const run = runOf(runStarted(), replied(1, [call(1, 0), call(1, 1)], { cost: usd(99) }), changeStarted(second));
    expect(next(run, late)).toMatchObject({ do: "reconcile", call: { callId: second } });
  });

  test("measures a change that reached its target before anything else is tried, even over budget", () => {
    const run = runOf(runStarted(), replied(1, [call(1, 0), call(1, 1)], { cost: usd(99) }), finished(first, true));
    expect(next(run, soon)).toMatchObject({ do: "verify", calls: [{ callId: first }] });
  });
});

describe("a run ends by itself", () => {
  const over = (...entries: Together[]) => {
    const step = doing(...entries);
    return step.do === "conclude" ? step.reason : step.do;
  };

  test("when its turns are used up, and not before the calls of the last one are answered", () => {
    const turns = Array.from({ length: budgets.turns }, (_, index) => [replied(index + 1, [call(index + 1, 0)])]);
    const answered = turns.map((events, index) => [...events, finished(callId(index + 1, 0))]);
    expect(over(runStarted(), ...answered)).toMatch(/Turn budget of 6/);
    expect(over(runStarted(), ...answered.slice(1), [replied(7, [call(7, 0)])])).toBe("assess");
  });

  test("when its tokens or its dollars are", () => {
    const usage = { inputTokens: 9_990, outputTokens: 10, cacheReadTokens: 0, cacheWriteTokens: 0 };
    expect(over(runStarted(), replied(1, [call(1, 0)], { usage }))).toMatch(/Token budget/);
    expect(over(runStarted(), replied(1, [call(1, 0)], { cost: usd(1) }))).toMatch(/Spending budget of \$1 /);
    expect(over(runStarted(), replied(1, [call(1, 0)], { cost: usd(0.99) }))).toBe("assess");
  });

  test("when its time is, the time that people took not counted", () => {
    const run = runOf(runStarted(), replied(1, [call(1, 0)]), assessed("ask"), requested());
    expect(next(run, start + 10 * budgets.wallMs).do).toBe("await_approval");
    const decidedRun = runOf(runStarted(), replied(1, [call(1, 0)]), assessed("ask"), requested(), decided("approved"));
    expect(next(decidedRun, start + budgets.wallMs).do).toBe("execute");
    expect(next(decidedRun, start + budgets.wallMs + minute)).toMatchObject({
      do: "conclude",
      reason: expect.stringMatching(/Wall-time/),
    });
  });

  test("when the model makes the same call for the third time, however its fields are ordered", () => {
    const same = (turn: number, input: object) => [
      replied(turn, [call(turn, 0, { input: input as never })]),
      finished(callId(turn, 0)),
    ];
    expect(over(runStarted(), same(1, { a: 1, b: 2 }), same(2, { b: 2, a: 1 }))).toBe("think");
    expect(over(runStarted(), same(1, { a: 1, b: 2 }), same(2, { b: 2, a: 1 }), same(3, { a: 1, b: 2 }))).toMatch(
      /same run_ssm call 3 times/,
    );
    expect(over(runStarted(), same(1, { a: 1 }), same(2, { a: 2 }), same(3, { a: 3 }))).toBe("think");
  });

  test("when three replies in a row call nothing usable", () => {
    const idle = (turn: number) => replied(turn, []);
    expect(over(runStarted(), idle(1), idle(2))).toBe("think");
    expect(over(runStarted(), idle(1), idle(2), idle(3))).toMatch(/no usable call in 3 replies/);
    expect(over(runStarted(), idle(1), [replied(2, [call(2, 0)]), finished(callId(2, 0))], idle(3), idle(4))).toBe(
      "think",
    );
  });

  test.each(["guardrail_intervened", "content_filtered", "model_context_window_exceeded"])(
    "when the model stops with %s",
    (stopReason) => {
      expect(over(runStarted(), replied(1, [], { stopReason }))).toContain(stopReason);
    },
  );

  test("when its journal does not begin as it should", () => {
    expect(over(replied(1, [call(1, 0)]))).toMatch(/does not begin with run_started/);
  });
});
