import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Entry, nextEntry, verifyChain } from "../../src/domain/journal.ts";
import { memoryStore } from "../../src/local/memory-store.ts";
import { openWitness, witnessed } from "../../src/local/witness.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "healer-witness-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const file = () => join(folder, "anchors.jsonl");

const anchor = (seq: number, runId = "run-0001") => ({ runId, seq, hash: String(seq).repeat(64), at: "2026-11-23" });
const concluded = (reason: string): Entry["events"] => [
  { type: "run_concluded", outcome: "escalated", reason, citations: [], findings: [] },
];
const chain = (reasons: readonly string[]): readonly Entry[] =>
  reasons.reduce<Entry[]>((entries, reason) => {
    const content = { runId: "run-0001" as never, at: "2026-11-23T10:00:00.000Z", actor: "brain" };
    entries.push(nextEntry(entries.at(-1), { ...content, events: concluded(reason) }));
    return entries;
  }, []);

it("keeps the anchors of each run in order, over a restart", async () => {
  const first = await openWitness(folder);
  await first.observe(anchor(1));
  await first.observe(anchor(1, "run-0002"));
  await (await openWitness(folder)).observe(anchor(2));
  const anchors = await (await openWitness(folder)).anchors();
  expect(anchors.get("run-0001")).toMatchObject([anchor(1), anchor(2)]);
  expect(anchors.get("run-0002")).toMatchObject([anchor(1, "run-0002")]);
});

it("shows a journal that was rewritten from its first entry, with every hash made right", async () => {
  const witness = await openWitness(folder);
  const { journal } = memoryStore();
  for (const entry of chain(["a", "b", "c"])) await witnessed(journal, witness).append(entry);
  const heads = (await witness.anchors()).get("run-0001") ?? [];
  expect(heads.map((head) => head.seq)).toEqual([1, 2, 3]);
  const rewritten = chain(["a", "b changed", "c"]);
  expect(verifyChain("run-0001", rewritten, [])).toBeUndefined();
  expect(verifyChain("run-0001", rewritten, heads)).toMatchObject({ seq: 2 });
});

it("refuses an anchor that was changed, moved to another run or signed by another key, naming its line", async () => {
  const witness = await openWitness(folder);
  for (const seq of [1, 2, 3]) await witness.observe(anchor(seq));
  const good = readFileSync(file(), "utf8");
  const other = await openWitness(join(folder, "other"));
  await other.observe(anchor(2));
  const forged = readFileSync(join(folder, "other", "anchors.jsonl"), "utf8").trim();
  const lines = good.trim().split("\n");
  const second = lines[1] ?? "";
  const changes = [second.replace('"seq":2', '"seq":9'), second.replace("run-0001", "run-0002"), forged, "{", "null"];
  for (const changed of changes) {
    writeFileSync(file(), `${[lines[0], changed, lines[2]].join("\n")}\n`);
    const broken = { name: "HealerError", code: "journal_broken", message: expect.stringContaining("line 2") };
    await expect(witness.anchors()).rejects.toMatchObject(broken);
  }
});

it("goes on after a crash that cut its last line short", async () => {
  await (await openWitness(folder)).observe(anchor(1));
  appendFileSync(file(), '{"at":"2026-11-2');
  const witness = await openWitness(folder);
  await witness.observe(anchor(3));
  expect((await witness.anchors()).get("run-0001")).toMatchObject([anchor(1), anchor(3)]);
});

it("lets two processes that open one folder at once use one key", async () => {
  const both = await Promise.all(Array.from({ length: 8 }, () => openWitness(folder)));
  await Promise.all(both.map((witness, index) => witness.observe(anchor(index + 1))));
  expect((await both[0]?.anchors())?.get("run-0001")).toHaveLength(8);
  expect(statSync(join(folder, "key.pem")).mode & 0o077).toBe(0);
  expect(statSync(file()).mode & 0o077).toBe(0);
});

it("says which file is wrong when its key is damaged", async () => {
  await openWitness(folder);
  writeFileSync(join(folder, "key.pem"), "not a key");
  const bad = { name: "HealerError", code: "bad_state", message: expect.stringContaining("key.pem") };
  await expect(openWitness(folder)).rejects.toMatchObject(bad);
});

it.skipIf(process.getuid?.() === 0)("counts anchors that can not be read as broken, never as none", async () => {
  const witness = await openWitness(folder);
  await witness.observe(anchor(1));
  chmodSync(file(), 0o000);
  await expect(witness.anchors()).rejects.toMatchObject({ code: "journal_broken" });
});

it("counts a folder in the anchors' place as broken, and an anchor that can not be written as worth a retry", async () => {
  const witness = await openWitness(folder);
  mkdirSync(file());
  await expect(witness.anchors()).rejects.toMatchObject({ code: "journal_broken" });
  await expect(witness.observe(anchor(1))).rejects.toMatchObject({ code: "state_full", retryable: true });
});
