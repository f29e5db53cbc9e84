import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fuse } from "../../src/search/fuse.ts";

const hit = (runbookId: string, score: number) => ({ runbookId, score });
const ids = (hits: readonly { readonly runbookId: string }[]) => hits.map(({ runbookId }) => runbookId);
const hits = fc.array(
  fc.record({ runbookId: fc.constantFrom("a", "b", "c", "d"), score: fc.double({ min: 0, max: 1, noNaN: true }) }),
);
const ranked = hits.map((drawn) => drawn.toSorted((left, right) => right.score - left.score));

describe("two searches in one order", () => {
  it("the other decides between runbooks that are about as likely", () => {
    expect(ids(fuse([hit("a", 0.5), hit("b", 0.45)], [hit("b", 0.1)]))).toEqual(["b", "a"]);
  });

  it("the other does not move what we are sure of, however high its own score", () => {
    expect(ids(fuse([hit("a", 0.97), hit("b", 0.5)], [hit("b", 900), hit("a", 1)]))).toEqual(["a", "b"]);
  });

  it("what only the other found stands behind what we think likely", () => {
    expect(fuse([hit("a", 0.4)], [hit("z", 0.99)])).toEqual([hit("a", 0.4), hit("z", 0.022)]);
  });

  it("lists every runbook once, best first, with chances; and ours alone as they were", () => {
    fc.assert(
      fc.property(ranked, hits, (ours, others) => {
        const fused = fuse(ours, others);
        expect(new Set(ids(fused))).toEqual(new Set([...ids(ours), ...ids(others)]));
        expect(fused).toHaveLength(new Set(ids(fused)).size);
        expect(fused.every(({ score }) => score >= 0 && score <= 1)).toBe(true);
        expect(fused).toEqual(fused.toSorted((left, right) => right.score - left.score));
        expect(ids(fuse(ours, []))).toEqual([...new Set(ids(ours))]);
      }),
    );
  });
});
