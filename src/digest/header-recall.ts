import type { HeaderReading } from "./header.ts";
import { standsAt } from "./timestamp-recall.ts";

/** Columns behind a timestamp as they stood on earlier lines, found by a hash of their first characters. */
export interface ColumnRecall {
  /** Two hashes of the first `span` characters: where both are equal, so are the characters. */
  readonly keysA: Int32Array;
  readonly keysB: Int32Array;
  /** What stands behind those characters; undefined where nothing is known. */
  readonly rests: (string | undefined)[];
  readonly ranks: Uint8Array;
  /** Characters that the hash covers: never more than the shortest columns have, so that no message counts. */
  span: number;
  /** What the last search went by. */
  keyA: number;
  keyB: number;
  misses: number;
}

const slots = 8192;
const longestKey = 24;
const longestColumns = 160;
/** Where columns seldom come again (a number counted up in each), looking for them costs more than reading. */
const patience = 2048;

/** A service writes few levels, threads and loggers, again and again: one look-up tells what four columns took to read. */
export function createColumnRecall(): ColumnRecall {
  return {
    keysA: new Int32Array(slots),
    keysB: new Int32Array(slots),
    rests: Array.from({ length: slots }),
    ranks: new Uint8Array(slots),
    span: longestKey,
    keyA: 0,
    keyB: 0,
    misses: 0,
  };
}

/** Fills `start` and `rank` and returns true when the columns from `at` on stand there as they once stood before. */
export function recallColumns(recall: ColumnRecall, text: string, at: number, reading: HeaderReading): boolean {
  const end = at + recall.span;
  if (end === at || end > text.length) return false;
  let keyA = 0;
  let keyB = 0;
  for (let index = at; index < end; index++) {
    const code = text.charCodeAt(index);
    keyA = ((keyA << 5) | (keyA >>> 27)) ^ code;
    keyB = Math.imul(keyB ^ code, 0x01000193);
  }
  const slot = slotOf(keyB);
  const rest = recall.rests[slot];
  if (rest !== undefined && recall.keysA[slot] === keyA && recall.keysB[slot] === keyB) {
    const start = end + rest.length;
    // A space behind the columns would be one of theirs.
    if (start < text.length && text.charCodeAt(start) > 32 && standsAt(rest, text, end)) {
      if (recall.misses > 0) recall.misses--;
      reading.start = start;
      reading.rank = recall.ranks[slot] as number;
      return true;
    }
  }
  recall.keyA = keyA;
  recall.keyB = keyB;
  if (++recall.misses > patience) recall.span = 0;
  return false;
}

/** Call right after a search in vain, and only where nothing behind the columns decided how they were read. */
export function rememberColumns(recall: ColumnRecall, text: string, at: number, reading: HeaderReading): void {
  const length = reading.start - at;
  if (recall.span === 0 || length > longestColumns || at + recall.span > text.length) return;
  if (length < recall.span) {
    recall.span = length;
    recall.rests.fill(undefined);
    return;
  }
  const slot = slotOf(recall.keyB);
  recall.keysA[slot] = recall.keyA;
  recall.keysB[slot] = recall.keyB;
  // Copied: a slice would keep its whole line alive.
  recall.rests[slot] = Buffer.from(text.slice(at + recall.span, reading.start)).toString();
  recall.ranks[slot] = reading.rank;
}

const slotOf = (key: number): number => Math.imul(key ^ (key >>> 15), 0x9e3779b1) >>> 19;
