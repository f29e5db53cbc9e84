import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { appendFile, link, mkdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
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
  await cutTornLine(file);
  return {
    publicKey: publicPem(key),
    async observe(anchor) {
      const line = `${canonicalJson(signAnchor(anchor, key))}\n`;
      await appendFile(file, line, { mode: 0o600 }).catch((error: unknown) => {
        throw notKept(file, error);
      });
    },
    async anchors() {
      return checked(await readText(file), createPublicKey(key), file);
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
    // A line without its end is one that another process is writing just now, or that a crash cut short.
    if (line === "" || index === lines.length - 1) continue;
    const anchor = readLine(line, file, index);
    if (!isSignedBy(anchor, key)) throw broken(file, index, "its signature does not hold");
    const heads = byRun.get(anchor.runId);
    if (heads === undefined) byRun.set(anchor.runId, [anchor]);
    else heads.push(anchor);
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

/** What a crash cut short must go, or the next anchor would be written onto the same line and look forged. */
async function cutTornLine(file: string): Promise<void> {
  const text = await readText(file);
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length < text.length) await truncate(file, Buffer.byteLength(whole));
}

/** Empty where there is none yet; one that is there and can not be read proves nothing, so it is an error. */
async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (isMissing(error)) return "";
    throw new HealerError("journal_broken", `${file} can not be read`, {
      hint: "Without the anchors nothing can be proven; give yourself access to the file.",
      cause: error,
    });
  }
}

async function openKey(path: string): Promise<KeyObject> {
  let text = await readFile(path, "utf8").catch((error: unknown) => {
    if (!isMissing(error)) throw badKey(path, error);
  });
  text ??= await makeKey(path);
  try {
    return createPrivateKey(text);
  } catch (error) {
    throw badKey(path, error);
  }
}

/** Answers the key that is there in the end: of two processes that make one at once, the first wins with a whole file. */
async function makeKey(path: string): Promise<string> {
  const { privateKey } = generateKeyPairSync("ed25519");
  const own = `${path}.${process.pid}`;
  await writeFile(own, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  await link(own, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw badKey(path, error);
  });
  await rm(own, { force: true });
  return readFile(path, "utf8");
}

const isMissing = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOENT";

const badKey = (path: string, cause: unknown): HealerError =>
  new HealerError("bad_state", `the witness's key ${path} can not be used`, {
    hint: "Restore it from a backup. Without it older anchors can not be checked.",
    cause,
  });

/** The entry itself is durable: a driver that is started again finds it and goes on. */
const notKept = (file: string, cause: unknown): HealerError =>
  new HealerError("state_full", `${file} can not be written`, {
    hint: "Free some space; nothing was lost.",
    retryable: true,
    cause,
  });

const broken = (file: string, index: number, why: string): HealerError =>
  new HealerError("journal_broken", `${file} line ${index + 1}: ${why}`, {
    hint: "Somebody changed the anchors; take them from a backup.",
  });
