import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Anchor, canonicalJson, type Entry, nextEntry, sha256, verifyChain } from "../../src/domain/journal.ts";

const runId = "run-0001" as Entry["runId"];
const at = (index: number): string => new Date(Date.UTC(2026, 10, 23, 10, 0, index)).toISOString();
const words = (reason: string): Entry["events"] => [
  { type: "run_concluded", outcome: "escalated", reason, citations: [], findings: [] },
];

function chain(length: number, reason = (index: number) => `entry ${index + 1}`, id = runId): readonly Entry[] {
  const entries: Entry[] = [];
  for (let index = 0; index < length; index++) {
    const content = { runId: id, at: at(index), actor: "brain", events: words(reason(index)) };
    entries.push(nextEntry(entries.at(-1), content));
  }
  return entries;
}

const anchorOf = ({ runId, seq, hash, at }: Entry): Anchor => ({ runId, seq, hash, at });
const whole = chain(12);
const anchors = whole.map(anchorOf);
/** The chain made right again from an index on: what somebody does who can write the table and knows how it is hashed. */
const rehashed = (entries: readonly Entry[]): readonly Entry[] =>
  entries.reduce<Entry[]>((made, { runId, at, actor, events }) => {
    made.push(nextEntry(made.at(-1), { runId, at, actor, events }));
    return made;
  }, []);
const position = fc.integer({ min: 0, max: whole.length - 1 });
const edited = (entry: Entry, change: Partial<Entry>): Entry => ({ ...entry, ...change });
const firstBad = (entries: readonly Entry[], heads: readonly Anchor[] = []) => verifyChain(runId, entries, heads)?.seq;

it("finds nothing wrong with a journal that nobody touched, of any length", () => {
  for (const length of [0, 1, 2, 50]) expect(verifyChain(runId, chain(length), [])).toBeUndefined();
  expect(verifyChain(runId, whole, anchors)).toBeUndefined();
});

describe("names the first bad entry of", () => {
  it("an edit of any field, without any anchor", () => {
    const changes: readonly ((entry: Entry) => Entry)[] = [
      (entry) => edited(entry, { events: words("something else") }),
      (entry) => edited(entry, { at: "2026-11-23T11:11:11.000Z" }),
      (entry) => edited(entry, { actor: "hands" }),
      (entry) => edited(entry, { hash: "f".repeat(64) }),
      (entry) => edited(entry, { prev: "f".repeat(64) }),
      (entry) => edited(entry, { seq: entry.seq + 1 }),
      (entry) => edited(entry, { runId: "run-0002" as never }),
      (entry) => ({ ...entry, extra: 1 }) as Entry,
    ];
    fc.assert(
      fc.property(position, fc.constantFrom(...changes), (index, change) => {
        const entries = whole.map((entry, other) => (other === index ? change(entry) : entry));
        expect(firstBad(entries)).toBe(index + 1);
      }),
    );
  });

  it("an edit whose own hash was made right: the next entry no longer follows", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 2 }), (index) => {
        const { hash: _, ...body } = edited(whole[index] as Entry, { events: words("forged") });
        const forged = { ...body, hash: sha256(canonicalJson(body)) };
        expect(firstBad(whole.map((entry, other) => (other === index ? forged : entry)))).toBe(index + 2);
      }),
    );
  });

  it("an insertion", () => {
    fc.assert(
      fc.property(position, position, (index, copied) => {
        const before = whole[index - 1];
        const content = { runId, at: at(99), actor: "hands", events: words("slipped in") };
        for (const inserted of [nextEntry(before, content), whole[copied] as Entry]) {
          const entries = [...whole.slice(0, index), inserted, ...whole.slice(index)];
          const seq = firstBad(entries, anchors);
          expect(seq).toBeGreaterThan(0);
          expect(seq).toBeLessThanOrEqual(index + 2);
        }
      }),
    );
  });

  it("a deletion, wherever it is", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 2 }), (index) => {
        expect(firstBad(whole.filter((_, other) => other !== index))).toBe(index + 1);
      }),
    );
  });

  it("two entries that changed places", () => {
    fc.assert(
      fc.property(position, position, (one, other) => {
        fc.pre(one !== other);
        const entries = [...whole];
        [entries[one], entries[other]] = [whole[other] as Entry, whole[one] as Entry];
        expect(firstBad(entries)).toBe(Math.min(one, other) + 1);
      }),
    );
  });

  it("a tail that was cut off, which the chain alone can not show and an anchor does", () => {
    fc.assert(
      fc.property(position, (length) => {
        const cut = whole.slice(0, length);
        expect(firstBad(cut)).toBeUndefined();
        expect(firstBad(cut, anchors)).toBe(length + 1);
        expect(verifyChain(runId, cut, anchors.slice(-1))?.why).toContain(`the journal ends at ${length}`);
      }),
    );
  });

  it("a journal rewritten from any entry on with every hash made right, which only an anchor shows", () => {
    fc.assert(
      fc.property(position, (index) => {
        const entries = rehashed(
          whole.map((entry, other) => (other < index ? entry : edited(entry, { actor: "eve" }))),
        );
        expect(firstBad(entries)).toBeUndefined();
        expect(firstBad(entries, anchors)).toBe(index + 1);
        expect(verifyChain(runId, entries, anchors.slice(-1))).toMatchObject({ seq: 12 });
      }),
    );
  });

  it("a journal that is gone altogether", () => {
    expect(firstBad([], anchors)).toBe(1);
  });

  it("another run's journal in its place", () => {
    expect(verifyChain(runId, chain(3, undefined, "run-0002" as never), [])).toMatchObject({
      seq: 1,
      why: "belongs to run-0002",
    });
  });
});

it("hashes the same value to the same bytes, whatever the order of its keys", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const turned = Object.fromEntries(Object.entries(value).reverse());
      expect(canonicalJson(turned)).toBe(canonicalJson(value));
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
