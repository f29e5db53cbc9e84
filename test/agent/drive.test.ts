import { describe, expect, test } from "vitest";
import { conclude, look } from "../../evals/simulation/attacks.ts";
import { approvalIdFor } from "../../src/agent/ask.ts";
import { drive } from "../../src/agent/drive.ts";
import { escalate } from "../../src/agent/escalate.ts";
import { HealerError } from "../../src/domain/errors.ts";
import type { Incident } from "../../src/domain/incident.ts";
import { verifyChain } from "../../src/domain/journal.ts";
import {
  assessed,
  call,
  changeStarted,
  concluded,
  first,
  replied,
  requested,
  runId,
  runStarted,
} from "../domain/story.ts";
import { type Desk, openDesk } from "./desk.ts";

const never = new AbortController().signal;
const typesOf = async (desk: Desk): Promise<readonly string[]> =>
  (await desk.entries()).flatMap((entry) => entry.events.map((event) => event.type));
const incident = { incidentId: "inc-story", runId, status: "open", openedAt: "" } as unknown as Incident;

describe("driving a run", () => {
  test("goes on until it ends, journals what happened and closes the incident", async () => {
    const desk = await openDesk({ moves: [look, { calls: [conclude("escalate", { citations: [] })] }] });
    await desk.write(runStarted());
    await desk.store.incidents.create(incident);
    expect(await drive(runId, "read", desk.deps, never)).toEqual({ status: "done", runId });
    expect((await typesOf(desk)).at(-1)).toBe("run_concluded");
    expect(verifyChain(runId, await desk.entries(), [])).toBeUndefined();
    expect(await desk.store.incidents.get(incident.incidentId)).toMatchObject({
      status: "closed",
      outcome: "escalated",
    });
  });

  test("again when it is done changes nothing", async () => {
    const desk = await openDesk();
    await desk.write(runStarted(), concluded());
    const before = await desk.entries();
    expect(await drive(runId, "read", desk.deps, never)).toEqual({ status: "done", runId });
    expect(await drive(runId, "change", desk.deps, never)).toEqual({ status: "done", runId });
    expect(await desk.entries()).toEqual(before);
  });

  test("as the brain hands every change over, and as the hands everything else", async () => {
    const model = { converse: async () => Promise.reject(new Error("the hands never think")) };
    const desk = await openDesk({ model });
    await desk.write(runStarted(), replied(1, [call(1, 0)]), assessed("allow"));
    expect(await drive(runId, "read", desk.deps, never)).toEqual({ status: "act", runId, callId: first });
    const thinking = await openDesk({ model });
    await thinking.write(runStarted());
    expect(await drive(runId, "change", thinking.deps, never)).toEqual({ status: "continue", runId });
    expect(desk.world.accepted).toEqual([]);
  });

  test("stops before the next step when its time is up", async () => {
    const desk = await openDesk();
    await desk.write(runStarted());
    expect(await drive(runId, "read", desk.deps, AbortSignal.abort())).toEqual({ status: "continue", runId });
    expect(await typesOf(desk)).toEqual(["run_started"]);
  });

  test("that loses an append reads again and goes on from what the winner wrote", async () => {
    const desk = await openDesk({ moves: [{ calls: [conclude("escalate", { citations: [], findings: [] })] }] });
    const run = await desk.write(runStarted());
    const { append } = desk.store.journal;
    let lost = 0;
    Object.assign(desk.deps.journal, {
      append: async (entry: never) => {
        if (lost++ > 0) return append(entry);
        const other = await openDesk();
        await other.write(runStarted(), concluded());
        await append((await other.entries())[1] as never);
        return append(entry);
      },
    });
    expect(await drive(run.runId, "read", desk.deps, never)).toEqual({ status: "done", runId });
    expect(await typesOf(desk)).toEqual(["run_started", "run_concluded"]);
  });

  test("fails when the store does, with nothing lost", async () => {
    const desk = await openDesk();
    await desk.write(runStarted());
    const full = new HealerError("state_full", "no space", { hint: "" });
    Object.assign(desk.deps.journal, { append: async () => Promise.reject(full) });
    await expect(drive(runId, "read", desk.deps, never)).rejects.toBe(full);
    expect(await typesOf(desk)).toEqual(["run_started"]);
  });

  test("waits at least a second, in whole ones", async () => {
    const desk = await openDesk();
    const run = await desk.write(runStarted(), replied(1, [call(1, 0)]), changeStarted());
    desk.clock.set(run.lastAt + 2 * desk.deps.settings.sendTimeoutMs - 1);
    expect(await drive(runId, "change", desk.deps, never)).toEqual({ status: "wait", runId, seconds: 1 });
  });
});

describe("a run that failed for good", () => {
  test("ends once, with the error, however often that is asked for", async () => {
    const desk = await openDesk();
    await desk.write(runStarted());
    await escalate(runId, "the model is gone", desk.deps);
    await escalate(runId, "again", desk.deps);
    const events = (await desk.entries()).flatMap((entry) => entry.events);
    expect(events.slice(1)).toMatchObject([
      { type: "run_concluded", outcome: "escalated", reason: expect.stringContaining("the model is gone") },
    ]);
    expect(events).toHaveLength(2);
  });

  test("names a change whose fate nobody has learned", async () => {
    const desk = await openDesk();
    await desk.write(runStarted(), replied(1, [call(1, 0)]), changeStarted());
    await escalate(runId, "x", desk.deps);
    expect((await desk.entries()).at(-1)?.events[0]).toMatchObject({
      reason: expect.stringContaining(`look for healer:${runId}:${first}`),
    });
  });

  test("leaves nothing for people to decide, also what the journal had not heard of yet", async () => {
    for (const known of [true, false]) {
      const desk = await openDesk();
      const explained = { detailed_root_cause: "r", action_justification: "j" };
      const story = [runStarted(), replied(1, [call(1, 0, { input: explained })]), assessed("ask")];
      const run = await desk.write(...story);
      await desk.store.incidents.create(incident);
      // The record is there; whether the journal says so depends on where the driver died.
      const { events } = await desk.perform(run);
      expect(events).toHaveLength(1);
      if (known) {
        const other = await openDesk();
        await other.write(...story, [requested()]);
        await desk.store.journal.append((await other.entries())[3] as never);
      }
      await escalate(runId, "x", desk.deps);
      expect(await desk.store.approvals.get(approvalIdFor(runId, first))).toMatchObject({ status: "void" });
      expect(await desk.store.incidents.get(incident.incidentId)).toMatchObject({ status: "closed" });
    }
  });

  test("that never began is left alone", async () => {
    const desk = await openDesk();
    await expect(escalate(runId, "x", desk.deps)).resolves.toBeUndefined();
    // What is not there has no beginning; `drive` says so by concluding it.
    expect((await typesOf(desk)).filter((type) => type !== "run_concluded")).toEqual([]);
  });
});
