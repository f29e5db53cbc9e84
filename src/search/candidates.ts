import { impactScale } from "./postings.ts";
import type { QueryTerm } from "./read-query.ts";
import type { SearchIndex } from "./types.ts";

export type Candidate = { readonly document: number; readonly relevance: number };

/** The best `count` documents by BM25F, best first; equal documents in the order they were indexed. */
export function candidates(index: SearchIndex, terms: readonly QueryTerm[], count: number): readonly Candidate[] {
  const scores = new Float32Array(index.documentCount);
  const { postingStart, postingDocument, postingImpact } = index.arrays;
  for (const term of terms) {
    if (term.id < 0) continue;
    const worth = (term.weight * term.idf) / impactScale;
    const to = postingStart[term.id + 1] ?? 0;
    for (let at = postingStart[term.id] ?? 0; at < to; at++) {
      const document = postingDocument[at] as number;
      scores[document] = (scores[document] as number) + worth * (postingImpact[at] as number);
    }
  }
  return best(scores, count);
}

/** Keeps a short sorted list while walking the scores once: cheaper than sorting ten thousand for fifty. */
function best(scores: Float32Array, count: number): readonly Candidate[] {
  const kept: Candidate[] = [];
  let least = 0;
  for (let document = 0; document < scores.length; document++) {
    const relevance = scores[document] as number;
    if (relevance <= least) continue;
    let at = kept.length;
    while (at > 0 && (kept[at - 1]?.relevance ?? 0) < relevance) at--;
    kept.splice(at, 0, { document, relevance });
    if (kept.length > count) kept.pop();
    if (kept.length === count) least = kept[count - 1]?.relevance ?? 0;
  }
  return kept;
}
