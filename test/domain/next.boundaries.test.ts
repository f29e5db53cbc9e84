import { describe, expect, test } from "vitest";
import type { EventOf } from "../../src/domain/event.ts";
import { callId } from "../../src/domain/ids.ts";
import { next } from "../../src/domain/next.ts";
import {
  assessed,
  budgets,
  call,
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
} from "./story.ts";

const soon = start + minute;
const doing = (...entries: Together[]) => next(runOf(...entries), soon);
const second = callId(1, 1);
const read = (index: number) => call(1, index, { kind: "read", tool: "fetch_logs" });

describe("reads", () => {
  test("are all made at once when a reply holds nothing else", () => {
    expect(doing(runStarted(), replied(1, [read(0), read(1)]))).toMatchObject({
      do: "read",
      calls: [{ callId: first }, { callId: second }],
    });
    expect(doing(runStarted(), replied(1, [read(0)]))).toMatchObject({ do: "read", calls: [{ callId: first }] });
  });

  test("that policy denied are refused, and are never made with those that stand beside them", () => {
    expect(doing(runStarted(), replied(1, [read(0)]), assessed("deny"))).toMatchObject({
      do: "refuse",
      kind: "denied",
    });
    const step = doing(runStarted(), replied(1, [read(0), read(1)]), assessed("deny", second));
    expect(step.do === "read" && step.calls.map((one) => one.callId)).toEqual([first]);
  });
});

describe("a refusal", () => {
  test("says each reason of policy as a sentence of its own", () => {
    const decision = { verdict: "deny" as const, quorum: 0, policies: [], reasons: ["It is stopped.", "It is dear."] };
    const step = doing(runStarted(), replied(1, [call(1, 0)]), assessed("deny", first, { decision }));
    expect(step).toMatchObject({ words: "It is stopped. It is dear." });
  });

  test("of an invalid call says so even where nobody wrote down why", () => {
    expect(doing(runStarted(), replied(1, [call(1, 0, { kind: "invalid" })]))).toMatchObject({
      do: "refuse",
      words: "This call is not valid.",
    });
  });

  test.each([
    ["denied", "Denied by a person: no reason given"],
    ["changed", "a person asks for a change: "],
  ] as const)("by somebody unnamed who wrote nothing still tells the model: %s", (outcome, words) => {
    const silent = { ...(decided(outcome) as EventOf<"approval_decided">), approvers: [], comment: "" };
    const step = doing(runStarted(), replied(1, [call(1, 0)]), assessed("ask"), requested(), silent);
    expect(step).toMatchObject({ do: "refuse", words });
  });
});

describe("a run that ends by itself", () => {
  const over = (now: number, ...entries: Together[]) => {
    const step = next(runOf(...entries), now);
    return step.do === "conclude" ? step.reason : step.do;
  };

  test("says what it has spent, and how many seconds it had", () => {
    const costly = replied(1, [call(1, 0)], { cost: 1_250_000 as typeof budgets.spend });
    expect(over(soon, runStarted(), costly)).toBe("Spending budget of $1 used up ($1.25).");
    expect(over(start + budgets.wallMs, runStarted(), replied(1, [call(1, 0)]))).toBe(
      "Wall-time budget of 1800 s used up.",
    );
  });

  test("does so when its time was used up before it asked anybody", () => {
    const short = runStarted({ budgets: { ...budgets, wallMs: 2 * minute } });
    const asked = [short, replied(1, [call(1, 0)]), assessed("ask"), requested()];
    expect(over(start + 9 * minute, ...asked)).toMatch(/Wall-time/);
    const longer = runStarted({ budgets: { ...budgets, wallMs: 4 * minute } });
    expect(over(start + 9 * minute, longer, ...asked.slice(1))).toBe("await_approval");
  });

  test("does not count the time that people take, whichever call of the reply waits for them", () => {
    const waiting = [runStarted(), replied(1, [call(1, 0), call(1, 1)]), assessed("ask", second), requested(second)];
    expect(over(start + 10 * budgets.wallMs, ...waiting)).toBe("assess");
  });

  test("does so after three idle replies in a row, also when those before them were of use", () => {
    const useful = [replied(1, [call(1, 0)]), finished()];
    expect(over(soon, runStarted(), useful, replied(2, []), replied(3, []))).toBe("think");
    expect(over(soon, runStarted(), useful, replied(2, []), replied(3, []), replied(4, []))).toMatch(/no usable call/);
  });

  test("counts a reply whose every call was invalid as idle, and one with a single valid call as not", () => {
    const turn = (at: number, ...kinds: readonly ("invalid" | "read")[]) => [
      replied(
        at,
        kinds.map((kind, index) => call(at, index, { kind })),
      ),
      ...kinds.map((_, index) => finished(callId(at, index))),
    ];
    const bad = (at: number) => turn(at, "invalid", "invalid");
    expect(over(soon, runStarted(), bad(1), bad(2), bad(3))).toMatch(/no usable call in 3 replies/);
    expect(over(soon, runStarted(), bad(1), turn(2, "invalid", "read"), bad(3))).toBe("think");
  });
});
