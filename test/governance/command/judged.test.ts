import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createCommandAssessor } from "../../../src/governance/command/assess.ts";

/** One command a line, after the class that an engineer on call would give it. */
const folder = join(import.meta.dirname, "judged");
const assess = createCommandAssessor();

const linesOf = (name: string): readonly (readonly [string, string])[] =>
  readFileSync(join(folder, name), "utf8")
    .split("\n")
    .flatMap((line) => {
      const [, expected, command] = /^(\w+)\s+(.+)$/.exec(line) ?? [];
      return expected === undefined || command === undefined ? [] : [[expected, command] as const];
    });

describe.each(readdirSync(folder).sort())("%s", (name) => {
  it.each(linesOf(name))("%s: %s", (expected, command) => {
    const { class: found, reason, parts } = assess(command);
    expect(found).toBe(expected);
    for (const said of [reason, ...parts.map((part) => part.reason)]) expect(said).not.toBe("");
  });
});
