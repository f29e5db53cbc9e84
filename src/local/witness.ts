import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isSignedBy, publicPem, SignedAnchor, signAnchor } from "../audit/anchor.ts";
import { HealerError } from "../domain/errors.ts";
import { type Anchor, canonicalJson } from "../domain/journal.ts";
import type { JournalStore } from "../domain/ports.ts";

/** Heads of journals, signed and kept outside the table. Whoever can write the table can not forge them. */
export type Witness = {
  /** Signs the head of a run and appends it to the anchors. */
  observe(anchor: Anchor): Promise<void>;
  /** Anchors by run. Rejects with `journal_broken` where a signature does not hold. */
  anchors(): Promise<ReadonlyMap<string, readonly SignedAnchor[]>>;
  /** Public half of its key, PEM. */
  readonly publicKey: string;
};

/**
 * The local witness: an Ed25519 key in a folder of its own, readable by its owner only. On one machine the same person can
 * read both; deployed, the key lies with a function that reads the table's stream and that nothing else may call.
 */
export async function openWitness(folder: string): Promise<Witness> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const key = await openKey(join(folder, "key.pem"));
  const file = join(folder, "anchors.jsonl");
  return {
    publicKey: publicPem(key),
    async observe(anchor) {
      await appendFile(file, `${canonicalJson(signAnchor(anchor, key))}\n`, { mode: 0o600 });
    },
    async anchors() {
      const text = await readFile(file, "utf8").catch(() => "");
      return checked(text, createPublicKey(key), file);
    },
  };
}

/** Tells the witness of every entry that has become durable; a witness that is late only leaves a shorter proof. */
export const witnessed = (journal: JournalStore, witness: Witness): JournalStore => ({
  ...journal,
  async append(entry) {
    await journal.append(entry);
    await witness.observe({ runId: entry.runId, seq: entry.seq, hash: entry.hash, at: entry.at });
  },
});

function checked(text: string, key: KeyObject, file: string): ReadonlyMap<string, readonly SignedAnchor[]> {
  const byRun = new Map<string, SignedAnchor[]>();
  const lines = text.split("\n");
  for (const [index, line] of lines.entries()) {
    // A line without its end is one that a crash cut short: the entry it spoke of is simply not anchored.
    if (line === "" || index === lines.length - 1) continue;
    const anchor = readLine(line, file, index);
    if (!isSignedBy(anchor, key)) throw broken(file, index, "its signature does not hold");
    byRun.set(anchor.runId, [...(byRun.get(anchor.runId) ?? []), anchor]);
  }
  return byRun;
}

function readLine(line: string, file: string, index: number): SignedAnchor {
  try {
    return SignedAnchor.parse(JSON.parse(line));
  } catch {
    throw broken(file, index, "it is not an anchor");
  }
}

async function openKey(path: string): Promise<KeyObject> {
  try {
    return createPrivateKey(await readFile(path, "utf8"));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  const { privateKey } = generateKeyPairSync("ed25519");
  await writeFile(path, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600, flag: "wx" });
  return privateKey;
}

const broken = (file: string, index: number, why: string): HealerError =>
  new HealerError("journal_broken", `${file} line ${index + 1}: ${why}`, {
    hint: "Somebody changed the anchors; take them from a backup.",
  });
