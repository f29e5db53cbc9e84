import { describe, expect, test } from "vitest";
import { callId } from "../../src/domain/ids.ts";
import { usd } from "../../src/domain/money.ts";
import { apply, emptyRun, hasChanged, lastVerdict, replay, unverifiedChanges } from "../../src/domain/run.ts";
import { okResult } from "../../src/domain/tool.ts";
import {
  assessed,
  assessment,
  call,
  changeSent,
  changeStarted,
  concluded,
  decided,
  finished,
  first,
  journal,
  minute,
  replied,
  requested,
  runId,
  runOf,
  runStarted,
  start,
  verified,
} from "./story.ts";

const whole = journal(
  runStarted(),
  replied(1, [call(1, 0), call(1, 1)]),
  assessed("ask"),
  requested(),
  decided("approved"),
  changeStarted(),
  changeSent(),
  finished(first, true),
  verified("recovered", first),
  concluded("healed"),
);

describe("a run folded from its journal", () => {
  test("is the same in one fold, in steps, and from any point on", () => {
    const run = replay(runId, whole);
    for (let cut = 0; cut <= whole.length; cut++) {
      expect(whole.slice(cut).reduce(apply, replay(runId, whole.slice(0, cut)))).toEqual(run);
    }
    expect(run.seq).toBe(whole.length);
    expect(run.head).toBe(whole.at(-1)?.hash);
    expect(run.startedAt).toBe(start);
    expect(run.lastAt).toBe(start + 9 * minute);
  });

  test("of nothing is empty", () => {
    expect(replay(runId, [])).toEqual(emptyRun(runId));
  });

  test("does not change what it was folded from", () => {
    const before = structuredClone(whole);
    replay(runId, whole);
    expect(whole).toEqual(before);
  });

  test("keeps with each call all that has become of it", () => {
    const state = replay(runId, whole).calls[first];
    expect(state).toMatchObject({
      turn: 1,
      assessed: { decision: { verdict: "ask" } },
      requested: { at: start + 3 * minute },
      decided: { outcome: "approved" },
      started: { actionId: `healer:${runId}:${first}`, at: start + 5 * minute },
      sent: { handle: { id: "cmd-1" } },
      finished: { applied: true, at: start + 7 * minute },
    });
  });

  test("counts tokens, its own dollars, dollars of changes and the time that people took", () => {
    const result = { ...okResult("x", "x"), cost: usd(0.25) };
    const run = runOf(
      runStarted(),
      [replied(1, [call(1, 0)]), assessed("ask")],
      requested(),
      decided("approved"),
      changeStarted(),
      finished(first, true, { result }),
    );
    expect(run.tokens).toBe(113);
    expect(run.spent).toBe(usd(0.26));
    expect(run.changed).toBe(usd(5));
    expect(run.waitedMs).toBe(minute);
  });

  test("counts a change of unknown or negative price as nothing, which policy never lets through alone", () => {
    const unknown = assessment({ price: { known: false, why: "?" } });
    const run = runOf(
      runStarted(),
      [replied(1, [call(1, 0)]), assessed("ask", first, { assessment: unknown })],
      changeStarted(),
    );
    expect(run.changed).toBe(0);
  });

  test("knows the findings and citations that tools returned, and no others", () => {
    const result = okResult("x", "x", {
      findings: [{ id: "t1c0-log-1", summary: "s", source: "l" }],
      citations: [{ id: "disk-full#act", contentHash: "c" }],
    });
    const run = runOf(runStarted(), replied(1, [call(1, 0)]), finished(first, false, { result }));
    expect(run.findings).toEqual(["t1c0-log-1"]);
    expect(run.citations).toEqual({ "disk-full#act": "c" });
  });

  test("leaves events of calls that it does not know aside", () => {
    const stranger = callId(9, 9);
    const run = runOf(runStarted(), [assessed("allow", stranger), changeStarted(stranger), finished(stranger, true)]);
    expect(run.calls).toEqual({});
    expect(hasChanged(run)).toBe(false);
  });
});

describe("changes of a run", () => {
  const applied = [runStarted(), replied(1, [call(1, 0), call(1, 1)]), finished(first, true)] as const;

  test("wait for a verification until one names them", () => {
    expect(unverifiedChanges(runOf(...applied)).map((one) => one.callId)).toEqual([first]);
    expect(unverifiedChanges(runOf(...applied, verified("recovered", callId(1, 1)))).map((one) => one.callId)).toEqual([
      first,
    ]);
    expect(unverifiedChanges(runOf(...applied, verified("no_effect", first)))).toEqual([]);
  });

  test("that reached nothing need none", () => {
    const run = runOf(runStarted(), replied(1, [call(1, 0)]), finished(first, false));
    expect(unverifiedChanges(run)).toEqual([]);
    expect(hasChanged(run)).toBe(false);
    expect(hasChanged(runOf(...applied))).toBe(true);
  });

  test("are judged by the last verification", () => {
    expect(lastVerdict(runOf(...applied))).toBeUndefined();
    const run = runOf(...applied, verified("no_effect", first), replied(2, []), verified("recovered"));
    expect(lastVerdict(run)?.verdict).toBe("recovered");
    expect(run.turns.map((turn) => turn.verified.length)).toEqual([1, 1]);
  });
});
