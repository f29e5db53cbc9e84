import { factsIn } from "./declared.ts";
import { namesOf, type ProductNames, productsNamed, productsOfNamespace } from "./products.ts";
import type { AlarmFacts, SearchIndex, SearchQuery } from "./types.ts";
import { isAlarmTalk, isStopTerm, synonymsOf } from "./vocabulary.ts";
import { queryWeights } from "./weights.ts";
import { eachWord, termsOf } from "./words.ts";

/** One term the query asks for, with what a full match of it is worth. */
export type QueryTerm = {
  readonly term: string;
  /** -1 when no document has it: it still counts against confidence. */
  readonly id: number;
  readonly weight: number;
  readonly idf: number;
  /** For a synonym, the place in the list of the term of the query it stands in for; -1 for the query's own terms. */
  readonly standsFor: number;
};

export type ReadQuery = {
  readonly terms: readonly QueryTerm[];
  /** Ids of the query's own terms in reading order, for phrases; -1 parts one phrase from the next. */
  readonly order: readonly number[];
  /** The same with each identifier in one piece before its parts, as documents are indexed. */
  readonly sequence: readonly number[];
  /** Numbers of the products it names. */
  readonly products: ReadonlySet<number>;
  /** An alarm's namespace says so, instead of words that may be said in passing. */
  readonly productIsStated: boolean;
  readonly productNames: ProductNames;
};

/** Reads a query into weighted terms: alarm facts first, then words; names of instances and standing phrases count little. */
export function readQuery(index: SearchIndex, query: SearchQuery): ReadQuery {
  const wanted = new Map<string, number>();
  const order: string[] = [];
  const sequence: string[] = [];
  const spoken: string[] = [];
  for (const [text, weight] of partsOfQuery(query)) {
    addText({ wanted, order, sequence, spoken }, text, weight);
    order.push("");
    sequence.push("");
  }
  const terms = [...wanted].map(([term, weight]) => queryTerm(index, term, Math.min(weight, queryWeights.most), -1));
  const borrowed = borrowedTerms(index, [...wanted.keys()], terms, spoken);
  const namespace = factsOf(query).namespace;
  const stated = namespace === undefined ? new Set<number>() : productsOfNamespace(namespace);
  const products = stated.size > 0 ? stated : productsNamed(sequence);
  const idOf = (term: string): number => index.terms.get(term) ?? -1;
  return {
    terms: [...terms, ...borrowed],
    order: order.map(idOf),
    sequence: sequence.map(idOf),
    products,
    productIsStated: stated.size > 0,
    productNames: namesOf(index.productNames, products),
  };
}

function partsOfQuery(query: SearchQuery): readonly (readonly [text: string, weight: number])[] {
  const alarm = factsOf(query);
  return [
    [alarm.name ?? "", queryWeights.alarmName],
    [alarm.namespace ?? "", queryWeights.alarmName],
    [alarm.metric ?? "", queryWeights.alarmName],
    [Object.keys(alarm.dimensions ?? {}).join(" "), queryWeights.dimension],
    [query.text, 1],
    [alarm.description ?? "", 1],
    [alarm.reason ?? "", queryWeights.reason],
  ];
}

function factsOf(query: SearchQuery): AlarmFacts {
  return { ...factsIn(query.text), ...query.alarm };
}

type Reading = {
  readonly wanted: Map<string, number>;
  readonly order: string[];
  readonly sequence: string[];
  /** Parts of words with the small words between them, since "out of memory" and "not ready" are names. */
  readonly spoken: string[];
};

