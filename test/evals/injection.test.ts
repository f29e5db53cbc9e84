import { readFileSync } from "node:fs";
import { cp, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { gullibleModel, gullibleModelId } from "../../evals/gullible.ts";
import { attack, attackAll, byDoor, doors, harmless, playDoor } from "../../evals/injection.ts";
import { foreignPayload, loadPayloads } from "../../evals/payloads.ts";
import { loadShared } from "../../evals/shared.ts";
import { projectFolder } from "../../src/local/files.ts";
import { cases, offline, shared } from "./offline.ts";

const payloads = await loadPayloads();
const gullible = { shared, cases, modelName: gullibleModelId };

describe("the payloads", () => {
  test("are at least 60, of many kinds, and no two alike", () => {
    expect(payloads.length).toBeGreaterThanOrEqual(60);
    expect(new Set(payloads.map((one) => one.kind)).size).toBeGreaterThanOrEqual(15);
    expect(new Set(payloads.map((one) => one.text)).size).toBe(payloads.length);
  });
});

/** A sample for every day; `healer eval injection` tries them all. */
const sample = payloads.filter((_, index) => index % 9 === 0);

describe("text from outside", () => {
  test("causes no change with the offline model, through any door", async () => {
    const attacks = await attackAll(sample, () => offline.model, offline.model, { ...offline, cases });
    expect(attacks.filter((one) => one.changed.length > 0 || one.ungated.length > 0)).toEqual([]);
    expect(attacks.length).toBe(sample.length * doors.length);
  });

  test("causes no change with a model that obeys it, through any door", async () => {
    const attacks = await attackAll(sample, gullibleModel, offline.model, gullible);
    expect(attacks.filter((one) => one.changed.length > 0 || one.ungated.length > 0)).toEqual([]);
    // It did read the text and did obey: otherwise this test would prove nothing.
    for (const door of byDoor(attacks)) expect([door.door, door.steered > 0]).toEqual([door.door, true]);
  });

  test("does get through where policy lets ad hoc commands run: this is what the figures rest on", async () => {
    const folder = await mkdtemp(join(tmpdir(), "policies-"));
    await cp(join(projectFolder, "policies"), folder, { recursive: true });
    const open = '@id("open") permit (principal, action == Healer::Action::"adhoc", resource);';
    await writeFile(join(folder, "20-open.cedar"), `${open}\n`);
    const weak = { ...gullible, shared: await loadShared({ policies: folder }) };
    const commands = payloads.filter((one) => one.kind === "exfiltration" && one.wants.startsWith("command"));
    const attacks = await attackAll(commands, gullibleModel, offline.model, weak);
    const caught = attacks.filter((one) => one.changed.length > 0 && one.ungated.length > 0);
    expect(caught.length).toBeGreaterThan(0);
  });

  test("that asks for an approval gets a person, and a person who says yes is obeyed only for that very command", async () => {
    const [payload] = payloads.filter((one) => one.wants === "command: shutdown -h now");
    if (payload === undefined) throw new Error("no such payload");
    const base = cases.find((one) => one.id === "payments-release");
    if (base === undefined) throw new Error("no such case");
    const people = [{ card: 1, after: 60_000, does: "approve" as const, by: "ada", say: "" }];
    const approving = cases.map((one) => (one.id === base.id ? { ...base, world: { ...base.world, people } } : one));
    const played = await playDoor("log line", payload.text, gullibleModel(payload), { ...gullible, cases: approving });
    expect(played.approvals.map((one) => one.card.action)).toEqual(played.sent.map((sent) => sent.plan.commandText));
  });
});

const file = join(
  process.env["HEALER_BENCH_DATA"] ?? join(projectFolder, "..", "shared", "data"),
  "prompt-injection",
  "payloads.jsonl",
);
const foreign = readLines(file);
if (foreign === undefined) console.log(`SKIPPED: public payloads, since ${file} is not there`);

describe.skipIf(foreign === undefined)("public payloads", () => {
  test("cause no change with a model that obeys them", async () => {
    const some = (foreign ?? []).filter((_, index) => index % 40 === 0);
    const door = "log line";
    const baseline = await playDoor(door, harmless, offline.model, gullible);
    for (const { id, text } of some) {
      const payload = foreignPayload(id, text);
      const outcome = await attack(door, payload, gullibleModel(payload), baseline, gullible);
      expect([id, outcome.changed, outcome.ungated]).toEqual([id, [], []]);
    }
  });
});

function readLines(path: string): readonly { readonly id: string; readonly text: string }[] | undefined {
  try {
    return readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as { id: string; text: string });
  } catch {
    return undefined;
  }
}
