import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dynamoLocks } from "../../src/aws/dynamo-locks.ts";
import type { LockStore } from "../../src/domain/ports.ts";
import { memoryLocks } from "../../src/local/memory-locks.ts";
import { openState, type State } from "../../src/local/state.ts";

let folder: string;
let state: State;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "healer-locks-"));
  state = await openState(folder);
});
afterAll(async () => {
  await state.close();
  await rm(folder, { recursive: true });
});

const lease = (actionId: string, now = 1000, until = 2000) => ({ actionId, action: "book/act", now, until });

describe.each([
  ["in memory", () => memoryLocks()],
  ["in the table", () => dynamoLocks(state.dynamo)],
] as const)("locks %s", (kind, open) => {
  const name = (target: string) => `${kind}-${target}`;
  let locks: LockStore;
  beforeAll(() => {
    locks = open();
  });

  it("lets one action hold a resource, and the same action hold it again", async () => {
    expect(await locks.take([name("a")], lease("one"))).toBe(true);
    expect(await locks.take([name("a")], lease("two"))).toBe(false);
    expect(await locks.take([name("a")], lease("one"))).toBe(true);
  });

  it("takes all targets or none", async () => {
    expect(await locks.take([name("b"), name("a")], lease("two"))).toBe(false);
    expect(await locks.take([name("b")], lease("three"))).toBe(true);
  });

  it("forgets a lease that ran out", async () => {
    expect(await locks.take([name("a")], lease("two", 2001, 3000))).toBe(true);
  });

  it("is given back by its holder alone, and keeps what was done for the cooldown", async () => {
    await locks.release([name("a")], "one");
    expect(await locks.take([name("a")], lease("four", 2500, 4000))).toBe(false);
    await locks.release([name("a")], "two");
    expect(await locks.take([name("a")], lease("four", 2500, 4000))).toBe(true);
    expect(await locks.newest(name("a"))).toEqual({ action: "book/act", actionId: "four", at: 2500 });
    expect(await locks.newest(name("never"))).toBeUndefined();
  });

  it("has one winner among fifty at once", async () => {
    const taken = await Promise.all(
      Array.from({ length: 50 }, (_, index) => locks.take([name("race")], lease(`r${index}`))),
    );
    expect(taken.filter(Boolean)).toHaveLength(1);
  });
});
