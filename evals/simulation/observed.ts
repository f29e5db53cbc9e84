import type { Approval } from "../../src/domain/approval.ts";
import { HealerError } from "../../src/domain/errors.ts";
import type { RunId } from "../../src/domain/ids.ts";
import type { Anchor, Entry } from "../../src/domain/journal.ts";
import { type MemoryStore, memoryStore } from "../../src/local/memory-store.ts";

/**
 * The stores, and what an observer beside them saw: heads as they became durable, intents, cards. The journal
 * is frozen instead of copied, which is faster and tells of whoever writes into it.
 */
export type ObservedStore = {
  readonly store: MemoryStore;
  readonly anchors: readonly Anchor[];
  readonly intents: ReadonlySet<string>;
  /** When each approval's record came to be. */
  readonly cardsAt: ReadonlyMap<string, number>;
};

export function observedStore(
  clock: { now(): number },
  onEntry: (entry: Entry) => void,
  onApproval: (approval: Approval) => void,
): ObservedStore {
  const base = memoryStore();
  const runs = new Map<RunId, readonly Entry[]>();
  const anchors: Anchor[] = [];
  const intents = new Set<string>();
  const cardsAt = new Map<string, number>();
  const store: MemoryStore = {
    ...base,
    journal: {
      async append(entry) {
        const before = runs.get(entry.runId) ?? [];
        if (before.length + 1 !== entry.seq) throw conflict(entry);
        runs.set(entry.runId, [...before, deeplyFrozen(structuredClone(entry))]);
        anchors.push({ runId: entry.runId, seq: entry.seq, hash: entry.hash, at: new Date(clock.now()).toISOString() });
        for (const event of entry.events) if (event.type === "change_started") intents.add(event.actionId);
        onEntry(entry);
      },
      read: async (runId) => runs.get(runId) ?? [],
      runIds: async () => [...runs.keys()].sort(),
    },
    approvals: {
      ...base.approvals,
      async create(approval) {
        await base.approvals.create(approval);
        if (cardsAt.has(approval.approvalId)) return;
        cardsAt.set(approval.approvalId, clock.now());
        onApproval(structuredClone(approval));
      },
    },
  };
  return { store, anchors, intents, cardsAt };
}

/** Arrays and objects all the way down. */
function deeplyFrozen<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deeplyFrozen(part);
  }
  return value;
}

const conflict = (entry: Entry): HealerError =>
  new HealerError("journal_conflict", `${entry.runId} has an entry ${entry.seq}`, {
    hint: "Read it again.",
    retryable: true,
  });
