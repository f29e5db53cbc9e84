import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkParameters, fillShell, fillText, placeholdersOf } from "../../src/runbook/fill.ts";
import { example } from "./example.ts";

const action = example().actions[0];
if (action === undefined) throw new Error("the example has an action");

/** One shell for many commands: starting one each would be the whole time of the test. */
const shell = (script: string): string => execFileSync("sh", { input: script, encoding: "utf8", env: { HOME: "/h" } });

const shellParts = [
  "'",
  '"',
  "\\",
  "$(id)",
  "`id`",
  ";",
  "&&",
  "|",
  "\n",
  "$HOME",
  "*",
  "~",
  "!",
  "#",
  "{{x}}",
  "'\\''",
  "-",
  "$'",
];
const nasty = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.array(fc.constantFrom(...shellParts), { maxLength: 12 }).map((parts) => parts.join("")),
);
const value = nasty.filter((text) => !text.includes("\0")).map((text) => text.toWellFormed());

describe("shell text", () => {
  it("hands every value to the command as one word, byte for byte, whatever is in it", () => {
    const values = fc.sample(value, 400);
    const marked = values.map((x) => fillShell("printf '%s\\0' {{x}}", { x }));
    expect(shell(marked.join("\n")).split("\0").slice(0, -1)).toEqual(values);
  });

  it("keeps a value inside a longer word, and two values apart", () => {
    const pairs = fc.sample(fc.tuple(value, value), 100);
    const script = pairs.map(([a, b]) => fillShell("printf '%s\\0' pre{{a}}mid{{ b }}post", { a, b })).join("\n");
    expect(shell(script).split("\0").slice(0, -1)).toEqual(pairs.map(([a, b]) => `pre${a}mid${b}post`));
  });

  it("never fills a value's own braces", () => {
    expect(fillShell("echo {{a}} {{b}}", { a: "{{b}}", b: "secret" })).toBe("echo '{{b}}' 'secret'");
    expect(fillText("{{a}} {{b}}", { a: "{{b}}", b: "$&" })).toBe("{{b}} $&");
  });

  it("leaves a placeholder without a value, or one that names a prototype's property, as it stands", () => {
    expect(fillShell("echo {{missing}} {{constructor}}", {})).toBe("echo {{missing}} {{constructor}}");
    expect(fillText("{{constructor}}", {})).toBe("{{constructor}}");
    expect(placeholdersOf("{{a}} {{ b-2 }} {{C}} {d}")).toEqual(["a", "b-2"]);
  });
});

describe("parameters", () => {
  it.each([
    ["^web|db$", "web; id"],
    ["^web|db$", "x-db"],
    ["^5\\$", "5$ and more"],
  ])("hold the whole value to %s, whatever its anchors leave open: not %j", (pattern, unit) => {
    const open = { type: "string", description: "Unit.", pattern } as const;
    const loose = { ...action, parameters: { unit: open } };
    expect(new RegExp(pattern).test(unit)).toBe(true);
    expect(checkParameters(loose, { unit }).ok).toBe(false);
    expect(checkParameters(loose, { unit: unit.startsWith("5") ? "5$" : "db" }).ok).toBe(true);
  });

  it("takes what fits the reviewed types, and answers it as text", () => {
    expect(checkParameters(action, { unit: "api", seconds: 5 })).toEqual({
      ok: true,
      values: { unit: "api", seconds: "5" },
    });
  });

  it.each([
    [{ unit: "api" }, "seconds: missing"],
    [{ unit: "api", seconds: 31 }, "seconds: must be a whole number from 0 to 30"],
    [{ unit: "api", seconds: 1.5 }, "seconds:"],
    [{ unit: "api", seconds: "" }, "seconds:"],
    [{ unit: "api", seconds: " 5" }, "seconds:"],
    [{ unit: "api", seconds: "0x5" }, "seconds:"],
    [{ unit: "api", seconds: "5; id" }, "seconds:"],
    [{ unit: "api", seconds: [5] as never }, "seconds:"],
    [{ unit: "api\nid", seconds: 5 }, "unit:"],
    [{ unit: "a\0b", seconds: 5 }, "unit:"],
    [{ unit: "x".repeat(1025), seconds: 5 }, "unit:"],
    [{ unit: 7, seconds: 5 }, "unit:"],
    [{ unit: "api", seconds: 5, command: "id" }, "command: the action has no such parameter"],
    [{ unit: "api", seconds: 5, constructor: "x" }, "constructor: the action has no such parameter"],
    [{ unit: "api", seconds: 5, ["__proto__"]: "x" }, "__proto__"],
  ])("refuses %j, naming the parameter", (given, problem) => {
    const filled = checkParameters(action, given);
    expect(filled.ok).toBe(false);
    if (!filled.ok) expect(filled.problems.join()).toContain(problem);
  });

  it("never lets a number through that is not written as one", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer(), fc.double(), fc.jsonValue()), (seconds) => {
        const filled = checkParameters(action, { unit: "api", seconds });
        if (filled.ok) expect(filled.values["seconds"]).toMatch(/^([0-9]|[12][0-9]|30)$/);
      }),
    );
  });
});
