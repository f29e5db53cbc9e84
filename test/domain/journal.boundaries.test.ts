import { describe, expect, test } from "vitest";
import { type Anchor, canonicalJson, type Entry, nextEntry, sha256, verifyChain } from "../../src/domain/journal.ts";
import { call, concluded, journal, replied, runId, runStarted } from "./story.ts";

const chain = journal(runStarted(), replied(1, []), concluded());

/** The last entry with another field, and with the hash that belongs to it: what a forger with the table would write. */
function forged(change: Partial<Entry>): readonly Entry[] {
  const { hash: _, ...body } = { ...(chain.at(-1) as Entry), ...change };
  return [...chain.slice(0, -1), { ...body, hash: sha256(canonicalJson(body)) }];
}

describe("what an auditor reads of a broken chain", () => {
  test.each([
    ["a number out of order, its own hash made right", forged({ seq: 7 }), "has sequence number 7 where 3 is due"],
    [
      "a link to another entry, its own hash made right",
      forged({ prev: "1".repeat(64) }),
      "does not continue the entry",
    ],
    ["an edit", [...chain.slice(0, -1), { ...(chain[2] as Entry), actor: "x" }], "its content does not match its hash"],
  ])("names %s", (_, entries, why) => {
    expect(verifyChain(runId, entries, [])).toEqual({ runId, seq: 3, why: expect.stringContaining(why) });
  });

  test("says when the head that is missed was anchored", () => {
    const anchor: Anchor = { runId, seq: 3, hash: chain[2]?.hash ?? "", at: "2026-11-23T11:00:00Z" };
    expect(verifyChain(runId, chain.slice(0, 2), [anchor])?.why).toBe(
      "head 3 was anchored at 2026-11-23T11:00:00Z, but the journal ends at 2",
    );
    expect(verifyChain(runId, chain, [{ ...anchor, hash: "2".repeat(64) }])?.why).toBe(
      "head 3 was anchored at 2026-11-23T11:00:00Z with another hash: rewritten since",
    );
  });
});

test("an empty value in what a tool was given or gave stays empty", () => {
  const input = { limit: null, filters: [null, { deep: null }] };
  const content = {
    runId,
    at: "2026-11-23T10:00:00.000Z",
    actor: "test",
    events: [replied(1, [call(1, 0, { input })])],
  };
  const [event] = nextEntry(undefined, content).events;
  expect(event?.type === "model_replied" && event.calls[0]?.input).toEqual(input);
});

test("what is no JSON value is refused by that name", () => {
  expect(() => canonicalJson(undefined)).toThrow("not a JSON value");
});
