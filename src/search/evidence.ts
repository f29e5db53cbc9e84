import { glance, type Sightings, sectionScore, sightingsOf } from "./glance.ts";
import type { Lens } from "./lens.ts";
import { productsIn } from "./products.ts";
import { idfOf } from "./read-query.ts";
import { eachSection } from "./token-ranges.ts";
import type { SearchIndex } from "./types.ts";
import { evidenceReach } from "./weights.ts";

/** What speaks for one document, each between 0 and 1 (a little above, with synonyms) so that weights over them mean something. */
export type Evidence = {
  /** Share of the query's worth that the document's BM25F reaches. */
  readonly relevance: number;
  /** The same within its best section, and which that is. */
  readonly passage: number;
  readonly section: number;
  /** Share of the query's worth that stands anywhere in the document; and in its first words, where it says what it is about. */
  readonly coverage: number;
  readonly lead: number;
  /** Share of the name (or the title, whichever fits better) that the query speaks of. */
  readonly label: number;
  /** Share of the query's worth that stands in the name or title. */
  readonly labelWorth: number;
  /** More than 0 when the whole name or title, of two words or more, stands in the query word for word. */
  readonly verbatim: number;
  /** Neighbouring words of the query that are neighbours in the document; and in its name or title. */
  readonly phrases: number;
  readonly labelPhrases: number;
  readonly folders: number;
  /** 1 (more where a namespace states it) when the query names products and the label names only others; when the whole text names none of them. */
  readonly rival: number;
  readonly stranger: number;
  /** Both at once: a runbook for another product. */
  readonly foreign: number;
};

/** Looks into one document. */
export function evidenceOf(index: SearchIndex, lens: Lens, document: number, relevance: number): Evidence {
  const starts = index.arrays.documentTokens;
  const start = (offset: number): number => starts[document * 4 + offset] ?? 0;
  const [nameAt, titleAt, foldersAt, bodyAt, end] = [start(0), start(1), start(2), start(3), start(4)];
  const seen = sightingsOf(index, lens, nameAt, end);
  const all = glance(lens, seen, nameAt, end);
  const name = glance(lens, seen, nameAt, titleAt);
  const title = glance(lens, seen, titleAt, foldersAt);
  const best = bestSection(index, lens, seen, document);
  return {
    relevance: relevance / lens.total,
    passage: best.score / lens.total,
    section: best.section,
    coverage: all.covered / lens.total,
    lead: glance(lens, seen, bodyAt, Math.min(end, bodyAt + evidenceReach.leadWords)).covered / lens.total,
    label: Math.max(spokenShare(index, lens, nameAt, titleAt), spokenShare(index, lens, titleAt, foldersAt)),
    labelWorth: Math.max(name.covered, title.covered) / lens.total,
    verbatim: Math.max(verbatim(index, lens, nameAt, titleAt), verbatim(index, lens, titleAt, foldersAt)),
    phrases: all.pairs / lens.pairTotal,
    labelPhrases: Math.max(name.pairs, title.pairs) / lens.pairTotal,
    folders: glance(lens, seen, foldersAt, bodyAt).covered / lens.total,
    ...kinship(index, lens, nameAt, foldersAt, end),
  };
}

/** Where no section says anything of the query, the first that says anything at all is cited: often the title's is empty. */
function bestSection(
  index: SearchIndex,
  lens: Lens,
  seen: Sightings,
  document: number,
): { readonly section: number; readonly score: number } {
  const best = { section: -1, score: 0 };
  eachSection(index.arrays, document, (heading, body, end, section) => {
    const score = sectionScore(lens, seen, heading, body, end);
    if (score > best.score || (best.section < 0 && end > body)) Object.assign(best, { section, score });
  });
  return best.section < 0 ? { section: index.arrays.documentSections[document] ?? 0, score: 0 } : best;
}

/** By how telling the words are; `labelDoubt` keeps a name of one common word from being spoken of in full by every query. */
function spokenShare(index: SearchIndex, lens: Lens, from: number, to: number): number {
  let spoken = 0;
  let whole = 0;
  for (const term of index.arrays.tokens.subarray(from, to)) {
    const slot = lens.slotOf[term] as number;
    const idf = idfOf(index, term);
    whole += idf;
    if (slot > 0) spoken += idf * (lens.credit[slot - 1] as number);
  }
  return spoken / (whole + evidenceReach.labelDoubt * lens.rarest);
}

/** Weighed by how telling the words are: "error rate" in both proves little. */
function verbatim(index: SearchIndex, lens: Lens, from: number, to: number): number {
  const label = index.arrays.tokens.subarray(from, to);
  const { sequence, order } = lens.query;
  if (!holds(sequence, label) && !holds(order, label) && !holds(order, label.subarray(1))) return 0;
  const idf = label.reduce((sum, term) => sum + idfOf(index, term), 0);
  return idf / (idf + evidenceReach.verbatimDoubt * lens.rarest);
}

function holds(sequence: readonly number[], label: Uint32Array): boolean {
  if (label.length < 2) return false;
  for (let at = sequence.indexOf(label[0] as number); at >= 0; at = sequence.indexOf(label[0] as number, at + 1)) {
    if (label.every((term, offset) => sequence[at + offset] === term)) return true;
  }
  return false;
}

const noQuarrel = { rival: 0, stranger: 0, foreign: 0 };

function kinship(
  index: SearchIndex,
  lens: Lens,
  from: number,
  labelEnd: number,
  end: number,
): Pick<Evidence, "rival" | "stranger" | "foreign"> {
  const { products, productNames, productIsStated } = lens.query;
  if (products.size === 0) return noQuarrel;
  const { tokens } = index.arrays;
  const label = productsIn(index.productNames, tokens, from, labelEnd);
  for (const product of label) if (products.has(product)) return noQuarrel;
  const spokenOf = productsIn(productNames, tokens, labelEnd, end).size > 0;
  const sure = productIsStated ? evidenceReach.statedProduct : 1;
  const rival = label.size > 0;
  return { rival: rival ? sure : 0, stranger: spokenOf ? 0 : sure, foreign: rival && !spokenOf ? 1 : 0 };
}
