import { describe, expect, it } from "vitest";
import { plainBm25 } from "../../bench/search-peers.ts";
import { buildIndex } from "../../src/search/build.ts";
import { searchIndex } from "../../src/search/query.ts";
import { answerableSets, macro, measure, retrievalSet, type Variant } from "./retrieval.ts";

/** A little under what `node bench/search.ts` prints: a change that loses ground fails here. */
const floors: readonly (readonly [variant: Variant, first: number, third: number])[] = [
  ["query_no_name", 0.79, 0.93],
  ["query_with_name", 0.89, 0.97],
  ["query_name_only", 0.89, 0.94],
];

const data = retrievalSet();

describe.skipIf(data === undefined)("on public runbooks and alerts", () => {
  const { documents, queries } = data ?? { documents: [], queries: [] };
  const index = buildIndex(documents);
  const plain = plainBm25(documents);

  it.each(floors)(
    "%s: the right runbook is first in %d and among three in %d, as a mean of the sets",
    (variant, first, third) => {
      const rank = (text: string): readonly string[] => searchIndex(index, { text }, 10).hits.map((hit) => hit.path);
      const mean = macro(answerableSets(queries).map((set) => measure(queries, set, (query) => rank(query[variant]))));
      expect(mean.first).toBeGreaterThanOrEqual(first);
      expect(mean.third).toBeGreaterThanOrEqual(third);
    },
  );

  it.each(floors.map(([variant]) => variant))("%s: no set falls behind plain BM25", (variant) => {
    const ours = (text: string): readonly string[] => searchIndex(index, { text }, 10).hits.map((hit) => hit.path);
    const behind = answerableSets(queries).filter((set) => {
      const [mine, its] = [ours, (text: string) => plain.rank(text, 10)].map((rank) =>
        measure(queries, set, (query) => rank(query[variant])),
      );
      return mine === undefined || its === undefined || mine.first < its.first || mine.third < its.third;
    });
    expect(behind).toEqual([]);
  });

  it("abstains for most alarms that have no runbook, and seldom for those that have one", () => {
    const abstained = (answerable: boolean): number => {
      const asked = queries.filter((query) => query.relevant_merged.length > 0 === answerable);
      const silent = asked.filter((query) => searchIndex(index, { text: query.query_with_name }, 1).abstained);
      return silent.length / asked.length;
    };
    expect(abstained(false)).toBeGreaterThanOrEqual(0.7);
    expect(abstained(true)).toBeLessThanOrEqual(0.03);
  });
});
