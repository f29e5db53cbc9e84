import { describe, expect, test } from "vitest";
import { okResult, readTool, type Tool } from "../../src/domain/tool.ts";
import { call, minute, replied, runStarted, start, type Together } from "../domain/story.ts";
import { openDesk } from "./desk.ts";

const look = readTool({
  name: "look_later",
  description: "",
  needs: [],
  input: { parse: (input: unknown) => input } as never,
  delay: () => 120,
  execute: async () => okResult("seen", "seen"),
});
const tools: ReadonlyMap<string, Tool> = new Map([["look_later", look]]);
const asks = (turn: number, index = 0) => call(turn, index, { kind: "read", tool: "look_later" });

async function deskWith(...entries: Together[]) {
  const desk = await openDesk({ change: () => ({ tools }) });
  return { desk, run: await desk.write(runStarted(), ...entries) };
}

describe("a read that waits", () => {
  test("hands the time over to the workflow, counted from the durable reply, and is made when it has passed", async () => {
    const { desk, run } = await deskWith(replied(1, [asks(1)]));
    expect(await desk.perform(run)).toEqual({ events: [], pause: { wait: 120 } });
    desk.clock.set(start + minute + 50_000);
    // Another driver takes over: it waits only for what is left.
    expect((await desk.perform(run)).pause).toEqual({ wait: 70 });
    desk.clock.set(start + minute + 120_000);
    const { events, pause } = await desk.perform(run);
    expect(pause).toBeUndefined();
    expect(events.at(-1)).toMatchObject({ type: "call_finished", result: { forModel: "seen" } });
  });

  test("is refused at once when the run has waited three times", async () => {
    const { desk, run } = await deskWith(replied(1, [asks(1, 0), asks(1, 1), asks(1, 2), asks(1, 3)]));
    desk.clock.set(start + 4 * minute);
    const { events } = await desk.perform(run);
    const results = events.flatMap((event) => (event.type === "call_finished" ? [event.result.forModel] : []));
    expect(results.slice(0, 3)).toEqual(["seen", "seen", "seen"]);
    expect(results[3]).toContain("has waited 3 times already");
  });

  test("is refused at once when it would outlast the run's wall time, which it counts against", async () => {
    const desk = await openDesk({ change: () => ({ tools }) });
    const budgets = { turns: 6, tokens: 10_000, spend: 1_000_000, wallMs: 2.5 * minute, sameCall: 3 } as never;
    const run = await desk.write(runStarted({ budgets }), replied(1, [asks(1)]));
    const { events } = await desk.perform(run);
    expect(events.at(-1)).toMatchObject({ result: { forModel: expect.stringContaining("only 90 s left") } });
  });
});
