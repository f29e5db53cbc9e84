import { describe, expect, test } from "vitest";
import { runSsm } from "../../evals/simulation/attacks.ts";
import { actionIdFor, judgeChange } from "../../src/agent/judge.ts";
import { HealerError } from "../../src/domain/errors.ts";
import type { EventOf, RunEvent } from "../../src/domain/event.ts";
import type { CallId } from "../../src/domain/ids.ts";
import type { Run } from "../../src/domain/run.ts";
import { okResult } from "../../src/domain/tool.ts";
import {
  approvalId,
  call,
  changeSent,
  first,
  minute,
  replied,
  runId,
  runStarted,
  start,
  type Together,
} from "../domain/story.ts";
import { type Desk, openDesk, scenarioNamed } from "./desk.ts";

const actionId = actionIdFor(runId, first);
const freeSpace = { ...(runSsm("disk-full", "free-space").input as object), findings: ["t0"] };
const setCapacity = { ...(runSsm("surge", "set-capacity", { instances: 4 }).input as object), findings: ["t0"] };
const today = "2026-11-23";

/** The model has seen the runbook and asks for a change, which is assessed as it stands now. */
async function asked(
  desk: Desk,
  input: object,
): Promise<{ readonly story: Together[]; readonly assessed: EventOf<"call_assessed"> }> {
  const runbook = desk.world.runbooks().find((one) => one.id === (input as { runbook: string }).runbook);
  const step = runbook?.sections.find((section) => section.slug === "act");
  const shown = okResult("x", "x", {
    findings: [{ id: "t0", summary: "s", source: "m" }],
    citations: [{ id: `${runbook?.id}#act`, contentHash: step?.contentHash ?? "" }],
  });
  const look = call(1, 1, { kind: "read", tool: "search_runbooks", input: {} });
  const change = call(1, 0, { input: input as never });
  const story: Together[] = [
    runStarted(),
    [replied(1, [look, change]), { type: "call_finished", callId: "t1c1" as CallId, result: shown, applied: false }],
  ];
  const run = await openDeskRun(story);
  const judged = await judgeChange(run, run.calls[first] as never, desk.deps, new AbortController().signal);
  if (!("decision" in judged)) throw new Error(judged.forModel);
  const { assessment, facts, decision, digest } = judged;
  const assessed = {
    type: "call_assessed",
    callId: first,
    decision,
    facts,
    assessment,
    ...(digest && { digest }),
  } as const;
  return { story: [...story, assessed], assessed };
}

const openDeskRun = async (story: readonly Together[]): Promise<Run> => (await openDesk()).write(...story);

/** A surge whose change one person has approved. */
async function approved(desk: Desk): Promise<Run> {
  const { story, assessed } = await asked(desk, setCapacity);
  const { digest } = assessed;
  if (digest === undefined || assessed.decision.verdict !== "ask") throw new Error("nothing to approve");
  const person = { id: "slack:ada", name: "Ada", via: "slack" } as const;
  const requested = {
    type: "approval_requested",
    callId: first,
    approvalId,
    digest,
    quorum: 1,
    expiresAt: "2026-11-23T10:30:00.000Z",
  } as const;
  const decided: RunEvent = {
    type: "approval_decided",
    callId: first,
    approvalId,
    outcome: "approved",
    digest,
    approvers: [{ person, at: requested.expiresAt }],
    comment: "",
  };
  const listed = { allowed: [...desk.deps.settings.approvers], approvers: decided.approvers };
  const record = { approvalId, runId, callId: first, digest, status: "approved", ...listed };
  await desk.store.approvals.create(record as never);
  return desk.write(...story, requested, decided);
}

const refusal = (events: readonly RunEvent[]) => {
  const event = events[0];
  return event?.type === "call_finished" ? { refused: event.refused, words: event.result.forPeople } : event?.type;
};

