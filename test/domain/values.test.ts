import { describe, expect, test } from "vitest";
import { dimensionsOf } from "../../src/domain/alarm.ts";
import { failed, passed, skipped, warned } from "../../src/domain/check.ts";
import { compares } from "../../src/domain/compare.ts";
import { HealerError } from "../../src/domain/errors.ts";
import { textOf, toolUsesOf } from "../../src/domain/message.ts";
import { citation } from "../../src/domain/runbook.ts";
import { emptyResult, errorResult, isResult, okResult } from "../../src/domain/tool.ts";
import { alarm } from "../detect/fixtures.ts";
import { assessment } from "./story.ts";

describe("a comparison", () => {
  test.each([
    ["<", [true, false, false]],
    ["<=", [true, true, false]],
    [">", [false, false, true]],
    [">=", [false, true, true]],
    ["==", [false, true, false]],
  ] as const)("by %s of less, the same and more", (comparison, answers) => {
    expect([1, 2, 3].map((left) => compares(left, comparison, 2))).toEqual(answers);
  });

  test.each(["<", "<=", ">", ">=", "=="] as const)("by %s with what is not a number is false", (comparison) => {
    expect(compares(Number.NaN, comparison, 2)).toBe(false);
    expect(compares(2, comparison, Number.NaN)).toBe(false);
  });
});

describe("an error for operators", () => {
  test("is not tried again unless it says so", () => {
    expect(new HealerError("bad_state", "m", { hint: "h" }).retryable).toBe(false);
    expect(new HealerError("bad_state", "m", { hint: "h", retryable: false }).retryable).toBe(false);
    expect(new HealerError("upstream_failed", "m", { hint: "h", retryable: true }).retryable).toBe(true);
  });

  test("carries its name, its hint and what caused it", () => {
    const cause = new Error("socket closed");
    const error = new HealerError("upstream_failed", "m", { hint: "look there", cause });
    expect(error).toMatchObject({ name: "HealerError", code: "upstream_failed", message: "m", hint: "look there" });
    expect(error.cause).toBe(cause);
  });
});

describe("a message", () => {
  const toolUse = { toolUseId: "u", name: "fetch_logs", input: {} };
  const message = { role: "assistant" as const, content: [{ text: "one" }, { toolUse }, { text: "two" }] };

  test("gives its texts line by line and its tool uses in order, and nothing else", () => {
    expect(textOf(message)).toBe("one\ntwo");
    expect(toolUsesOf(message)).toEqual([toolUse]);
    const thinking = { reasoningContent: { reasoningText: { text: "hm" } } };
    expect(textOf({ role: "assistant", content: [thinking] })).toBe("");
    expect(toolUsesOf({ role: "assistant", content: [thinking] })).toEqual([]);
  });
});

describe("a tool's result", () => {
  test("is told from an assessment", () => {
    expect(isResult(okResult("m", "p"))).toBe(true);
    expect(isResult(assessment())).toBe(false);
  });

  test("says how it went, what the model reads and what people read", () => {
    const blank = { findings: [], citations: [], cost: 0 };
    expect(okResult("m", "p")).toEqual({ status: "ok", forModel: "m", forPeople: "p", ...blank });
    expect(emptyResult("searched /var/log")).toEqual({
      status: "empty",
      forModel: "searched /var/log",
      forPeople: "searched /var/log",
      ...blank,
    });
    expect(errorResult("the query failed", "ask for less")).toEqual({
      status: "error",
      forModel: "the query failed\nask for less",
      forPeople: "the query failed",
      ...blank,
    });
  });
});

test("a check says how it went, and what to do unless it passed", () => {
  expect(passed("node", "v24")).toEqual({ name: "node", status: "ok", detail: "v24" });
  expect([warned, failed, skipped].map((make) => make("node", "v18", "update it"))).toEqual(
    ["warn", "fail", "skipped"].map((status) => ({ name: "node", status, detail: "v18", fix: "update it" })),
  );
});

test("a citation is the runbook's id and the section's slug", () => {
  expect(citation("disk-full", "free-space")).toBe("disk-full#free-space");
});

test("an alarm that watches no metric is about no dimension", () => {
  expect(dimensionsOf({ ...alarm(), metrics: [] })).toEqual({});
});
