import { generateKeyPairSync, sign } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { anchorKey } from "../../src/aws/anchor-bucket.ts";
import { readAnchors, verifyAnchored } from "../../src/aws/anchored.ts";
import { RunId } from "../../src/domain/ids.ts";
import { canonicalJson, type Entry, nextEntry } from "../../src/domain/journal.ts";

const runId = RunId.parse("run-0123456789ab");
const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const pem = publicKey.export({ type: "spki", format: "pem" }).toString();

function entries(count: number): readonly Entry[] {
  const made: Entry[] = [];
  for (let n = 0; n < count; n += 1) {
    made.push(nextEntry(made.at(-1), { runId, at: `2026-11-23T10:0${n}:00.000Z`, actor: "brain", events: [] }));
  }
  return made;
}

const journalOf = (all: readonly Entry[]) => ({
  read: async () => all,
  runIds: async () => (all.length === 0 ? [] : [runId]),
});

describe("a deployed journal against its anchors", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "healer-anchors-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function anchorAll(all: readonly Entry[], key = privateKey) {
    for (const { seq, hash, at } of all) {
      const anchor = { runId, seq, hash, at };
      const signature = sign(null, Buffer.from(canonicalJson(anchor)), key).toString("base64");
      const path = join(folder, anchorKey(anchor));
      await mkdir(join(path, ".."), { recursive: true });
      await writeFile(path, `${canonicalJson({ ...anchor, signature })}\n`);
    }
  }

  it("holds when nothing was touched", async () => {
    const all = entries(4);
    await anchorAll(all);
    expect(await verifyAnchored(journalOf(all), await readAnchors(folder, pem))).toEqual([]);
  });

  it("shows a tail that was cut, which the chain alone can not", async () => {
    const all = entries(4);
    await anchorAll(all);
    const faults = await verifyAnchored(journalOf(all.slice(0, 2)), await readAnchors(folder, pem));
    expect(faults).toMatchObject([{ seq: 3, why: expect.stringContaining("ends at 2") }]);
  });

  it("shows a run of which every entry is gone", async () => {
    const all = entries(2);
    await anchorAll(all);
    expect(await verifyAnchored(journalOf([]), await readAnchors(folder, pem))).toHaveLength(1);
  });

  it("shows a journal that was rewritten from the start and anchored again", async () => {
    const all = entries(2);
    await anchorAll(all);
    const first = nextEntry(undefined, { runId, at: "2026-11-23T10:00:00.000Z", actor: "hands", events: [] });
    await anchorAll([first]);
    const faults = await verifyAnchored(journalOf([first]), await readAnchors(folder, pem));
    expect(faults).toMatchObject([{ why: expect.stringContaining("rewritten") }]);
  });

  it("takes no anchor that another key signed", async () => {
    await anchorAll(entries(1), generateKeyPairSync("ed25519").privateKey);
    await expect(readAnchors(folder, pem)).rejects.toMatchObject({ code: "journal_broken" });
  });
});
