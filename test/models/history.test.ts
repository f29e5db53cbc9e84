import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ContentBlock, Message, ToolSpec } from "../../src/domain/message.ts";
import { hasReasoning, normalizeHistory, withoutReasoning } from "../../src/models/history.ts";
import { converseViolations } from "./converse-rules.ts";

const tools: readonly ToolSpec[] = [
  { name: "fetch_logs", description: "Reads logs.", inputSchema: { type: "object" } },
];
const user = (...content: readonly ContentBlock[]): Message => ({ role: "user", content });
const assistant = (...content: readonly ContentBlock[]): Message => ({ role: "assistant", content });
const text = (value: string): ContentBlock => ({ text: value });
const use = (toolUseId: string, input: object | string = {}): ContentBlock => ({
  toolUse: { toolUseId, name: "fetch_logs", input: input as never },
});
const result = (toolUseId: string, value = "ok", status: "success" | "error" = "success"): ContentBlock => ({
  toolResult: { toolUseId, status, content: value === "" ? [] : [{ text: value }] },
});
const thought = (signature: string): ContentBlock => ({
  reasoningContent: { reasoningText: { text: " \n", signature } },
});
const normal = (...messages: readonly Message[]) => normalizeHistory(messages, tools).messages;

describe("a history", () => {
  it("that is fine is returned as it is, thinking included", () => {
    const fine = [
      user(text("disk full")),
      assistant(thought("s1"), text("I look"), use("a"), use("b")),
      user(result("a"), result("b"), text("go on")),
    ];
    expect(normal(...fine)).toEqual(fine);
  });

  it("loses blank text, and whitespace counts as blank", () => {
    expect(normal(user(text("a"), text("")), assistant(text(" \n\t")), user(text("b")))).toEqual([
      user(text("a"), text("b")),
    ]);
  });

  it("gets words into an empty error result, which would poison every later call", () => {
    const [, , last] = normal(user(text("a")), assistant(use("x")), user(result("x", "", "error")));
    expect(last).toEqual(user(result("x", "The call failed without a message.", "error")));
  });

  it("gets a result for a call that has none, whether others came or nothing did", () => {
    const missing = result("b", "No result of this call was recorded.", "error");
    expect(normal(user(text("a")), assistant(use("a"), use("b")), user(result("a"), text("?")))[2]).toEqual(
      user(result("a"), missing, text("?")),
    );
    expect(normal(user(text("a")), assistant(use("b")))[2]).toEqual(user(missing));
  });

  it("loses results that no call asked for, and second results of one call", () => {
    expect(normal(user(text("a"), result("x")), assistant(use("y")), user(result("y", "1"), result("y", "2")))).toEqual(
      [user(text("a")), assistant(use("y")), user(result("y", "1"))],
    );
  });

  it("tells calls apart that share an id, in one message and across messages", () => {
    expect(
      normal(
        user(text("a")),
        assistant(use("x", { n: 1 }), use("x", { n: 2 })),
        user(result("x", "first"), result("x", "second")),
        assistant(use("x", { n: 3 })),
        user(result("x", "third")),
      ),
    ).toEqual([
      user(text("a")),
      assistant(use("x", { n: 1 }), use("x.2", { n: 2 })),
      user(result("x", "first"), result("x.2", "second")),
      assistant(use("x.3", { n: 3 })),
      user(result("x.3", "third")),
    ]);
  });

  it("has text before tool calls and results before text", () => {
    expect(normal(user(text("a")), assistant(use("x"), text("late")), user(text("more"), result("x")))).toEqual([
      user(text("a")),
      assistant(text("late"), use("x")),
      user(result("x"), text("more")),
    ]);
  });

  it("begins and ends with the user, even when it is empty", () => {
    expect(converseViolations(normal(assistant(text("hi"))), tools)).toEqual([]);
    expect(converseViolations(normal(), tools)).toEqual([]);
  });

  it("has objects as tool inputs", () => {
    expect(normal(user(text("a")), assistant(use("x", "raw")), user(result("x")))[1]).toEqual(
      assistant(use("x", { value: "raw" })),
    );
  });

  it("with tool blocks is never sent without a tool configuration, not even for a last summary", () => {
    const { tools: given } = normalizeHistory([user(text("a")), assistant(use("x")), user(result("x"))], []);
    expect(given.map(({ name }) => name)).toEqual(["fetch_logs"]);
    expect(normalizeHistory([user(text("a"))], []).tools).toEqual([]);
  });

  it("loses thinking only when asked to, or where the service refuses it", () => {
    const messages = [user(text("a")), assistant(thought("s"), text("b")), user(text("c"))];
    expect(hasReasoning(normal(...messages))).toBe(true);
    expect(withoutReasoning(messages)[1]).toEqual(assistant(text("b")));
    expect(normal(user(text("a")), assistant(text("b"), thought("s")), user(text("c")))[1]).toEqual(
      assistant(text("b")),
    );
  });
});

