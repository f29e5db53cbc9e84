import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dynamoApprovals } from "../../src/aws/dynamo-approvals.ts";
import { dynamoIncidents, dynamoSpend } from "../../src/aws/dynamo-incidents.ts";
import { dynamoJournal } from "../../src/aws/dynamo-journal.ts";
import { dynamoLocks } from "../../src/aws/dynamo-locks.ts";
import type { Approval, ApprovalDecision } from "../../src/domain/approval.ts";
import type { Incident } from "../../src/domain/incident.ts";
import { type Entry, nextEntry, verifyChain } from "../../src/domain/journal.ts";
import { type MemoryStore, memoryStore } from "../../src/local/memory-store.ts";
import { openState } from "../../src/local/state.ts";
import { type DynamoServer, dynamoDbLocal } from "./dynamodb-local.ts";

type Opened = { readonly store: MemoryStore; readonly raw?: DynamoServer["dynamo"]; close(): Promise<void> };

const overDynamo = (dynamo: DynamoServer["dynamo"]): MemoryStore => ({
  journal: dynamoJournal(dynamo),
  incidents: dynamoIncidents(dynamo),
  approvals: dynamoApprovals(dynamo),
  spend: dynamoSpend(dynamo),
  locks: dynamoLocks(dynamo),
});

async function embedded(): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), "healer-store-"));
  const state = await openState(folder);
  const close = async () => {
    await state.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { store: overDynamo(state.dynamo), raw: state.dynamo, close };
}

const official = await dynamoDbLocal();

const stores: readonly (readonly [string, (() => Promise<Opened>) | undefined])[] = [
  ["memory", async () => ({ store: memoryStore(), close: async () => undefined })],
  ["the DynamoDB client on the embedded server", embedded],
  [
    "the DynamoDB client on AWS's own DynamoDB Local",
    official &&
      (async () => {
        const server = await official();
        return { store: overDynamo(server.dynamo), raw: server.dynamo, close: server.close };
      }),
  ],
];

const runId = (name: string) => `run-${name}` as Entry["runId"];
const at = "2026-11-23T10:00:00.000Z";

const entry = (name: string, previous?: Entry, words = "done"): Entry =>
  nextEntry(previous, {
    runId: runId(name),
    at,
    actor: "brain",
    events: [{ type: "run_concluded", outcome: "escalated", reason: words, citations: [], findings: [] }],
  });

const approval = (name: string, more: Partial<Approval> = {}): Approval => ({
  approvalId: `apr-${name}` as Approval["approvalId"],
  runId: runId(name),
  callId: "t1c0" as Approval["callId"],
  digest: "a".repeat(64) as Approval["digest"],
  status: "pending",
  quorum: 1,
  approvers: [],
  requester: "healer:detector",
  allowed: ["api:ada", "api:bob", "api:eve"],
  requestedAt: at,
  expiresAt: "2026-11-23T11:00:00.000Z",
  card: {
    title: "t",
    alarm: "a",
    rootCause: "r",
    justification: "j",
    action: "x",
    citation: "c#d",
    evidence: [],
    askedBecause: [],
    policies: [],
    assessment: {
      kind: "change",
      risk: "low",
      riskReasons: [],
      price: { known: false, why: "nobody knows" },
      fleetSharePercent: null,
      lastHealthy: false,
      reversible: true,
      failedPreconditions: [],
      managed: true,
    },
  },
  version: 0,
  ...more,
});

const by = (name: string, kind: ApprovalDecision["kind"]): ApprovalDecision => ({
  kind,
  person: { id: `api:${name}`, name, via: "api" },
  digest: "a".repeat(64),
  comment: "",
  at: Date.parse(at) + 1000,
});

const incident = (name: string, openedAt = at): Incident => ({
  incidentId: `inc-${name}` as Incident["incidentId"],
  runId: runId(name),
  status: "open",
  severity: "SEV3",
  title: name,
  resource: "r",
  alarmArn: "arn",
  alarmName: name,
  seen: [],
  stateAt: at,
  openedAt,
});

