import { describe, expect, test } from "vitest";
import type { EvalCase } from "../../evals/case.ts";
import { playCase } from "../../evals/play.ts";
import { replayRun } from "../../evals/replay.ts";
import type { Settings } from "../../src/agent/deps.ts";
import type { EventOf, RunEvent } from "../../src/domain/event.ts";
import { type Run, replay } from "../../src/domain/run.ts";
import { shadowOf } from "../../src/history/shadow.ts";
import { caseNamed, offline, shared } from "../evals/offline.ts";

const minutes = (count: number): number => count * 60_000;

async function playIn(settings: Partial<Settings>, change = (_: EvalCase) => {}, id = "catalog-pool-leak") {
  const definition = caseNamed(id);
  change(definition);
  const { entries, sent } = await playCase(definition, { ...offline, settings });
  const [first] = entries;
  if (first === undefined) throw new Error("no run was opened");
  const events = entries.flatMap((entry) => entry.events);
  return { entries, events, sent, run: replay(first.runId, entries) };
}

const assessedIn = (events: readonly RunEvent[]) =>
  events.filter((event): event is EventOf<"call_assessed"> => event.type === "call_assessed" && !!event.assessment);
const refusedIn = (run: Run) => Object.values(run.calls).flatMap((call) => call.finished?.refused ?? []);
const goesBackToOk = (definition: EvalCase) =>
  void definition.world.events.push({ at: minutes(42), state: "OK", alarm: {} } as never);

describe("a run whose runbook is in observe mode", () => {
  const observed = { modes: { "pool-exhausted": "observe" } } as const;

  test("does everything but act: it assesses, prices and says what would have been", async () => {
    const { events, sent, run } = await playIn(observed);
    expect(sent).toEqual([]);
    const [assessed] = assessedIn(events);
    expect(assessed).toMatchObject({
      facts: { mode: "observe", modeFrom: "settings" },
      decision: { verdict: "deny", policies: ["observe-mode-changes-nothing"] },
      wouldHave: { verdict: "allow", policies: ["standard-change-runs-alone"] },
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(assessed?.decision.reasons.join()).toContain("mode is observe, which the settings say for this runbook");
    expect(refusedIn(run)).toEqual(["observed"]);
    expect(run.concluded?.outcome).toBe("escalated");
    expect(run.started?.modes).toEqual(observed.modes);
  });

  test("asks nobody, although a person would have been asked in auto", async () => {
    const { events } = await playIn({ mode: "observe" }, undefined, "checkout-surge");
    expect(events.some((event) => event.type === "approval_requested")).toBe(false);
    expect(assessedIn(events)[0]?.wouldHave).toMatchObject({ verdict: "ask", quorum: 1 });
  });

  test("is a refusal like any other where auto would refuse too", async () => {
    const { events, run } = await playIn({ mode: "observe" }, undefined, "ec2-disk-unmanaged");
    expect(assessedIn(events)[0]?.wouldHave).toMatchObject({
      verdict: "deny",
      policies: expect.arrayContaining(["targets-must-opt-in"]),
    });
    expect(refusedIn(run)[0]).toBe("denied");
  });

  test("leaves every other runbook alone", async () => {
    const { run } = await playIn({ modes: { "disk-full": "observe" } });
    expect(run.concluded?.outcome).toBe("healed");
    expect(assessedIn((await playIn({ modes: { "disk-full": "observe" } })).events)[0]?.wouldHave).toBeUndefined();
  });

  test("notes after its end that the alarm went back to OK without it, once", async () => {
    const { events, run } = await playIn(observed, (definition) => {
      goesBackToOk(definition);
      definition.world.events.push({ at: minutes(50), state: "OK", alarm: {} } as never);
    });
    expect(events.at(-1)).toMatchObject({ type: "alarm_recovered" });
    expect(events.filter((event) => event.type === "alarm_recovered")).toHaveLength(1);
    expect(run.concluded?.outcome).toBe("escalated");
  });

  test("notes no such thing of a run that healed", async () => {
    const { events, run } = await playIn({}, goesBackToOk);
    expect(run.concluded?.outcome).toBe("healed");
    expect(events.some((event) => event.type === "alarm_recovered")).toBe(false);
  });

  test("is replayed byte for byte, what was noted after its end included", async () => {
    const { entries } = await playIn(observed, goesBackToOk);
    const { prompt, policies, tools } = shared;
    const inputs = { prompt, policies, tools, promptHash: prompt.hash, policyHash: policies.hash };
    expect(await replayRun(entries, { ...inputs, model: offline.modelName })).toMatchObject({ identical: true });
  });
});

test("a mode that the settings restrict while the run waits for a person holds for the run too, and is replayed", async () => {
  const { entries, sent } = await playCase(caseNamed("storefront-surge-changed"), {
    ...offline,
    onAsk: async ({ deps }) => void Object.assign(deps.settings, { mode: "observe" }),
  });
  const [first] = entries;
  if (first === undefined) throw new Error("no run was opened");
  const run = replay(first.runId, entries);
  expect(sent).toEqual([]);
  expect(run.started?.mode).toBe("auto");
  expect(refusedIn(run)).toEqual(["changed", "observed"]);
  const { prompt, policies, tools } = shared;
  const inputs = { prompt, policies, tools, promptHash: prompt.hash, policyHash: policies.hash };
  expect(await replayRun(entries, { ...inputs, model: offline.modelName })).toMatchObject({ identical: true });
});

test("the record says for each action what auto would have done, what it costs, and what the alarm did without it", async () => {
  const quiet = await playIn({ modes: { "pool-exhausted": "observe" } }, goesBackToOk);
  const loud = await playIn({ modes: { "pool-exhausted": "observe" } });
  const dear = await playIn({ mode: "suggest" }, undefined, "checkout-surge");
  const alone = await playIn({});
  expect(shadowOf([quiet.run, loud.run, dear.run, alone.run])).toEqual([
    {
      action: "pool-exhausted/restart-catalog",
      modes: ["observe"],
      runs: 2,
      alone: 2,
      asked: 0,
      refused: 0,
      microUsd: 0,
      unpriced: 0,
      approved: 0,
      rejected: 0,
      recovered: 1,
      minutes: 42,
    },
    {
      action: "traffic-surge/set-capacity",
      modes: ["suggest"],
      runs: 1,
      alone: 0,
      asked: 1,
      refused: 0,
      microUsd: 32_640_000,
      unpriced: 0,
      approved: 1,
      rejected: 0,
      recovered: 0,
      minutes: null,
    },
  ]);
});
