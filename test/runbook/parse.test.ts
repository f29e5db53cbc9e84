import { expect, it } from "vitest";
import { parseRunbook } from "../../src/runbook/parse.ts";
import { body, example, frontMatter, runbookText } from "./example.ts";

it("reads front matter and sections, each with the slug and the hash that a citation holds", () => {
  const runbook = example();
  expect(runbook).toMatchObject({ id: "api-hung", path: "api-hung.md", owner: "api-team" });
  const step = runbook.sections.find((section) => section.slug === "restart-it");
  expect(step).toMatchObject({ heading: "Restart it", level: 3, contentHash: expect.stringMatching(/^[0-9a-f]{64}$/) });
  const later = example(["Run `restart`.", "Run `restart` twice."]);
  expect(later.sections.find((section) => section.slug === "restart-it")?.contentHash).not.toBe(step?.contentHash);
});

it("reads what an editor on Windows saved", () => {
  expect(parseRunbook("w.md", runbookText().replaceAll("\n", "\r\n")).actions).toHaveLength(1);
});

const refused: readonly (readonly [string, string, string])[] = [
  ["no front matter", body, "front matter"],
  ["front matter without an end", `---\n${frontMatter}`, "front matter"],
  ["nothing at all", "", "front matter"],
  ["front matter that is no mapping", runbookText("just words\n"), "expected object"],
  ["YAML that does not parse", runbookText(frontMatter.replace("id: api-hung", 'id: "api-hung')), "line"],
  ["one key twice", runbookText(`${frontMatter}id: other\n`), "line"],
  ["no owner", runbookText(frontMatter.replace("owner: api-team\n", "")), "owner"],
  ["no review date", runbookText(frontMatter.replace("2026-11-20", "soon")), "reviewed"],
  ["no rollback", runbookText(frontMatter.replace(/ {4}rollback:.*\n/, "")), "rollback"],
  ["no verification", runbookText(frontMatter.replace(/ {4}verification:.*\n/, "")), "verification"],
  ["a key that nobody knows", runbookText(`${frontMatter}approved: true\n`), "approved"],
  [
    "a document version that can move",
    runbookText(frontMatter.replace('version: "1"', 'version: "$LATEST"')),
    "version",
  ],
  ["a pattern without anchors", runbookText(frontMatter.replace('"^.*$"', '".*"')), "anchored"],
  ["a risk that does not exist", runbookText(frontMatter.replace("risk: low", "risk: none")), "risk"],
];

it.each(refused)("refuses %s with bad_runbook, naming the file and what is wrong", (_, text, named) => {
  const act = () => parseRunbook("team/api-hung.md", text);
  expect(act).toThrow(expect.objectContaining({ name: "HealerError", code: "bad_runbook" }));
  expect(act).toThrow(/team\/api-hung\.md/);
  expect(act).toThrow(named);
});

it("does not expand aliases: a bomb of them is refused", () => {
  const levels = Array.from(
    { length: 12 },
    (_, n) => `a${n}: &a${n} [${n === 0 ? "x" : `*a${n - 1}`.repeat(1)}${n === 0 ? "" : `, *a${n - 1}`.repeat(9)}]`,
  );
  const act = () => parseRunbook("bomb.md", runbookText(`${levels.join("\n")}\n${frontMatter}`));
  expect(act).toThrow(expect.objectContaining({ code: "bad_runbook" }));
  expect(act).toThrow(/bomb\.md.*alias/i);
});

it("makes no prototype out of a key", () => {
  const act = () => parseRunbook("proto.md", runbookText(`__proto__: { owner: eve }\n${frontMatter}`));
  expect(act).toThrow(/proto\.md/);
  expect(({} as Record<string, unknown>)["owner"]).toBeUndefined();
});