const wins = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.filter((result) => result.status === "fulfilled").length;
const codes = (results: readonly PromiseSettledResult<unknown>[]) => [
  ...new Set(results.flatMap((result) => (result.status === "rejected" ? [result.reason.code] : []))),
];

for (const [name, open] of stores) {
  describe.skipIf(open === undefined)(name, () => {
    let opened: Opened;
    let store: MemoryStore;
    beforeAll(async () => {
      if (open === undefined) return;
      opened = await open();
      store = opened.store;
    });
    afterAll(() => opened?.close());

    it("lets exactly one of fifty drivers write the next entry, and tells the others to read again", async () => {
      const first = entry("race");
      await store.journal.append(first);
      const rivals = Array.from({ length: 50 }, (_, index) => entry("race", first, `driver ${index}`));
      const results = await Promise.allSettled(rivals.map((rival) => store.journal.append(rival)));
      expect(wins(results)).toBe(1);
      expect(codes(results)).toEqual(["journal_conflict"]);
      for (const result of results) {
        if (result.status === "rejected") expect(result.reason).toMatchObject({ name: "HealerError", retryable: true });
      }
      const winner = rivals[results.findIndex((result) => result.status === "fulfilled")];
      expect(await store.journal.read(runId("race"))).toEqual([first, winner]);
    });

    it("reads a run of several megabytes whole and in order", async () => {
      const written: Entry[] = [];
      for (let index = 0; index < 12; index++) {
        const next = entry("large", written.at(-1), `${index} ${"é".repeat(100_000)}`);
        await store.journal.append(next);
        written.push(next);
      }
      const read = await store.journal.read(runId("large"));
      expect(read.map((one) => one.seq)).toEqual(written.map((one) => one.seq));
      expect(verifyChain(runId("large"), read, [])).toBeUndefined();
      expect(await store.journal.runIds()).toContain(runId("large"));
    });

    it("knows nothing of a run that was never written", async () => {
      expect(await store.journal.read(runId("none"))).toEqual([]);
    });

    it("takes one of two decisions that are made at once, and refuses the other", async () => {
      for (let round = 0; round < 5; round++) {
        const wanted = approval(`duel-${round}`);
        await store.approvals.create(wanted);
        const results = await Promise.allSettled([
          store.approvals.decide(wanted.approvalId, by("ada", "approve")),
          store.approvals.decide(wanted.approvalId, by("bob", "deny")),
        ]);
        expect(wins(results)).toBe(1);
        expect(codes(results)).toEqual(["approval_refused"]);
        const after = await store.approvals.get(wanted.approvalId);
        expect(after?.status).toBe(results[0]?.status === "fulfilled" ? "approved" : "denied");
        expect(after?.version).toBe(1);
      }
    });

    it("counts two people who approve at once as two, and one who approves twice as one", async () => {
      const wanted = approval("quorum", { quorum: 2 });
      await store.approvals.create(wanted);
      const { approvalId } = wanted;
      const twice = [by("ada", "approve"), by("ada", "approve")];
      await Promise.all(twice.map((decision) => store.approvals.decide(approvalId, decision)));
      expect(await store.approvals.get(approvalId)).toMatchObject({ status: "pending", version: 1 });
      const others = [by("bob", "approve"), by("eve", "approve")];
      const results = await Promise.allSettled(others.map((decision) => store.approvals.decide(approvalId, decision)));
      expect(wins(results)).toBe(1);
      const after = await store.approvals.get(approvalId);
      expect(after).toMatchObject({ status: "approved" });
      expect(after?.approvers).toHaveLength(2);
    });

    it("keeps the first of two records for one approval, and refuses decisions on none", async () => {
      const first = approval("again");
      await store.approvals.create(first);
      await store.approvals.create({ ...first, requestedAt: "2026-11-23T10:30:00.000Z" });
      expect(await store.approvals.get(first.approvalId)).toEqual(first);
      const missing = store.approvals.decide("apr-nowhere" as never, by("ada", "approve"));
      await expect(missing).rejects.toMatchObject({ name: "HealerError", code: "approval_refused" });
      expect(await store.approvals.get("apr-nowhere" as never)).toBeUndefined();
    });

    it("hands a task token out once, to one caller, and shows it nowhere else", async () => {
      const wanted = approval("token");
      const token = "secret-task-token";
      await store.approvals.create(wanted);
      await store.approvals.keepToken(wanted.approvalId, token);
      const decided = await store.approvals.decide(wanted.approvalId, by("ada", "approve"));
      const shown = [await store.approvals.get(wanted.approvalId), await store.approvals.list(), decided];
      expect(JSON.stringify(shown)).not.toContain(token);
      const takers = Array.from({ length: 8 }, () => store.approvals.takeToken(wanted.approvalId));
      expect((await Promise.all(takers)).filter((taken) => taken !== undefined)).toEqual([token]);
      if (opened.raw !== undefined) {
        const TableName = opened.raw.tables.approvals;
        expect(JSON.stringify(await opened.raw.client.send(new ScanCommand({ TableName })))).not.toContain(token);
      }
    });

    it("creates an incident once, replaces it, and lists the oldest first", async () => {
      const older = incident("older", "2026-11-23T09:00:00.000Z");
      const newer = incident("newer");
      const results = await Promise.allSettled([newer, newer, newer].map((one) => store.incidents.create(one)));
      expect([wins(results), codes(results)]).toEqual([1, ["journal_conflict"]]);
      await store.incidents.create(older);
      await store.incidents.put({ ...newer, status: "closed" });
      expect(await store.incidents.get(newer.incidentId)).toMatchObject({ status: "closed" });
      await store.spend.reserve("2026-11-23", "a", 1);
      expect((await store.incidents.list()).map((one) => one.title)).toEqual(["older", "newer"]);
      expect(await store.incidents.get("inc-none" as never)).toBeUndefined();
    });

    it("counts an action's price once a day, however often it is reserved", async () => {
      const day = "2026-11-24";
      expect(await store.spend.totals([day])).toEqual([0]);
      const same = Array.from({ length: 10 }, () => store.spend.reserve(day, "healer:run-1:t1c0", 5_000_000));
      expect(new Set(await Promise.all(same))).toEqual(new Set([5_000_000]));
      await Promise.all([1, 2, 3].map((n) => store.spend.reserve(day, `healer:run-2:t${n}c0`, 1_000_000)));
      expect(await store.spend.totals([day])).toEqual([8_000_000]);
      await store.spend.release(day, "healer:run-1:t1c0");
      await store.spend.release(day, "never reserved");
      expect(await store.spend.totals(["2026-11-25", day])).toEqual([0, 3_000_000]);
    });
  });
}

describe("errors of the tables", () => {
  it("are typed, and say whether trying again can help", async () => {
    const opened = await embedded();
    const { raw } = opened;
    if (raw === undefined) throw new Error("the embedded server has a client");
    const missing = dynamoJournal({ ...raw, tables: { ...raw.tables, audit: "nowhere" } });
    const error = { name: "HealerError", code: "bad_state", retryable: false };
    await expect(missing.read(runId("any1"))).rejects.toMatchObject(error);
    await expect(missing.append(entry("any1"))).rejects.toMatchObject(error);
    const huge = opened.store.journal.append(entry("huge", undefined, "x".repeat(450_000)));
    await expect(huge).rejects.toMatchObject({ code: "upstream_failed", retryable: false });
    expect(await opened.store.journal.read(runId("huge"))).toEqual([]);
    await opened.close();
    const gone = opened.store.journal.append(entry("gone"));
    await expect(gone).rejects.toMatchObject({ name: "HealerError", code: "upstream_failed" });
  });
});
