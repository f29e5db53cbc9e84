import { describe, expect, test } from "vitest";
import * as z from "zod";
import { callId } from "../../src/domain/ids.ts";
import { okResult, readTool, type Tool } from "../../src/domain/tool.ts";
import { call, replied, runStarted } from "../domain/story.ts";
import { openDesk } from "./desk.ts";

const tool = (execute: () => Promise<ReturnType<typeof okResult>>): ReadonlyMap<string, Tool> =>
  new Map([["look", readTool({ name: "look", description: "", needs: [], input: z.json(), execute })]]);

async function readWith(execute: () => Promise<ReturnType<typeof okResult>>, times = 1) {
  const tools = tool(execute);
  const desk = await openDesk({ change: () => ({ tools }) });
  const calls = Array.from({ length: times }, (_, index) => call(1, index, { kind: "read", tool: "look" }));
  const { events } = await desk.perform(await desk.write(runStarted(), replied(1, calls)));
  return events.flatMap((event) => (event.type === "call_finished" ? [event] : []));
}

describe("reading", () => {
  test("answers every call of the reply, in order and durable at once", async () => {
    const finished = await readWith(async () => okResult("seen", "seen"), 3);
    expect(finished.map((event) => [event.callId, event.result.forModel])).toEqual(
      [0, 1, 2].map((index) => [callId(1, index), "seen"]),
    );
  });

  test("that throws becomes an error that the model can read", async () => {
    const [event] = await readWith(async () => Promise.reject(new Error("AccessDenied: logs:StartQuery")));
    expect(event?.result).toMatchObject({
      status: "error",
      forModel: expect.stringContaining("AccessDenied: logs:StartQuery"),
    });
  });

  test("is cut where it is too long, and says how long it was", async () => {
    const [event] = await readWith(async () => okResult("x".repeat(100_000), "x"));
    expect(event?.result.forModel).toMatch(/x\n\[cut: 100000 characters\]$/);
    expect(event?.result.forModel.length).toBeLessThan(24_100);
  });

  test("of sixteen long results stays under what one entry of the table can hold", async () => {
    const finished = await readWith(async () => okResult("\u20ac".repeat(100_000), "x"), 16);
    expect(finished).toHaveLength(16);
    expect(Buffer.byteLength(JSON.stringify(finished))).toBeLessThan(350_000);
  });
});
