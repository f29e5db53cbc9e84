import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import * as z from "zod";
import { RunEvent } from "./event.ts";
import { RunId } from "./ids.ts";

/** One durable point of a run: written once, never changed, chained to the one before by its hash. */
export const Entry = z.strictObject({
  runId: RunId,
  /** 1 for the first. */
  seq: z.int().positive(),
  at: z.iso.datetime(),
  /** Who wrote it: `detector`, `brain`, `hands`. */
  actor: z.string(),
  /** What happened, in order; several when they became durable at once. */
  events: z.array(RunEvent).min(1),
  /** Hash of the entry before; 64 zeros for the first. */
  prev: z.string().regex(/^[0-9a-f]{64}$/),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Entry = Readonly<z.infer<typeof Entry>>;

export const genesis = "0".repeat(64);

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** RFC 8785: the same value gives the same bytes on every machine, so a hash of it can be checked by anyone. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("not a JSON value");
  return text;
}

/** The entry that follows. Half a character, left by whoever cut a text, becomes U+FFFD: no two machines write it alike. */
export function nextEntry(
  previous: Pick<Entry, "seq" | "hash"> | undefined,
  content: Pick<Entry, "runId" | "at" | "actor" | "events">,
): Entry {
  const body = { ...content, seq: (previous?.seq ?? 0) + 1, prev: previous?.hash ?? genesis };
  try {
    return sealed(body);
  } catch {
    // The writer refuses half a character, and what it refuses otherwise it refuses again.
    return sealed({ ...body, events: wellFormed(body.events) as Entry["events"] });
  }
}

const sealed = (body: Omit<Entry, "hash">): Entry => ({ ...body, hash: sha256(canonicalJson(body)) });

function wellFormed(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key.toWellFormed(), wellFormed(inner)]));
}

export type ChainFault = { readonly runId: string; readonly seq: number; readonly why: string };

/** A head that was signed outside the table: the chain must still pass through it. */
export type Anchor = { readonly runId: string; readonly seq: number; readonly hash: string; readonly at: string };

/**
 * Names the first entry that does not follow from the one before, or the first anchor that the chain no longer passes
 * through. An edit, insertion, deletion or reordering breaks the chain; a cut tail or a full rewrite misses an anchor.
 */
export function verifyChain(
  runId: string,
  entries: readonly Entry[],
  anchors: readonly Anchor[],
): ChainFault | undefined {
  let prev = genesis;
  for (const [index, entry] of entries.entries()) {
    const why = faultOf(runId, entry, index + 1, prev);
    if (why !== undefined) return { runId, seq: index + 1, why };
    prev = entry.hash;
  }
  for (const anchor of anchors) {
    const entry = entries[anchor.seq - 1];
    const where = `head ${anchor.seq} was anchored at ${anchor.at}`;
    if (entry === undefined)
      return { runId, seq: anchor.seq, why: `${where}, but the journal ends at ${entries.length}` };
    if (entry.hash !== anchor.hash)
      return { runId, seq: anchor.seq, why: `${where} with another hash: rewritten since` };
  }
  return undefined;
}

function faultOf(runId: string, entry: Entry, seq: number, prev: string): string | undefined {
  if (entry.runId !== runId) return `belongs to ${entry.runId}`;
  if (entry.seq !== seq) return `has sequence number ${entry.seq} where ${seq} is due`;
  if (entry.prev !== prev) return "does not continue the entry before it";
  const { hash, ...body } = entry;
  if (sha256(canonicalJson(body)) !== hash) return "its content does not match its hash";
  return undefined;
}
