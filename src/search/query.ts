import { candidates } from "./candidates.ts";
import { declaredMatches, factsIn } from "./declared.ts";
import { type Evidence, evidenceOf } from "./evidence.ts";
import { cleaned, excerptOf } from "./excerpt.ts";
import { type Lens, lensOf } from "./lens.ts";
import { type ReadQuery, readQuery } from "./read-query.ts";
import { contentHashOf } from "./sections.ts";
import { documentStrings, sectionStrings } from "./store.ts";
import type { SearchAnswer, SearchHit, SearchIndex, SearchQuery } from "./types.ts";
import { calibration, candidateCount, evidenceWeights } from "./weights.ts";

/** Finds the `k` runbooks that fit best and says whether the first is good enough to act on; never throws on odd text. */
export function searchIndex(index: SearchIndex, query: SearchQuery, k: number): SearchAnswer {
  const read = readQuery(index, query);
  if (index.documentCount === 0)
    return { abstained: true, confidence: 0, reason: "there are no runbooks to search", hits: [] };
  if (read.terms.length === 0)
    return { abstained: true, confidence: 0, reason: "the query has no words to search for", hits: [] };
  const lens = lensOf(index, read);
  const ranked = rank(index, query, read, lens);
  const hits = ranked.slice(0, Math.max(0, Math.floor(k))).map((found) => hitOf(index, read, found));
  return { ...judge(ranked[0], hits[0]), hits };
}

type Found = { readonly document: number; readonly evidence: Evidence; readonly chance: number };

function rank(index: SearchIndex, query: SearchQuery, read: ReadQuery, lens: Lens): readonly Found[] {
  const declared = declaredMatches(index, { ...factsIn(query.text), ...query.alarm });
  const first = candidates(index, read.terms, candidateCount);
  const known = new Set(first.map((candidate) => candidate.document));
  const added = [...declared.keys()].filter((document) => !known.has(document));
  return [...first, ...added.map((document) => ({ document, relevance: 0 }))]
    .map(({ document, relevance }) => {
      const evidence = evidenceOf(index, lens, document, relevance);
      return { document, evidence, chance: chanceOf(weigh(evidence) + (declared.get(document) ?? 0)) };
    })
    .sort((left, right) => right.chance - left.chance || left.document - right.document);
}

function weigh(evidence: Evidence): number {
  let sum = 0;
  for (const kind of evidenceKinds) sum += evidenceWeights[kind] * evidence[kind];
  return sum;
}

const evidenceKinds = Object.keys(evidenceWeights) as (keyof typeof evidenceWeights)[];

function chanceOf(weighed: number): number {
  return 1 / (1 + Math.exp(-calibration.slope * (weighed - calibration.middle)));
}

function judge(best: Found | undefined, hit: SearchHit | undefined): Omit<SearchAnswer, "hits"> {
  const confidence = rounded(best?.chance ?? 0);
  if (best === undefined) return { abstained: true, confidence, reason: "no runbook shares a word with the query" };
  if (best.chance >= calibration.abstainBelow) return { abstained: false, confidence };
  const closest = hit === undefined ? "" : `; the closest is ${hit.path}`;
  const why =
    best.evidence.stranger > 0 ? "no runbook speaks of the product the query names" : "no runbook fits well enough";
  return { abstained: true, confidence, reason: `${why}${closest}` };
}

function hitOf(index: SearchIndex, read: ReadQuery, found: Found): SearchHit {
  const { path, title } = documentStrings(index, found.document);
  const section = sectionStrings(index, found.document, found.evidence.section);
  return {
    path,
    step: section.slug,
    heading: cleaned(section.heading),
    title: cleaned(title),
    excerpt: excerptOf(section.text, read),
    score: rounded(found.chance),
    contentHash: contentHashOf(section.text),
  };
}

function rounded(chance: number): number {
  return Math.round(chance * 10_000) / 10_000;
}
