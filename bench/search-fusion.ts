import { fuse } from "../src/search/fuse.ts";
import { searchIndex } from "../src/search/query.ts";
import { sectionsOf } from "../src/search/sections.ts";
import type { SearchDocument, SearchIndex } from "../src/search/types.ts";
import { type Peer, plainBm25, sqliteFts } from "./search-peers.ts";

/**
 * What a knowledge base adds, with stand-ins for it: keyword search over sections as a knowledge base cuts them, and over
 * whole runbooks. Each stands alone, fused by reciprocal rank (the usual way), and fused as we do.
 */
export function fusions(documents: readonly SearchDocument[], index: SearchIndex): readonly Peer[] {
  return [overSections(documents), sqliteFts(documents)].flatMap((peer) => [
    { name: `KB: ${peer.name}`, rank: (query, k) => peer.rank(query, k) },
    { name: "reciprocal ranks", rank: (query, k) => reciprocal(ranked(index, query), peer.rank(query, depth), k) },
    { name: "fused", rank: (query, k) => fused(index, query, peer.rank(query, depth), k) },
  ]);
}

/** As many as the adapter asks for. */
const depth = 20;

function overSections(documents: readonly SearchDocument[]): Peer {
  const chunks = documents.flatMap(({ path, text }) =>
    sectionsOf(text).map((section) => ({
      path: `${path}#${section.slug}`,
      text: `${section.heading}\n${section.text}`,
    })),
  );
  const peer = plainBm25(chunks);
  const rank = (query: string, k: number): readonly string[] =>
    [...new Set(peer.rank(query, k * 3).map((path) => path.split("#")[0] ?? ""))].slice(0, k);
  return { name: "BM25 of sections", rank };
}

function ranked(index: SearchIndex, text: string): readonly string[] {
  return searchIndex(index, { text }, depth).hits.map((hit) => hit.path);
}

function fused(index: SearchIndex, text: string, others: readonly string[], k: number): readonly string[] {
  const ours = searchIndex(index, { text }, depth).hits.map(({ path, score }) => ({ runbookId: path, score }));
  const hits = fuse(
    ours,
    others.map((path) => ({ runbookId: path, score: 0 })),
  );
  return hits.slice(0, k).map((hit) => hit.runbookId);
}

/** With the constant of 60 that everybody takes. */
function reciprocal(ours: readonly string[], others: readonly string[], k: number): readonly string[] {
  const scores = new Map<string, number>();
  for (const list of [ours, others]) {
    for (const [at, path] of list.entries()) scores.set(path, (scores.get(path) ?? 0) + 1 / (60 + at + 1));
  }
  return [...scores]
    .sort((left, right) => right[1] - left[1])
    .slice(0, k)
    .map(([path]) => path);
}
