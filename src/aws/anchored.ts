import { createPublicKey, verify } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { HealerError } from "../domain/errors.ts";
import { RunId } from "../domain/ids.ts";
import { type Anchor, type ChainFault, canonicalJson, verifyChain } from "../domain/journal.ts";
import type { JournalStore } from "../domain/ports.ts";

const SignedAnchor = z.strictObject({
  runId: RunId,
  seq: z.int(),
  hash: z.string(),
  at: z.string(),
  signature: z.string(),
});

/**
 * Anchors by run, out of a copy of the bucket's `anchors/`. Rejects with `journal_broken` for one that the key did not
 * sign: then the copy, or the key, is not what it should be.
 */
export async function readAnchors(folder: string, publicKey: string): Promise<ReadonlyMap<string, readonly Anchor[]>> {
  const key = createPublicKey(publicKey);
  const byRun = new Map<string, Anchor[]>();
  for (const file of (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".jsonl")).sort()) {
    const { signature, ...anchor } = readLine(await readFile(join(folder, file), "utf8"), file);
    const good = verify(null, Buffer.from(canonicalJson(anchor)), key, Buffer.from(signature, "base64"));
    if (!good) throw broken(file, "its signature does not hold");
    byRun.set(anchor.runId, [...(byRun.get(anchor.runId) ?? []), anchor]);
  }
  return byRun;
}

/** The first fault of each run that has one: in its chain, or against what was anchored outside the table. */
export async function verifyAnchored(
  journal: Pick<JournalStore, "read" | "runIds">,
  anchors: ReadonlyMap<string, readonly Anchor[]>,
): Promise<readonly ChainFault[]> {
  // A run whose entries are all gone is known to the anchors alone.
  const known = new Set([...(await journal.runIds()), ...anchors.keys()]);
  const faults: ChainFault[] = [];
  for (const id of [...known].sort()) {
    const fault = verifyChain(id, await journal.read(RunId.parse(id)), anchors.get(id) ?? []);
    if (fault !== undefined) faults.push(fault);
  }
  return faults;
}

function readLine(text: string, file: string): z.infer<typeof SignedAnchor> {
  try {
    return SignedAnchor.parse(JSON.parse(text));
  } catch {
    throw broken(file, "it is not an anchor");
  }
}

const broken = (file: string, why: string): HealerError =>
  new HealerError("journal_broken", `${file}: ${why}`, {
    hint: "Copy the bucket again; take the public key from where it was kept when the secret was made.",
  });