describe("a decided change", () => {
  test("is written down before it is sent, and reserved on the day", async () => {
    const desk = await openDesk();
    const run = await desk.write(...(await asked(desk, freeSpace)).story);
    const { events, pause } = await desk.perform(run);
    expect(events.map((event) => event.type)).toEqual(["change_started", "change_sent"]);
    expect(pause).toEqual({ wait: 20 });
    expect(desk.world.accepted.map((sent) => sent.actionId)).toEqual([actionId]);
    expect(events[0]).toMatchObject({ actionId, plan: desk.world.accepted[0]?.plan });
  });

  test("that was approved runs, and its price counts", async () => {
    const desk = await openDesk({ scenario: scenarioNamed("approval approved") });
    const { events } = await desk.perform(await approved(desk));
    expect(events[0]?.type).toBe("change_started");
    expect(await desk.store.spend.totals([today])).toEqual([65_280_000]);
  });

  test.each([
    ["observe", "denied", "mode is observe, the most that this runbook's owner grants"],
    ["suggest", "drift", "It now needs 1 approval(s) and has 0"],
  ] as const)("whose owner has restricted its runbook to %s meanwhile is refused", async (mode, refused, words) => {
    const desk = await openDesk();
    const run = await desk.write(...(await asked(desk, freeSpace)).story);
    const { runbooks } = desk.deps.ports;
    const get = async (id: string) => {
      const runbook = await runbooks.get(id);
      return runbook && { ...runbook, mode };
    };
    Object.assign(desk.deps, { ports: { ...desk.deps.ports, runbooks: { ...runbooks, get } } });
    expect(refusal((await desk.perform(run)).events)).toEqual({ refused, words: expect.stringContaining(words) });
    expect(desk.world.accepted).toEqual([]);
  });

  test("that only the journal calls approved is refused: the record has to say so too", async () => {
    const desk = await openDesk({ scenario: scenarioNamed("approval approved") });
    const run = await approved(desk);
    const approvals = { ...desk.deps.approvals, get: async () => undefined };
    Object.assign(desk.deps, { approvals });
    expect(refusal((await desk.perform(run)).events)).toMatchObject({
      refused: "drift",
      words: expect.stringContaining("record"),
    });
    expect(desk.world.accepted).toEqual([]);
  });

  test.each([
    ["another run's", { runId: "run-of-another" }],
    ["without a person whom the journal counts", { approvers: [] }],
  ])("whose record is %s is refused", async (_, forged) => {
    const desk = await openDesk({ scenario: scenarioNamed("approval approved") });
    const run = await approved(desk);
    const get = async (id: never) => ({ ...(await desk.store.approvals.get(id)), ...forged });
    Object.assign(desk.deps, { approvals: { ...desk.deps.approvals, get } });
    expect(refusal((await desk.perform(run)).events)).toMatchObject({ refused: "drift" });
    expect(desk.world.accepted).toEqual([]);
  });

  test.each([
    ["the mode", { mode: "observe" }, "denied"],
    ["the mode of its runbook", { modes: { surge: "observe" } }, "denied"],
    ["who may decide", { approvers: ["slack:bob"] }, "drift"],
  ] as const)("is refused though approved when the settings have restricted %s since", async (_, now, refused) => {
    const desk = await openDesk({ scenario: scenarioNamed("approval approved") });
    const run = await approved(desk);
    Object.assign(desk.deps, { settings: { ...desk.deps.settings, ...now } });
    expect(refusal((await desk.perform(run)).events)).toMatchObject({ refused });
    expect(desk.world.accepted).toEqual([]);
  });

  test("runs alone in no looser mode than the settings of who sends it, whatever its journal says", async () => {
    const desk = await openDesk();
    const run = await desk.write(...(await asked(desk, freeSpace)).story);
    expect(run.started?.mode).toBe("auto");
    Object.assign(desk.deps, { settings: { ...desk.deps.settings, mode: "suggest" } });
    expect(refusal((await desk.perform(run)).events)).toMatchObject({
      refused: "drift",
      words: expect.stringContaining("mode is suggest"),
    });
    expect(desk.world.accepted).toEqual([]);
  });

  test("is decided for the environment of who sends it, whatever its journal says", async () => {
    const desk = await openDesk();
    Object.assign(desk.deps, { settings: { ...desk.deps.settings, environment: "production" } });
    const { story, assessed } = await asked(desk, freeSpace);
    expect((await desk.write(...story)).started?.environment).not.toBe("production");
    expect(assessed.facts["environment"]).toBe("production");
  });

  test.each([
    ["as long as the whole list stands", ["slack-group:T1/S1", "slack:bob"], "change_started"],
    ["and no longer", ["slack:bob"], "drift"],
  ] as const)("that a member of a listed group approved counts %s", async (_, now, became) => {
    const desk = await openDesk({ scenario: scenarioNamed("approval approved") });
    const run = await approved(desk);
    const allowed = ["slack-group:T1/S1", "slack:bob"];
    const get = async (id: never) => ({ ...(await desk.store.approvals.get(id)), allowed });
    const settings = { ...desk.deps.settings, approvers: now };
    Object.assign(desk.deps, { approvals: { ...desk.deps.approvals, get }, settings });
    const [event] = (await desk.perform(run)).events;
    expect(event?.type === "call_finished" ? event.refused : event?.type).toBe(became);
  });

  test("whose price was unknown when it was approved counts on the day with the price that is found since", async () => {
    const desk = await openDesk({ scenario: scenarioNamed("approval approved") });
    const { quote } = desk.deps.ports.pricing;
    Object.assign(desk.deps.ports.pricing, { quote: async () => ({ known: false, why: "no answer" }) });
    const run = await approved(desk);
    Object.assign(desk.deps.ports.pricing, { quote });
    expect((await desk.perform(run)).events[0]?.type).toBe("change_started");
    expect(await desk.store.spend.totals([today])).toEqual([65_280_000]);
  });

  test("that another document would run by now is refused, though approved", async () => {
    const desk = await openDesk({
      scenario: { ...scenarioNamed("approval approved"), documentChangesAfterMs: 3 * minute },
    });
    const { events } = await desk.perform(await approved(desk));
    expect(refusal(events)).toMatchObject({ refused: "drift", words: expect.stringContaining("not what was decided") });
  });

  test("that costs more than what was approved is refused, and so is one whose price is not known any more", async () => {
    const risen = { ...scenarioNamed("approval approved"), priceRisesAfterMs: 3 * minute };
    const desk = await openDesk({ scenario: risen });
    const { events } = await desk.perform(await approved(desk));
    expect(refusal(events)).toEqual({ refused: "drift", words: "It costs more now than when it was decided." });
    const silent = await openDesk({ scenario: scenarioNamed("approval approved") });
    const run = await approved(silent);
    const quote = async () => ({ known: false, why: "no answer" }) as const;
    Object.assign(silent.deps.ports.pricing, { quote });
    expect(refusal((await silent.perform(run)).events)).toMatchObject({ refused: "drift" });
    expect(desk.world.accepted).toEqual([]);
  });

  test("is refused without approvals where policy asks for one by now", async () => {
    const desk = await openDesk();
    const run = await desk.write(...(await asked(desk, freeSpace)).story);
    Object.assign(desk.deps.ports.calendar, { freezeAt: () => "the sale" });
    expect(refusal((await desk.perform(run)).events)).toMatchObject({
      refused: "drift",
      words: expect.stringMatching(/needs 1 approval.*has 0.*freeze/),
    });
  });

  test("is refused when the alarm went back to OK by itself, and gives its reservation back", async () => {
    const desk = await openDesk({ scenario: scenarioNamed("approval approved") });
    const run = await approved(desk);
    await desk.store.incidents.put({ incidentId: run.started?.incidentId, status: "recovered", openedAt: "" } as never);
    expect(refusal((await desk.perform(run)).events)).toMatchObject({ refused: "void" });
    expect(await desk.store.spend.totals([today])).toEqual([0]);
  });

  test.each(["all", "runbook:disk-full", "service:disk-full-service"])(
    "is refused while the kill switch %s is on",
    async (scope) => {
      const desk = await openDesk();
      const run = await desk.write(...(await asked(desk, freeSpace)).story);
      Object.assign(desk.deps.killSwitch, {
        read: async (scopes: readonly string[]) => ({ stopped: scopes.includes(scope) }),
      });
      expect(refusal((await desk.perform(run)).events)).toMatchObject({ refused: "stopped" });
      expect(desk.world.accepted).toEqual([]);
    },
  );

  test("is refused when the kill switch can not be read", async () => {
    const desk = await openDesk();
    const run = await desk.write(...(await asked(desk, freeSpace)).story);
    Object.assign(desk.deps.killSwitch, { read: async () => Promise.reject(new Error("no answer")) });
    expect(refusal((await desk.perform(run)).events)).toMatchObject({ refused: "stopped" });
  });

  test("is not sent when the switch goes on between the intent and the send, and gives its reservation back", async () => {
    const desk = await openDesk({ scenario: scenarioNamed("approval approved") });
    const run = await approved(desk);
    let reads = 0;
    Object.assign(desk.deps.killSwitch, { read: async () => ({ stopped: ++reads > 1 }) });
    const { events } = await desk.perform(run);
    expect(events.map((event) => event.type)).toEqual(["change_started", "call_finished"]);
    expect(events[1]).toMatchObject({ refused: "stopped", applied: false });
    expect(desk.world.accepted).toEqual([]);
    expect(await desk.store.spend.totals([today])).toEqual([0]);
  });

  test("waits for a service that is busy instead of throwing the approval away", async () => {
    const desk = await openDesk({ scenario: scenarioNamed("approval approved") });
    const run = await approved(desk);
    const busy = new HealerError("upstream_failed", "throttled", { hint: "", retryable: true });
    Object.assign(desk.deps.ports.fleet, { member: async () => Promise.reject(busy) });
    await expect(desk.perform(run)).rejects.toBe(busy);
    Object.assign(desk.deps.ports.fleet, { member: async () => Promise.reject(new Error("gone")) });
    expect(refusal((await desk.perform(run)).events)).toMatchObject({
      refused: "drift",
      words: expect.stringContaining("gone"),
    });
  });

  test("whose send fails says nothing of its fate yet", async () => {
    const desk = await openDesk({ scenario: { send: "refused" } });
    const run = await desk.write(...(await asked(desk, freeSpace)).story);
    const { events, pause } = await desk.perform(run);
    expect(events.map((event) => event.type)).toEqual(["change_started"]);
    expect(pause).toEqual({ wait: 20 });
  });

  test("whose driver slept between intent and send is not sent any more", async () => {
    const desk = await openDesk();
    const run = await desk.write(...(await asked(desk, freeSpace)).story);
    let reads = 0;
    Object.assign(desk.deps.killSwitch, {
      read: async () => {
        if (++reads === 2) desk.clock.set(desk.clock.now() + desk.deps.settings.sendTimeoutMs + 1);
        return { stopped: false };
      },
    });
    expect((await desk.perform(run)).events.map((event) => event.type)).toEqual(["change_started"]);
    expect(desk.world.accepted).toEqual([]);
  });
});

