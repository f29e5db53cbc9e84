import { describe, expect, it } from "vitest";
import { createCommandAssessor } from "../../../src/governance/command/assess.ts";
import { field } from "../../../src/governance/command/call.ts";
import { assign, assignPositional, childScope, emptyScope } from "../../../src/governance/command/scope.ts";
import { createSession } from "../../../src/governance/command/session.ts";
import { risky } from "../../../src/governance/command/verdict.ts";

const words = (text: string): readonly string[] => text.split(" ");

describe("the budget of one assessment", () => {
  it("is spent by units and by length, and once spent stays so", () => {
    const session = createSession();
    for (let unit = 1; unit < 60_000; unit++) expect(session.spend()).toBe(true);
    expect(session.exhausted()).toBe(false);
    expect(session.spend()).toBe(false);
    expect(session.exhausted()).toBe(true);
    const other = createSession();
    expect(other.spend(49)).toBe(true);
    expect(other.spend(50 * 59_995)).toBe(true);
    expect(other.spend(99)).toBe(true);
    expect(other.spend(50)).toBe(false);
  });

  it("lists five hundred parts of 240 characters, and none of what may never run", () => {
    const session = createSession();
    expect(session.quietly(() => session.quietly(() => session.report("quiet", risky("r"))))).toBeUndefined();
    expect(() =>
      session.quietly(() => {
        throw new Error("broken");
      }),
    ).toThrow("broken");
    session.report("x".repeat(240), risky("r"));
    session.report("x".repeat(241), risky("r"));
    expect(session.parts).toEqual([
      { text: "x".repeat(240), class: "risky", reason: "r" },
      { text: `${"x".repeat(240)}…`, class: "risky", reason: "r" },
    ]);
    for (let part = 0; part < 600; part++) session.report("x", risky("r"));
    expect(session.parts).toHaveLength(500);
  });
});

describe("a text that is too much", () => {
  const assess = createCommandAssessor();

  it("is not read beyond 131072 characters, and says so", () => {
    expect(assess(`ls${" ".repeat(131_070)}`)).toMatchObject({ class: "read_only" });
    expect(assess(`ls${" ".repeat(131_071)}`)).toMatchObject({
      class: "risky",
      reason: expect.stringContaining("131072"),
    });
    expect(assess(" \n ")).toMatchObject({ class: "read_only", reason: "an empty command does nothing" });
  });

  it("is risky where its end was not reached, and destructive where that was seen before", () => {
    const calls = (at: number): string => `f${at}(){ f${at + 1}; f${at + 1}; };`;
    const doubling = Array.from({ length: 40 }, (_, at) => calls(at)).join("");
    expect(assess(`${doubling}f0`).class).toBe("risky");
    expect(assess("ls;".repeat(40_000))).toMatchObject({ class: "risky", reason: "too complex to read to its end" });
    expect(assess(`rm -rf /etc; ${doubling}f0`).class).toBe("destructive");
  });

  it("is risky where it nests too deeply", () => {
    expect(assess(`${"( ".repeat(30)}ls${" )".repeat(30)}`).class).toBe("read_only");
    expect(assess(`${"eval ".repeat(60)}ls`)).toMatchObject({
      class: "risky",
      reason: expect.stringMatching(/too deeply|too complex/),
    });
  });
});

describe("what a text has defined", () => {
  const one = (text: string) => [field(text)];
  const held = (name: string, scope = emptyScope()) => scope.variables.get(name)?.map((value) => value[0]?.text);

  it("keeps every value of a variable, each once, the latest last", () => {
    const scope = emptyScope();
    for (const text of words("a b a c")) assign(scope, "x", one(text));
    expect(held("x", scope)).toEqual(["b", "a", "c"]);
    assign(scope, "x", one("d"), true);
    expect(held("x", scope)).toEqual(["b", "a", "c", "cd"]);
    assign(scope, "y", one("e"), true);
    expect(held("y", scope)).toEqual(["e"]);
  });

  it("keeps six of them: the first and the latest", () => {
    const scope = emptyScope();
    for (const text of words("a b c d e f g h")) assign(scope, "x", one(text));
    expect(held("x", scope)).toEqual(words("a b c d e h"));
  });

  it("adds words to a list as words", () => {
    const scope = emptyScope();
    assign(scope, "x", [field("a"), field("b")]);
    assign(scope, "x", one("c"), true);
    expect(
      scope.variables
        .get("x")
        ?.at(-1)
        ?.map((value) => value.text),
    ).toEqual(["a", "b", "c"]);
  });

  it("knows three hundred names, and later values of those", () => {
    const scope = emptyScope();
    for (let at = 0; at < 400; at++) assign(scope, `v${at}`, one("x"));
    expect(scope.variables.size).toBe(300);
    assign(scope, "v0", one("y"));
    expect(held("v0", scope)).toEqual(["x", "y"]);
  });

  it("replaces the positional words, and those only", () => {
    const scope = emptyScope();
    assign(scope, "x", one("kept"));
    assign(scope, "x1", one("kept"));
    assignPositional(
      scope,
      words("a b c").map((text) => field(text)),
    );
    assignPositional(scope, one("d"));
    expect([...scope.variables.keys()].sort()).toEqual(["*", "1", "@", "IFS", "x", "x1"]);
    expect(held("1", scope)).toEqual(["d"]);
  });

  it("is seen inside a call and does not leak out of it", () => {
    const scope = emptyScope();
    assign(scope, "x", one("a"));
    const inner = childScope(scope, ["f"]);
    assign(inner, "x", one("b"));
    assign(inner, "y", one("c"));
    expect(held("x", inner)).toEqual(["a", "b"]);
    expect(held("x", scope)).toEqual(["a"]);
    expect(scope.variables.has("y")).toBe(false);
    expect([...childScope(inner, ["g"]).active]).toEqual(["f", "g"]);
  });
});
