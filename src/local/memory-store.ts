import { type Approval, applyDecision } from "../domain/approval.ts";
import { HealerError } from "../domain/errors.ts";
import type { ApprovalId, IncidentId, RunId } from "../domain/ids.ts";
import type { Incident } from "../domain/incident.ts";
import type { Entry } from "../domain/journal.ts";
import type { ApprovalStore, ForEach, IncidentStore, JournalStore, LockStore, SpendStore } from "../domain/ports.ts";
import { memoryLocks } from "./memory-locks.ts";

/** The stores in memory, with the same conditions as the tables: for evals, benches and simulations. */
export type MemoryStore = {
  readonly journal: JournalStore;
  readonly incidents: IncidentStore;
  readonly approvals: ApprovalStore;
  readonly spend: SpendStore;
  readonly locks: LockStore;
};

export const memoryStore = (): MemoryStore => ({
  journal: memoryJournal(),
  incidents: memoryIncidents(),
  approvals: memoryApprovals(),
  spend: memorySpend(),
  locks: memoryLocks(),
});

function memoryJournal(): JournalStore {
  // As texts, which the table holds too: a copy of an object costs ten times as much and takes more room.
  const runs = new Map<RunId, string[]>();
  return {
    async append(entry) {
      const texts = runs.get(entry.runId) ?? [];
      if (texts.length + 1 !== entry.seq)
        throw conflict(`${entry.runId} has ${texts.length} entries, not ${entry.seq - 1}`);
      texts.push(JSON.stringify(entry));
      runs.set(entry.runId, texts);
    },
    read: async (runId) => (runs.get(runId) ?? []).map((text) => JSON.parse(text) as Entry),
    runIds: async () => [...runs.keys()].sort(),
  };
}

function memoryIncidents(): IncidentStore {
  const incidents = new Map<IncidentId, Incident>();
  const sorted = () => [...incidents.values()].sort((a, b) => a.openedAt.localeCompare(b.openedAt));
  return {
    async put(incident) {
      incidents.set(incident.incidentId, structuredClone(incident));
    },
    async update(id, change) {
      const before = incidents.get(id);
      const after = before && change(structuredClone(before));
      if (after !== undefined) incidents.set(id, structuredClone(after));
      return structuredClone(after ?? before);
    },
    async create(incident) {
      if (incidents.has(incident.incidentId)) throw conflict(`${incident.incidentId} exists already`);
      incidents.set(incident.incidentId, structuredClone(incident));
    },
    get: async (id) => structuredClone(incidents.get(id)),
    async recent(closedSince) {
      const isRecent = ({ status, closedAt, openedAt }: Incident) =>
        status !== "closed" || Date.parse(closedAt ?? openedAt) >= closedSince;
      return structuredClone(sorted().filter(isRecent));
    },
    list: async (newest) => structuredClone(newest === undefined ? sorted() : sorted().slice(-newest)),
  };
}

function memoryApprovals(): ApprovalStore {
  const approvals = new Map<ApprovalId, Approval>();
  const sorted = () => [...approvals.values()].sort((a, b) => a.requestedAt.localeCompare(b.requestedAt));
  const tokens = new Map<ApprovalId, string>();
  return {
    async create(approval) {
      if (!approvals.has(approval.approvalId)) approvals.set(approval.approvalId, structuredClone(approval));
    },
    get: async (id) => structuredClone(approvals.get(id)),
    pending: async () => structuredClone(sorted().filter((approval) => approval.status === "pending")),
    list: async (newest) => structuredClone(newest === undefined ? sorted() : sorted().slice(-newest)),
    async decide(id, decision) {
      const before = approvals.get(id);
      const outcome =
        before === undefined
          ? { ok: false as const, why: "there is no such approval" }
          : applyDecision(before, decision);
      if (!outcome.ok)
        throw new HealerError("approval_refused", `${id}: ${outcome.why}`, { hint: "Look at it again." });
      approvals.set(id, outcome.approval);
      return structuredClone(outcome.approval);
    },
    async keepToken(id, taskToken) {
      tokens.set(id, taskToken);
    },
    async takeToken(id) {
      const token = tokens.get(id);
      tokens.delete(id);
      return token;
    },
  };
}

function memorySpend(): SpendStore {
  const days = new Map<string, Map<string, number>>();
  const dayOf = (day: string) => days.get(day) ?? new Map<string, number>();
  const total = (day: string) => [...dayOf(day).values()].reduce((sum, amount) => sum + amount, 0);
  return {
    totals: async (wanted) => wanted.map(total) as ForEach<typeof wanted, number>,
    async reserve(day, actionId, amount) {
      days.set(day, dayOf(day).set(actionId, amount));
      return total(day);
    },
    async release(day, actionId) {
      dayOf(day).delete(actionId);
    },
  };
}

const conflict = (message: string): HealerError =>
  new HealerError("journal_conflict", message, { hint: "Read it again.", retryable: true });