describe("a change that started and never reported", () => {
  const inFlight = async (desk: Desk): Promise<Run> => {
    const { story, assessed } = await asked(desk, freeSpace);
    const { digest, decision, assessment } = assessed;
    return desk.write(...story, {
      type: "change_started",
      callId: first,
      actionId,
      digest,
      plan: assessment?.plan,
      decision,
    } as RunEvent);
  };

  test("is found again under its action id, and never sent again", async () => {
    const desk = await openDesk();
    const run = await inFlight(desk);
    desk.world.send(run.calls[first]?.started?.plan as never, actionId, true);
    desk.clock.set(desk.clock.now() + 5_000);
    expect((await desk.perform(run)).events).toMatchObject([{ type: "change_sent", reconciled: true }]);
    expect(desk.world.accepted).toHaveLength(1);
  });

  test("counts as never sent only when every send must be over", async () => {
    const desk = await openDesk();
    const run = await inFlight(desk);
    const { sendTimeoutMs } = desk.deps.settings;
    desk.clock.set(run.lastAt + 2 * sendTimeoutMs - 1);
    expect(await desk.perform(run)).toMatchObject({ events: [], pause: { wait: 0.001 } });
    desk.clock.set(run.lastAt + 2 * sendTimeoutMs);
    expect((await desk.perform(run)).events).toMatchObject([
      { type: "call_finished", applied: false, result: { status: "error" } },
    ]);
    expect(desk.world.accepted).toEqual([]);
  });

  test("that was sent is looked at until it ends, and not for ever", async () => {
    const desk = await openDesk();
    const { story, assessed } = await asked(desk, freeSpace);
    const { digest, decision, assessment } = assessed;
    const started = {
      type: "change_started",
      callId: first,
      actionId,
      digest,
      plan: assessment?.plan,
      decision,
    } as RunEvent;
    const run = await desk.write(...story, started, changeSent());
    expect(await desk.perform(run)).toEqual({ events: [], pause: { wait: 20 } });
    desk.clock.set(start + 3 * 3_600_000);
    expect((await desk.perform(run)).events).toMatchObject([
      {
        type: "call_finished",
        applied: true,
        result: { status: "error", forPeople: "It has not reported its end in time." },
      },
    ]);
  });
});
