import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readConfig, settingsOf, terminalPerson } from "../../src/local/config.ts";

const folder = mkdtempSync(join(tmpdir(), "healer-config-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "healer.config.json");
const read = (text: string) => {
  writeFileSync(file, text);
  return readConfig(file);
};

it("has a default for everything, and lets only this terminal's login approve", async () => {
  const settings = settingsOf(await read("{}"));
  expect(settings).toMatchObject({ mode: "auto", approvalTtlMs: 30 * 60_000, approvers: [terminalPerson().id] });
});

it("takes what is written, down to nobody being allowed to approve", async () => {
  const config = await read('{"mode":"observe","approvers":[],"approvalMinutes":5,"runBudgetDollars":0.5}');
  expect(settingsOf(config)).toMatchObject({ mode: "observe", approvers: [], approvalTtlMs: 300_000 });
  expect(settingsOf(config).budgets.spend).toBe(500_000);
});

it.each([
  ['{"mode":"yolo"}', "mode"],
  ['{"aprovers":["terminal:eve"]}', "aprovers"],
  ['{"approvalMinutes":0}', "approvalMinutes"],
  ['{"runBudgetDollars":1e9}', "runBudgetDollars"],
  ['{"freezes":[{"weekdays":[9],"fromHour":0,"toHour":1,"why":"x"}]}', "freezes"],
  ["{", "not JSON"],
  ["[]", "expected object"],
])("refuses %s with bad_input, naming the file and the key", async (text, named) => {
  const refused = await read(text).catch((error: Error) => error);
  expect(refused).toMatchObject({ name: "HealerError", code: "bad_input" });
  expect((refused as Error).message).toContain(file);
  expect((refused as Error).message).toContain(named);
});

it("refuses a file that was named and is not there", async () => {
  await expect(readConfig(join(folder, "none.json"))).rejects.toMatchObject({ code: "bad_input" });
});
