import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { errorCodes } from "../../src/domain/errors.ts";
import { projectFolder } from "../../src/local/files.ts";

const sources = ["src", "tools", "infra"].flatMap((folder) =>
  readdirSync(join(projectFolder, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(join(projectFolder, folder, name), "utf8")),
);
const rows = readFileSync(join(projectFolder, "docs/errors.md"), "utf8")
  .split("\n")
  .flatMap((line) => {
    const [, code, meaning = "", retried = "", remedy = ""] =
      /^\| `(\w+)` \| (.+) \| (yes|no|by kind) \| (.+) \|$/.exec(line) ?? [];
    return code === undefined ? [] : [{ code, meaning, retried, remedy }];
  });

describe("docs/errors.md", () => {
  it("has each code once, in the order of the list", () => {
    expect(rows.map(({ code }) => code)).toEqual(errorCodes);
  });

  it.each(rows)(
    "says of $code what to do, and whether it is tried again as the code does",
    ({ code, retried, remedy }) => {
      expect(remedy.length).toBeGreaterThan(10);
      const thrown = sources.flatMap((text) => callsOf(text, code));
      expect(thrown.length).toBeGreaterThan(0);
      const sometimes = thrown.some((call) => /retryable\b(?!: false)/.test(call));
      expect(sometimes).toBe(retried !== "no");
    },
  );
});

/** Each `new HealerError("code", …)` up to its closing parenthesis. */
function callsOf(text: string, code: string): readonly string[] {
  return [...text.matchAll(new RegExp(`new HealerError\\(\\s*"${code}"`, "g"))].map(({ index }) => {
    let open = 0;
    for (let at = index; at < text.length; at += 1) {
      if (text[at] === "(") open += 1;
      if (text[at] === ")" && --open === 0) return text.slice(index, at);
    }
    return text.slice(index);
  });
}
