import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Anchor,
  canonicalJson,
  type Entry,
  genesis,
  nextEntry,
  sha256,
  verifyChain,
} from "../../src/domain/journal.ts";
import { assessed, call, concluded, finished, first, journal, replied, requested, runId, runStarted } from "./story.ts";

const chain = journal(
  runStarted(),
  replied(1, [call(1, 0)]),
  [assessed("ask"), requested()],
  finished(first),
  replied(2, []),
  concluded(),
);
const anchors: readonly Anchor[] = chain.map(({ seq, hash, at }) => ({ runId, seq, hash, at }));

/** Gives the entries from there on new hashes, as whoever can write the table could. */
function rewritten(entries: readonly Entry[], from: number): readonly Entry[] {
  const kept: Entry[] = entries.slice(0, from);
  for (const { at, actor, events } of entries.slice(from))
    kept.push(nextEntry(kept.at(-1), { runId, at, actor, events }));
  return kept;
}

describe("a journal", () => {
  test("verifies as it was written, with and without its anchors", () => {
    expect(verifyChain(runId, chain, [])).toBeUndefined();
    expect(verifyChain(runId, chain, anchors)).toBeUndefined();
    expect(verifyChain(runId, [], [])).toBeUndefined();
    expect(chain[0]?.prev).toBe(genesis);
  });

  test("verifies after a way through JSON", () => {
    expect(verifyChain(runId, JSON.parse(JSON.stringify(chain)), anchors)).toBeUndefined();
  });

  test("that was edited anywhere names the entry", () => {
    fc.assert(
      fc.property(
        fc.nat(chain.length - 1),
        fc.constantFrom("at", "actor", "events", "seq", "prev", "hash", "runId"),
        (index, field) => {
          const other = {
            at: "2020-01-01T00:00:00Z",
            actor: "x",
            events: [concluded("healed")],
            seq: 99,
            prev: "1".repeat(64),
            hash: "2".repeat(64),
            runId: "run-other",
          };
          const edited = chain.map((entry, place) =>
            place === index ? { ...entry, [field]: other[field] } : entry,
          ) as Entry[];
          expect(verifyChain(runId, edited, [])).toMatchObject({ runId, seq: index + 1 });
        },
      ),
    );
  });

  test("that lost, doubled, swapped or gained an entry names the first bad place", () => {
    fc.assert(
      fc.property(fc.nat(chain.length - 2), (index) => {
        const [one, two] = [chain[index] as Entry, chain[index + 1] as Entry];
        const before = chain.slice(0, index);
        expect(verifyChain(runId, [...before, ...chain.slice(index + 1)], [])?.seq).toBe(index + 1);
        expect(verifyChain(runId, [...before, one, ...chain.slice(index)], [])?.seq).toBe(index + 2);
        expect(verifyChain(runId, [...before, two, one, ...chain.slice(index + 2)], [])?.seq).toBe(index + 1);
        const forged = nextEntry(one, { runId, at: one.at, actor: "x", events: [concluded()] });
        expect(verifyChain(runId, [...before, one, forged, ...chain.slice(index + 1)], [])?.seq).toBe(index + 3);
      }),
    );
  });

  test("whose tail was cut is whole without anchors and broken with them", () => {
    for (let length = 0; length < chain.length; length++) {
      const cut = chain.slice(0, length);
      expect(verifyChain(runId, cut, [])).toBeUndefined();
      expect(verifyChain(runId, cut, anchors)).toMatchObject({
        seq: length + 1,
        why: expect.stringContaining("ends at"),
      });
    }
  });

  test("that was rewritten with good hashes from any place on is broken at the first anchor after it", () => {
    for (let from = 0; from < chain.length; from++) {
      const edited = chain.map((entry, index) => (index === from ? { ...entry, actor: "x" } : entry));
      const forged = rewritten(edited, from);
      expect(verifyChain(runId, forged, [])).toBeUndefined();
      expect(verifyChain(runId, forged, anchors)).toMatchObject({
        seq: from + 1,
        why: expect.stringContaining("rewritten"),
      });
    }
  });

  test("an anchor of an entry that never was is a fault", () => {
    const anchor = { runId, seq: 0, hash: genesis, at: "2026-11-23T10:00:00Z" };
    expect(verifyChain(runId, chain, [anchor])?.seq).toBe(0);
  });
});

describe("canonical JSON", () => {
  test("does not depend on the order in which keys were written", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const backwards = Object.fromEntries(Object.entries(value).reverse());
        fc.pre(canonicalOrUndefined(value) !== undefined);
        expect(canonicalJson(backwards)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test("refuses what JSON can not hold", () => {
    expect(() => canonicalJson(undefined)).toThrow(TypeError);
    expect(() => canonicalJson({ amount: Number.NaN })).toThrow();
    expect(() => canonicalJson({ amount: Number.POSITIVE_INFINITY })).toThrow();
  });

  test("hashes are SHA-256 over UTF-8, in hex", () => {
    expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(sha256("\u00e4")).toBe("33e6d73fee82904c8d7afb78de1154d1e8dc2a0edb08120e63df5b9385c2d9cc");
  });
});

test("half a character in an event becomes a whole one, so that it can be written and read everywhere", () => {
  const input = { "key\ud800": ["a\udc00b", { deep: "\ud83d" }], whole: "\ud83d\ude00" };
  const entry = nextEntry(undefined, {
    runId,
    at: "2026-11-23T10:00:00.000Z",
    actor: "test",
    events: [replied(1, [call(1, 0, { input })])],
  });
  const event = entry.events[0];
  expect(event?.type === "model_replied" && event.calls[0]?.input).toEqual({
    "key\ufffd": ["a\ufffdb", { deep: "\ufffd" }],
    whole: "\ud83d\ude00",
  });
  expect(verifyChain(runId, JSON.parse(JSON.stringify([entry])), [])).toBeUndefined();
});

function canonicalOrUndefined(value: unknown): string | undefined {
  try {
    return canonicalJson(value);
  } catch {
    return undefined;
  }
}
