import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HealerError } from "../../src/domain/errors.ts";
import { buildIndex } from "../../src/search/build.ts";
import { searchIndex } from "../../src/search/query.ts";
import { headBytes, loadIndex, prefaceBytes, saveIndex } from "../../src/search/store.ts";
import { library } from "./examples.ts";

const queries = ["disk full", "queue backlog", "certificate", "rds cpu", "nothing of the kind"];
const answers = (index: ReturnType<typeof buildIndex>) => queries.map((text) => searchIndex(index, { text }, 5));

describe("saveIndex and loadIndex", () => {
  const index = buildIndex(library, "stamp-1");
  const saved = saveIndex(index);

  it("give an index that answers the same", () => {
    expect(answers(loadIndex(saved))).toEqual(answers(index));
    expect(loadIndex(saved).stamp).toBe("stamp-1");
  });

  it("give the same bytes for the same documents", () => {
    expect(Buffer.compare(saveIndex(buildIndex(library, "stamp-1")), saved)).toBe(0);
    expect(Buffer.compare(saveIndex(loadIndex(saved)), saved)).toBe(0);
  });

  it("need no text in memory where it can be fetched", () => {
    const head = headBytes(saved.subarray(0, prefaceBytes)) ?? 0;
    const text = Buffer.from(saved.subarray(head));
    const lazy = loadIndex(saved.slice(0, head), (from, to) => text.subarray(from, to));
    expect(answers(lazy)).toEqual(answers(index));
  });

  it("work on bytes that begin anywhere", () => {
    const shifted = new Uint8Array(saved.length + 1);
    shifted.set(saved, 1);
    expect(answers(loadIndex(shifted.subarray(1)))).toEqual(answers(index));
  });

  it("keep an index of nothing", () => {
    expect(searchIndex(loadIndex(saveIndex(buildIndex([]))), { text: "disk" }, 1).abstained).toBe(true);
  });

  it("refuse what is cut short or is no index, and never anything but with an error that says so", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: saved.length - 1 }), (length) => {
        expect(() => loadIndex(saved.slice(0, length))).toThrow(HealerError);
      }),
    );
    expect(() => loadIndex(Buffer.from("not an index at all"))).toThrow(/not a runbook index/);
  });
});
