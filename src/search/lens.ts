import { idfOf, type QueryTerm, type ReadQuery } from "./read-query.ts";
import type { SearchIndex } from "./types.ts";
import { evidenceReach } from "./weights.ts";

/** What a query looks for, laid out so that looking at a document's tokens is array look-ups. */
export type Lens = {
  readonly query: ReadQuery;
  /** Term id → slot + 1; 0 for a term the query does not ask for. */
  readonly slotOf: Uint16Array;
  readonly worth: Float64Array;
  /** Slot → the slot whose worth it shares: a word and its synonyms count once. */
  readonly group: Uint16Array;
  /** Slot → 1 for the query's own words, less for a synonym, more again where no document has the word itself. */
  readonly credit: Float64Array;
  readonly total: number;
  /** Inverse document frequency of a word that one document has. */
  readonly rarest: number;
  /** Slot → slots that stand beside it in the query, and the pair's number. */
  readonly partners: readonly (readonly Partner[])[];
  readonly pairWorth: Float64Array;
  readonly pairTotal: number;
  readonly scratch: Scratch;
};

/** Written over at every look: fresh arrays for each of some thousand sections would cost more than the looking. */
export type Scratch = {
  readonly groups: Float64Array;
  readonly counts: Float64Array;
  readonly lastAt: Int32Array;
  readonly pairSeen: Uint8Array;
};

type Partner = readonly [slot: number, pair: number];

/** Prepares a query for looking into documents. */
export function lensOf(index: SearchIndex, query: ReadQuery): Lens {
  const slotOf = new Uint16Array(index.terms.size);
  const worth = new Float64Array(query.terms.length);
  const group = new Uint16Array(query.terms.length);
  const credit = new Float64Array(query.terms.length);
  let total = 0;
  for (const [slot, term] of query.terms.entries()) {
    const source = query.terms[term.standsFor];
    if (term.id >= 0) slotOf[term.id] = slot + 1;
    group[slot] = source === undefined ? slot : term.standsFor;
    credit[slot] = source === undefined ? 1 : source.id < 0 ? evidenceReach.onlySynonym : evidenceReach.synonym;
    worth[slot] = source === undefined ? term.weight * term.idf : borrowedWorth(term, source) * (credit[slot] ?? 1);
    if (source === undefined) total += (worth[slot] ?? 0) * (term.id < 0 ? evidenceReach.unknown : 1);
  }
  const pairs = pairsOf(query, slotOf, worth);
  return {
    query,
    slotOf,
    worth,
    group,
    credit,
    total: total || 1,
    rarest: idfOf(index, -1),
    ...pairs,
    scratch: scratchFor(worth.length, pairs.pairWorth.length),
  };
}

/** A synonym is worth no more than the word it stands for, however rare it is itself. */
function borrowedWorth(term: QueryTerm, source: QueryTerm): number {
  return source.weight * Math.min(source.idf, term.idf);
}

function scratchFor(slots: number, pairs: number): Scratch {
  return {
    groups: new Float64Array(slots),
    counts: new Float64Array(slots),
    lastAt: new Int32Array(slots),
    pairSeen: new Uint8Array(pairs),
  };
}

type Pairs = Pick<Lens, "partners" | "pairWorth" | "pairTotal">;

function pairsOf(query: ReadQuery, slotOf: Uint16Array, worth: Float64Array): Pairs {
  const partners: Partner[][] = Array.from({ length: worth.length }, () => []);
  const known = new Set<number>();
  const pairWorth: number[] = [];
  for (let at = 1; at < query.order.length; at++) {
    const left = slotIn(slotOf, query.order[at - 1]);
    const right = slotIn(slotOf, query.order[at]);
    const key = Math.min(left, right) * 65_536 + Math.max(left, right);
    if (left < 0 || right < 0 || left === right || known.has(key)) continue;
    known.add(key);
    partners[left]?.push([right, pairWorth.length]);
    partners[right]?.push([left, pairWorth.length]);
    pairWorth.push(((worth[left] ?? 0) + (worth[right] ?? 0)) / 2);
  }
  const pairTotal = pairWorth.reduce((sum, value) => sum + value, 0);
  return { partners, pairWorth: Float64Array.from(pairWorth), pairTotal: pairTotal || 1 };
}

function slotIn(slotOf: Uint16Array, term: number | undefined): number {
  return term === undefined || term < 0 ? -1 : (slotOf[term] ?? 0) - 1;
}
