import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectFolder } from "../../src/local/files.ts";

const read = (file: string): string => readFileSync(join(projectFolder, file), "utf8");
const rows = read("docs/traps.md")
  .split("\n")
  .flatMap((line) => {
    const [, numbers, file, name] = /^\| ([\d, ]+|–) \|.*\| `(test\/\S+\.test\.ts)`: (.+) \|$/.exec(line) ?? [];
    return numbers === undefined || file === undefined || name === undefined ? [] : [{ numbers, file, name }];
  });

describe("docs/traps.md", () => {
  it("has all twenty traps, and no line that this test can not read", () => {
    const numbers = new Set(rows.flatMap((row) => row.numbers.split(", ")));
    expect([...numbers].filter((number) => number !== "–")).toEqual(
      Array.from({ length: 20 }, (_, n) => String(n + 1)),
    );
    const lines = read("docs/traps.md").split("\n");
    expect(rows).toHaveLength(lines.filter((line) => line.startsWith("| ") && !line.startsWith("| |")).length);
  });

  it.each(rows)("names a test that exists and is not left out: $name", ({ file, name }) => {
    const text = read(file);
    const at = text.indexOf(JSON.stringify(name));
    expect(at, `${file} has no test ${name}`).toBeGreaterThan(0);
    expect(text.slice(Math.max(0, at - 40), at)).not.toMatch(/\.(skip|todo|fails)\($/);
  });
});
