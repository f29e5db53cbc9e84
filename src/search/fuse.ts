import { fusionWeights } from "./weights.ts";

/** A runbook found, with its estimated chance of being the right one. */
type Found = { readonly runbookId: string; readonly score: number };

/**
 * Orders what this index and another search found. Only the other's order counts, as one more piece of evidence on the
 * log-odds of ours: its scores mean something else in every store. So a score stays a chance, what we are sure of stays
 * first, and the other decides between runbooks that are about as likely. Each runbook comes once, as we found it.
 */
export function fuse<Hit extends Found>(ours: readonly Hit[], others: readonly Hit[]): readonly Hit[] {
  const found = new Map<string, Hit>();
  for (const hit of ours) if (!found.has(hit.runbookId)) found.set(hit.runbookId, hit);
  const places = new Map<string, number>();
  for (const hit of others) if (!places.has(hit.runbookId)) places.set(hit.runbookId, places.size + 1);
  for (const hit of others) {
    if (!found.has(hit.runbookId)) found.set(hit.runbookId, { ...hit, score: fusionWeights.unseen });
  }
  return [...found.values()]
    .map((hit) => ({ ...hit, score: raised(hit.score, places.get(hit.runbookId)) }))
    .sort((left, right) => right.score - left.score);
}

function raised(chance: number, place: number | undefined): number {
  if (place === undefined) return chance;
  const odds = (chance / (1 - chance)) * Math.exp(fusionWeights.first / place);
  return Number.isFinite(odds) ? Math.round((odds / (1 + odds)) * 10_000) / 10_000 : chance;
}
