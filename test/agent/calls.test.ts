import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCalls, withUniqueToolUseIds } from "../../src/agent/calls.ts";
import { Call } from "../../src/domain/event.ts";
import type { Message } from "../../src/domain/message.ts";
import { tools } from "../../tools/index.ts";

const reply = (
  ...uses: readonly { readonly name?: string; readonly input?: unknown; readonly id?: string }[]
): Message => ({
  role: "assistant",
  content: uses.map(({ name = "query_metrics", input = {}, id = "u-1" }) => ({
    toolUse: { toolUseId: id, name, input: input as never },
  })),
});

const idsOf = (message: Message): readonly string[] =>
  message.content.flatMap((block) => ("toolUse" in block ? [block.toolUse.toolUseId] : []));

describe("the calls of a reply", () => {
  test("have ids and kinds of ours, and the input as the model wrote it", () => {
    const input = { minutes_before: 5 };
    expect(readCalls(reply({ input }, { name: "conclude", input: {} }), "tool_use", 3, tools)).toMatchObject([
      { callId: "t3c0", tool: "query_metrics", kind: "read", input },
      { callId: "t3c1", tool: "conclude", kind: "invalid" },
    ]);
  });

  test("that name no tool are told which there are", () => {
    const [call] = readCalls(reply({ name: "RUN_SSM" }), "tool_use", 1, tools);
    expect(call).toMatchObject({ kind: "invalid", problem: expect.stringMatching(/no tool "RUN_SSM".*run_ssm/) });
  });

  test("that fail their schema are told where, at most eight times", () => {
    const [call] = readCalls(
      reply({ name: "run_ssm", input: { citations: [1, 2, 3, 4, 5, 6, 7, 8, 9] } }),
      "tool_use",
      1,
      tools,
    );
    expect(call?.kind).toBe("invalid");
    expect(call?.problem?.split("\n").slice(1)).toHaveLength(8);
    expect(call?.problem).toMatch(/- detailed_root_cause: /);
  });

  test.each(["max_tokens", "end_turn", "malformed_tool_use", "guardrail_intervened", "banana_split", ""])(
    "of a reply that stopped with '%s' are never run",
    (stopReason) => {
      expect(readCalls(reply({}), stopReason, 1, tools).map((call) => call.kind)).toEqual(["invalid"]);
    },
  );

  test("beyond the sixteenth are refused", () => {
    const kinds = readCalls(reply(...Array.from({ length: 40 }, () => ({}))), "tool_use", 1, tools).map(
      (call) => call.kind,
    );
    expect(kinds.slice(0, 16)).toEqual(Array.from({ length: 16 }, () => "read"));
    expect(new Set(kinds.slice(16))).toEqual(new Set(["invalid"]));
  });

  test("are read without a throw whatever the model wrote, and a journal can hold them", () => {
    const use = fc.record({
      name: fc.oneof(fc.string(), fc.constantFrom(...tools.keys(), "__proto__", "constructor")),
      input: fc.jsonValue(),
      id: fc.string(),
    });
    fc.assert(
      fc.property(fc.array(use, { maxLength: 20 }), fc.constantFrom("tool_use", "x"), (uses, stop) => {
        for (const call of readCalls(reply(...uses), stop, 1, tools)) expect(Call.safeParse(call).success).toBe(true);
      }),
    );
  });
});

describe("ids of calls", () => {
  test("that are good and new are kept", () => {
    expect(idsOf(withUniqueToolUseIds(reply({ id: "a" }, { id: "tooluse_B-1.x:9" }), new Set(), 1))).toEqual([
      "a",
      "tooluse_B-1.x:9",
    ]);
  });

  test("that are taken, empty or too long are replaced", () => {
    const message = withUniqueToolUseIds(
      reply({ id: "a" }, { id: "a" }, { id: "" }, { id: "x".repeat(65) }, { id: "old" }),
      new Set(["old"]),
      2,
    );
    expect(idsOf(message)).toEqual(["a", "healer-t2-1", "healer-t2-2", "healer-t2-3", "healer-t2-4"]);
  });

  test("are each there once, also when a model guesses what ours will be", () => {
    const id = fc.oneof(
      fc.string(),
      fc.constantFrom("same", "healer-t1-0", "healer-t1-1", "healer-t1-2", "healer-t1-3"),
    );
    fc.assert(
      fc.property(fc.array(id, { maxLength: 12 }), fc.array(id), (ids, taken) => {
        const given = idsOf(
          withUniqueToolUseIds(
            reply(...ids.map((one) => ({ id: one }))),
            new Set(taken.filter((one) => !one.startsWith("healer-"))),
            1,
          ),
        );
        expect(new Set(given).size).toBe(ids.length);
        for (const one of given) expect(one).toMatch(/^[a-zA-Z0-9_.:-]{1,64}$/);
        for (const one of given) expect(taken.filter((other) => !other.startsWith("healer-"))).not.toContain(one);
      }),
    );
  });
});