const anyText = fc.constantFrom("", " ", "\n", "disk full", "a\u0000b");
const anyId = fc.constantFrom("a", "b", "a.2", "", "bad id!", "x".repeat(80));
const anyBlock: fc.Arbitrary<ContentBlock> = fc.oneof(
  anyText.map(text),
  fc.record({
    toolUse: fc.record({
      toolUseId: anyId,
      name: fc.constantFrom("fetch_logs", "", "bad name", "y".repeat(80)),
      input: fc.constantFrom<never>({ a: 1 } as never, [] as never, "x" as never, null as never),
    }),
  }),
  fc.record({
    toolResult: fc.record({
      toolUseId: anyId,
      status: fc.constantFrom("success" as const, "error" as const),
      content: fc.array(
        anyText.map((value) => ({ text: value })),
        { maxLength: 2 },
      ),
    }),
  }),
  fc.constantFrom<ContentBlock>(
    thought("s"),
    { reasoningContent: {} },
    { reasoningContent: { redactedContentBase64: "AAEC" } },
  ),
);
const anyHistory: fc.Arbitrary<Message[]> = fc.array(
  fc.record({
    role: fc.constantFrom("user" as const, "assistant" as const),
    content: fc.array(anyBlock, { maxLength: 5 }),
  }),
  { maxLength: 8 },
);
const someTools = fc.constantFrom<readonly ToolSpec[]>([], tools);

describe("any history", () => {
  it("becomes one that the service takes", () => {
    fc.assert(
      fc.property(anyHistory, someTools, (messages, given) => {
        const normalized = normalizeHistory(messages, given);
        expect(converseViolations(normalized.messages, normalized.tools)).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is left alone the second time", () => {
    fc.assert(
      fc.property(anyHistory, someTools, (messages, given) => {
        const once = normalizeHistory(messages, given);
        expect(normalizeHistory(once.messages, once.tools)).toEqual(once);
      }),
      { numRuns: 2_000 },
    );
  });

  it("keeps every word that was said, and every thought before it, byte for byte", () => {
    fc.assert(
      fc.property(anyHistory, (messages) => {
        const said = (list: readonly Message[]) =>
          list.flatMap(({ role, content }) =>
            content.flatMap((block) => ("text" in block ? `${role}:${block.text}` : [])),
          );
        const kept = said(normalizeHistory(messages, tools).messages);
        for (const words of said(messages).filter((each) => !/:\s*$/.test(each))) expect(kept).toContain(words);
        const thoughts = (list: readonly Message[]) =>
          new Set(
            list
              .flatMap(({ content }) => content.filter((block) => "reasoningContent" in block))
              .map((b) => JSON.stringify(b)),
          );
        const before = thoughts(messages);
        for (const one of thoughts(normalizeHistory(messages, tools).messages)) expect(before.has(one)).toBe(true);
      }),
    );
  });
});
