import { describe, expect, it } from "vitest";
import { replay } from "../../src/domain/run.ts";
import { cardOf } from "../../src/slack/card.ts";
import { isWorthTelling } from "../../src/slack/notifier.ts";
import { cardOfState, hostileWords, previewStates } from "../../src/slack/preview/cards.ts";
import { minute, sampleRunId, sampleStart } from "../../src/slack/preview/sample-parts.ts";
import { type SampleStep, sampleRun } from "../../src/slack/preview/sample-run.ts";

const ada = { id: "slack:T0HEALER1/U0ADA0001", name: "Ada", via: "slack" } as const;
const approve: SampleStep = { kind: "decide", after: 6, decision: { kind: "approve", person: ada, comment: "" } };
const run = (steps: readonly SampleStep[], afterMinutes = 10) => {
  const { entries, approval, incident } = sampleRun(hostileWords, steps);
  return cardOf(replay(sampleRunId, entries), approval, sampleStart + afterMinutes * minute, incident);
};

describe("the phase of a card follows from journal and record", () => {
  it.each([
    ["pending", "pending"],
    ["approved", "approved"],
    ["denied", "denied"],
    ["changed", "changed"],
    ["expired", "expired"],
    ["executed", "executed"],
    ["recovered", "recovered"],
    ["no-effect", "no_effect"],
    ["rolled-back", "rolled_back"],
    ["observed", "observed"],
  ])("%s is shown as %s", (name, phase) => {
    const state = previewStates.find((one) => one.name === name);
    expect(state && cardOfState(state)?.phase).toBe(phase);
  });

  it("a started change that has not reported is running", () => {
    expect(run([approve, { kind: "start" }])?.phase).toBe("running");
  });

  it("nobody can press a button after expiry, whether or not the record says so yet", () => {
    expect(run([], 32)?.phase).toBe("pending");
    expect(run([], 33)?.phase).toBe("expired");
  });

  it("the record may be ahead of the journal: a click shows at once", () => {
    const { entries } = sampleRun(hostileWords, []);
    const { approval } = sampleRun(hostileWords, [approve]);
    expect(cardOf(replay(sampleRunId, entries), approval, sampleStart, undefined)?.phase).toBe("approved");
  });

  it("an empty journal has no card", () => {
    expect(cardOf(replay(sampleRunId, []), undefined, sampleStart)).toBeUndefined();
  });

  it("the earlier change stands below the one that undid it", () => {
    const state = previewStates.find((one) => one.name === "rolled-back");
    expect(state && cardOfState(state)?.earlier).toEqual([
      { title: "traffic-surge: add-capacity", phase: "no_effect" },
    ]);
  });
});

describe("the strength of the evidence is counted, not claimed", () => {
  it("three findings of two tools with one against are fair", () => {
    expect(run([])?.cause).toMatchObject({ strength: "fair", sources: 2 });
  });

  it("ids that no tool returned count for nothing", () => {
    const { entries, approval } = sampleRun(hostileWords, []);
    const folded = replay(sampleRunId, entries);
    const call = folded.calls["t2c1" as keyof typeof folded.calls];
    if (call === undefined) throw new Error("no call");
    const input = {
      detailed_root_cause: "x",
      findings: ["t9c9-logs-1", "t1c1-logs-1"],
      contradicting_findings: ["nope"],
    };
    const lying = { ...folded, calls: { ...folded.calls, [call.callId]: { ...call, input } } };
    expect(cardOf(lying, approval, sampleStart)?.cause).toMatchObject({ strength: "thin", against: [], sources: 1 });
  });
});

describe("quiet by default", () => {
  const card = run([approve, { kind: "start" }]);
  if (card === undefined) throw new Error("no card");
  const auto = { ...card, approval: undefined };

  it("a change that needed nobody posts nothing unless that is configured", () => {
    expect(isWorthTelling(auto, { tell: "asks" })).toBe(false);
    expect(isWorthTelling(auto, { tell: "changes" })).toBe(true);
  });

  it("noise posts nothing unless everything is wanted", () => {
    const noise = { ...auto, phase: "nothing_to_do" as const, startedAt: undefined };
    expect(isWorthTelling(noise, { tell: "changes" })).toBe(false);
    expect(isWorthTelling(noise, { tell: "all" })).toBe(true);
  });

  it("what asks, and what a person must take over, always posts", () => {
    expect(isWorthTelling({ ...auto, phase: "pending" }, { tell: "asks" })).toBe(true);
    expect(isWorthTelling({ ...auto, concluded: { outcome: "escalated", reason: "" } }, { tell: "asks" })).toBe(true);
  });
});
