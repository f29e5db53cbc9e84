import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ActionParameter, RunbookAction } from "../../src/domain/runbook.ts";
import { projectFolder } from "../../src/local/files.ts";
import { loadRunbooks } from "../../src/local/runbook-folder.ts";
import { checkParameters, fillShell, placeholdersOf } from "../../src/runbook/fill.ts";
import { lintTogether } from "../../src/runbook/lint.ts";
import { tools } from "../../tools/index.ts";

const folder = join(projectFolder, "runbooks");
const { runbooks, broken } = await loadRunbooks(folder);
const actions = runbooks.flatMap((runbook) =>
  runbook.actions.map((action) => [`${runbook.id} ${action.id}`, action] as const),
);

it("reads every file of the folder, at least twelve, none of them broken", () => {
  expect(broken.map((error) => error.message)).toEqual([]);
  expect(runbooks).toHaveLength(readdirSync(folder).filter((name) => name.endsWith(".md")).length);
  expect(runbooks.length).toBeGreaterThanOrEqual(12);
});

it("finds nothing to complain about in any of them", () => {
  expect(lintTogether(runbooks, new Set(tools.keys()))).toEqual([]);
});

it.each(runbooks.map((runbook) => [runbook.id, runbook] as const))("%s is named after its file", (id, runbook) => {
  expect(runbook.path).toBe(`${id}.md`);
});

describe.each(actions)("%s", (_, action) => {
  it("declares what it costs, how it is proven, and a way back or why there is none", () => {
    expect(action.cost).toBeDefined();
    expect(action.verification.datapoints).toBeGreaterThanOrEqual(1);
    expect(action.timeoutSeconds).toBeLessThanOrEqual(3600);
  });

  it("takes no shell character in a parameter that a shell reads or a document passes on", () => {
    for (const parameter of Object.values(action.parameters)) {
      if (parameter.type !== "string") continue;
      const option = action.command === undefined ? [] : ["-rf", "--force"];
      for (const hostile of [...option, "$(id)", "`id`", "a;id", "a b", "'", '"', "a\nb", "../..", "a|b", "{{x}}"]) {
        if (new RegExp(parameter.pattern).test(hostile)) expect([hostile, "taken"]).toEqual([hostile, "refused"]);
      }
    }
  });
});

describe.each(actions.filter(([, action]) => action.command !== undefined))("the command of %s", (_, action) => {
  const command = action.command ?? "";

  it("is shell that parses, with any value that its types let through", () => {
    const filled = fc.sample(valuesOf(action), 20).map((values) => {
      const checked = checkParameters(action, values);
      if (!checked.ok) throw new Error(checked.problems.join());
      return fillShell(command, checked.values);
    });
    expect(filled.join("\n")).not.toContain("{{");
    for (const text of new Set(filled)) execFileSync("sh", ["-n"], { input: text });
  });

  it("keeps hostile values as words even where no type would stop them", () => {
    const names = [...new Set(placeholdersOf(command))];
    for (const hostile of ["'; touch /tmp/owned; '", "$(touch /tmp/owned)", "`x`", "\\", '"', "a b", "*"]) {
      const values = Object.fromEntries(names.map((name) => [name, hostile]));
      // The words of the command as a shell would split them: the same number, whatever the values are.
      expect(wordCount(fillShell(command, values))).toBe(wordCount(fillShell(command, harmless(names))));
    }
  });
});

const harmless = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, "x"]));

/** Simple commands and words of a text after the shell's quote removal; nothing of it runs. */
function wordCount(text: string): number {
  let words = 0;
  let inWord = false;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? "";
    if (quote === "'") quote = letter === "'" ? "" : quote;
    else if (letter === "\\") at++;
    else if (quote === '"') quote = letter === '"' ? "" : quote;
    else if (letter === "'" || letter === '"') quote = letter;
    else if (/[\s;&|()<>]/.test(letter)) {
      words += (inWord ? 1 : 0) + (/\s/.test(letter) ? 0 : 1);
      inWord = false;
      continue;
    }
    inWord = true;
  }
  return words + (inWord ? 1 : 0) + (quote === "" ? 0 : 1000);
}

const valuesOf = (action: RunbookAction): fc.Arbitrary<Record<string, string | number>> =>
  fc.record(Object.fromEntries(Object.entries(action.parameters).map(([name, one]) => [name, valueFor(one)])));

function valueFor(parameter: ActionParameter): fc.Arbitrary<string | number> {
  switch (parameter.type) {
    case "integer":
      return fc.integer({ min: parameter.min, max: parameter.max });
    case "enum":
      return fc.constantFrom(...parameter.values);
    case "string":
      return fc.stringMatching(new RegExp(parameter.pattern)).filter((text) => !/[\n\r\0]/.test(text));
  }
}
