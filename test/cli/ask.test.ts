import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { askPerson } from "../../src/cli/ask.ts";

/** Types each line when the next question is there, as a person does. */
async function answer(...typed: readonly string[]) {
  const input = new PassThrough();
  const output = new PassThrough();
  const asked = askPerson({ input, output });
  const lines = [...typed];
  output.on("data", (shown) => {
    if (!String(shown).includes("? ")) return;
    const next = lines.shift();
    if (next === undefined) input.end();
    else setImmediate(() => input.write(next));
  });
  return asked;
}

describe("the question in a terminal", () => {
  it("takes a letter or the word, and asks why", async () => {
    expect(await answer("a\n")).toEqual({ kind: "approve", comment: "" });
    expect(await answer(" Approve \n")).toEqual({ kind: "approve", comment: "" });
    expect(await answer("d\n", "not today\n")).toEqual({ kind: "deny", comment: "not today" });
    expect(await answer("c\n", "use 3 instances\n")).toEqual({ kind: "change", comment: "use 3 instances" });
  });

  it("takes a sentence as what should change, and asks again after a slip", async () => {
    expect(await answer("use 3 instances\n")).toEqual({ kind: "change", comment: "use 3 instances" });
    expect(await answer("yes\n", "\n", "x\n", "c\n", "\n", "d\n", "\n")).toEqual({ kind: "deny", comment: "" });
  });

  it("decides nothing when the person leaves, at any of its questions", async () => {
    expect(await answer("\u0003")).toBeUndefined();
    expect(await answer("\u0004")).toBeUndefined();
    expect(await answer("d\n", "\u0003")).toBeUndefined();
    expect(await answer()).toBeUndefined();
  });
});
