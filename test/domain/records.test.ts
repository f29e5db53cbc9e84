import { describe, expect, test } from "vitest";
import { Approval } from "../../src/domain/approval.ts";
import { ChatRecord } from "../../src/domain/chat-record.ts";
import { Incident } from "../../src/domain/incident.ts";
import { Entry } from "../../src/domain/journal.ts";
import { approvalId, card, digest, first, journal, runId, runStarted } from "./story.ts";

const [entry] = journal(runStarted());
const incident = {
  incidentId: "inc-story",
  runId,
  status: "open",
  severity: "SEV2",
  title: "t",
  resource: "r",
  alarmArn: "arn",
  alarmName: "disk",
  seen: [],
  stateAt: "2026-11-23T10:00:00Z",
  openedAt: "2026-11-23T10:00:00Z",
};
const chat = { runId, places: [{ role: "home", channel: "C1", ts: "1.2", shown: "h" }], notes: [], version: 1 };
const approval = {
  approvalId,
  runId,
  callId: first,
  digest,
  status: "pending",
  quorum: 1,
  approvers: [],
  requester: "healer:detector",
  allowed: [],
  requestedAt: "2026-11-23T10:00:00Z",
  expiresAt: "2026-11-23T10:30:00Z",
  card,
  version: 0,
};
const records = [
  ["a journal entry", Entry, entry],
  ["an incident", Incident, incident],
  ["a chat's record", ChatRecord, chat],
  ["an approval", Approval, approval],
] as const;

describe.each(records)("%s", (_, schema, record) => {
  test("is read back as it was written", () => {
    expect(schema.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
  });

  test("has no room for what it must not hold, such as a task token", () => {
    expect(schema.safeParse({ ...record, taskToken: "AAAA" }).success).toBe(false);
  });
});

test.each([
  ["no people", { quorum: 0 }],
  ["three people", { quorum: 3 }],
  ["half a digest", { digest: "a".repeat(63) }],
  ["a digest in capitals", { digest: "A".repeat(64) }],
  ["a digest with more behind it", { digest: `${digest}0` }],
  ["another run's kind of id", { runId: "inc-story" }],
  ["an id that leaves its folder", { runId: "run-../../x" }],
  ["a call that no turn made", { callId: "c1" }],
])("an approval by or for %s is refused", (_, change) => {
  expect(Approval.safeParse({ ...approval, ...change }).success).toBe(false);
});

test.each([
  ["with nothing in it", { events: [] }],
  ["before the first", { seq: 0 }],
  ["without a whole hash before it", { prev: "0".repeat(63) }],
  ["with more than a hash", { hash: `${"0".repeat(64)}0` }],
  ["at a time that is none", { at: "yesterday" }],
])("a journal entry %s is refused", (_, change) => {
  expect(Entry.safeParse({ ...entry, ...change }).success).toBe(false);
});
