import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectFolder } from "../src/local/files.ts";

const read = (file: string): string => readFileSync(join(projectFolder, file), "utf8");
const decisions = readdirSync(join(projectFolder, "docs/decisions"))
  .filter((file) => file !== "README.md")
  .sort();
const documents = [
  "README.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(projectFolder, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join("docs", file)),
];

/** A heading's anchor as GitHub makes it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");
const anchorsIn = (file: string): readonly string[] =>
  [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));

describe("documents", () => {
  it.each(documents)("of %s, every link within the project leads somewhere", (file) => {
    const broken = [...read(file).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].filter(
      ([, path = "", anchor]) => {
        const target = path === "" ? file : join(dirname(file), path);
        if (!existsSync(join(projectFolder, target))) return true;
        return anchor !== undefined && target.endsWith(".md") && !anchorsIn(target).includes(anchor);
      },
    );
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  it("number the decisions one after the other, each by its own heading, and list them all", () => {
    const index = [...read("docs/decisions/README.md").matchAll(/^\| (\d+) \| \[[^\]]+\]\(([^)]+)\)/gm)];
    expect(index.map(([, number, file]) => [number, file])).toEqual(
      decisions.map((file, at) => [String(at + 1), file]),
    );
    for (const [at, file] of decisions.entries()) {
      expect(file.slice(0, 4)).toBe(String(at + 1).padStart(4, "0"));
      expect(read(join("docs/decisions", file))).toMatch(new RegExp(`^# ${at + 1}\\. `));
    }
  });
});