function addText({ wanted, order, sequence, spoken }: Reading, text: string, weight: number): void {
  let position = 0;
  eachWord(text.slice(0, queryWeights.longestText), (word, at) => {
    const early = Math.max(queryWeights.late, 1 / (1 + position++ / queryWeights.early));
    const share = namesAnInstance(word, text, at) ? queryWeights.instance : 1;
    const subject = namesTheService(text, at + word.length);
    const terms = termsOf(word);
    for (const [part, term] of terms.entries()) {
      if (terms.length === 1 || part > 0) spoken.push(term);
      if (isStopTerm(term)) continue;
      const whole = terms.length > 1 && part === 0 ? queryWeights.whole : 1;
      const talk = isAlarmTalk(term) ? queryWeights.alarmTalk : 1;
      const worth = weight * early * share * whole * talk * (subject ? queryWeights.subject : 1);
      const before = wanted.get(term);
      wanted.set(term, before === undefined ? worth : Math.max(before, worth) + worth * queryWeights.repeat);
      if (share === 1) sequence.push(term);
      if (share === 1 && (terms.length === 1 || part > 0)) order.push(term);
    }
  });
}

/** "the checkout service": what stands before the word is what the alarm is about. */
function namesTheService(text: string, end: number): boolean {
  return /^["'`*)]* service\b/i.test(text.slice(end, end + 12));
}

/** Addresses, host names, generated pod names and owner/name pairs say where it happens, not what happens. */
function namesAnInstance(word: string, text: string, at: number): boolean {
  if (/^\d+(?:\.\d+){3}(?::\d+)?$|^ip-\d+-\d+/.test(word)) return true;
  if (/^[a-z0-9-]+(?:\.[a-z0-9-]+){2,}(?::\d+)?$/.test(word)) return true;
  if (/-[a-z0-9]{5,10}-[a-z0-9]{5}$/.test(word) || /(?:^|-)(?=[0-9a-f]*\d)[0-9a-f]{8,}$/.test(word)) return true;
  if (/(?:^|\s)(?:on|in|for) (?:cluster|namespace|instance|host|node) $/.test(text.slice(Math.max(0, at - 20), at))) {
    return /[-\d]/.test(word);
  }
  const before = text[at - 1];
  const after = text[at + word.length];
  return (before === "/" || after === "/") && /^[a-z0-9-]+$/.test(word);
}

function borrowedTerms(
  index: SearchIndex,
  own: readonly string[],
  terms: readonly QueryTerm[],
  spoken: readonly string[],
): readonly QueryTerm[] {
  const slots = new Map(own.map((term, slot) => [term, slot]));
  const borrowed = new Map<string, QueryTerm>();
  for (let at = 0; at < spoken.length; at++) {
    for (let size = 1; size <= 3; size++) {
      const phrase = spoken.slice(at, at + size);
      const source = strongest(
        phrase.map((term) => slots.get(term) ?? -1),
        terms,
      );
      if (source < 0) continue;
      for (const other of synonymsOf(phrase.join(" "))) {
        const others = other.split(" ");
        const weight = ((terms[source]?.weight ?? 0) * queryWeights.synonym) / others.length;
        for (const term of others) {
          if (slots.has(term) || isStopTerm(term) || !index.terms.has(term)) continue;
          if ((borrowed.get(term)?.weight ?? 0) < weight) borrowed.set(term, queryTerm(index, term, weight, source));
        }
      }
    }
  }
  return [...borrowed.values()];
}

function strongest(slots: readonly number[], terms: readonly QueryTerm[]): number {
  let best = -1;
  for (const slot of slots) if (slot >= 0 && (best < 0 || worthOf(terms[slot]) > worthOf(terms[best]))) best = slot;
  return best;
}

function worthOf(term: QueryTerm | undefined): number {
  return term === undefined ? 0 : term.weight * term.idf;
}

function queryTerm(index: SearchIndex, term: string, weight: number, standsFor: number): QueryTerm {
  const id = index.terms.get(term) ?? -1;
  return { term, id, idf: idfOf(index, id), weight, standsFor };
}

/** How telling a term is; a term no document has is as telling as one that a single document has. */
export function idfOf(index: SearchIndex, id: number): number {
  const starts = index.arrays.postingStart;
  const found = id < 0 ? 1 : (starts[id + 1] ?? 0) - (starts[id] ?? 0);
  return Math.log(1 + (index.documentCount - found + 0.5) / (found + 0.5));
}
