import { describe, expect, test } from "vitest";
import { runSsm } from "../../evals/simulation/attacks.ts";
import type { Where } from "../../src/agent/deps.ts";
import { call, first, replied, runId, runStarted } from "../domain/story.ts";
import { openDesk } from "./desk.ts";

const asksForChange = [
  runStarted(),
  replied(1, [call(1, 0, { input: runSsm("disk-full", "free-space").input as never })]),
] as const;

describe("a run whose alarm fired at another place", () => {
  test("touches that place's ports and none of the healer's own", async () => {
    const asked: Where[] = [];
    const there: string[] = [];
    const desk = await openDesk({
      change: (deps) => ({
        at: (where) => {
          asked.push(where);
          const document = async () => void there.push(where.account);
          return { locks: deps.locks, ports: { ...deps.ports, commands: { ...deps.ports.commands, document } } };
        },
      }),
    });
    Object.assign(desk.deps.ports.commands, { document: () => Promise.reject(new Error("the wrong account")) });
    const { events } = await desk.perform(await desk.write(...asksForChange));
    expect(asked).toEqual([{ runId, account: "123456789012", region: "eu-west-1" }]);
    expect(there).toEqual(["123456789012"]);
    expect(events).toMatchObject([{ type: "call_finished", refused: "invalid" }]);
  });

  test("ends with a person when the place is off the allow-list: no model is asked, nothing is read or sent", async () => {
    const model = { converse: () => Promise.reject(new Error("a model was asked")) };
    const desk = await openDesk({ model, change: () => ({ at: () => ({ outOfReach: "Account 1 is not listed." }) }) });
    for (const name of ["logs", "metrics", "alarms", "fleet", "commands"] as const) {
      Object.assign(desk.deps.ports, { [name]: undefined });
    }
    for (const story of [[runStarted()], asksForChange]) {
      const other = await openDesk({ model, change: () => ({ at: desk.deps.at as never }) });
      const { events } = await other.perform(await other.write(...story));
      expect(events).toMatchObject([
        { type: "run_concluded", outcome: "escalated", reason: expect.stringContaining("Account 1 is not listed.") },
      ]);
      expect(other.world.accepted).toEqual([]);
    }
  });

  test("is told before anybody is asked that nothing can be changed there", async () => {
    const desk = await openDesk({
      change: ({ ports, locks }) => ({ at: () => ({ ports, locks, readOnly: "No role for changes." }) }),
    });
    const { events } = await desk.perform(await desk.write(...asksForChange));
    expect(events).toMatchObject([
      { type: "call_finished", callId: first, refused: "denied", result: { forPeople: "No role for changes." } },
    ]);
  });
});
