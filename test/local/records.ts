import type { Approval } from "../../src/domain/approval.ts";
import type { Incident } from "../../src/domain/incident.ts";
import type { Entry } from "../../src/domain/journal.ts";

export const runId = (name: string) => `run-${name}` as Entry["runId"];
export const at = "2026-11-23T10:00:00.000Z";

export const approval = (name: string, more: Partial<Approval> = {}): Approval => ({
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

export const incident = (name: string, openedAt = at): Incident => ({
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
