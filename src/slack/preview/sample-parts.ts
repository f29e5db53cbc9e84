import type { Approval } from "../../domain/approval.ts";
import type { ActionDigest, ApprovalId, CallId, IncidentId, RunId } from "../../domain/ids.ts";
import type { Incident } from "../../domain/incident.ts";
import { canonicalJson, sha256 } from "../../domain/journal.ts";
import { usd } from "../../domain/money.ts";
import type { AutomationPreview } from "../../domain/preview.ts";
import type { Assessment, PlannedAction } from "../../domain/tool.ts";

/** The texts that a sample's logs, alarm and model wrote: the hostile and the long card differ in these only. */
export type SampleWords = {
  readonly alarm: string;
  readonly cause: string;
  readonly justification: string;
  readonly finding: string;
  readonly command: string;
  readonly reason: string;
  readonly result: string;
  readonly measured: string;
  readonly comment: string;
  /** What Systems Manager foresees of an Automation, or why it does not, in its words. */
  readonly preview?: AutomationPreview;
};

export const sampleStart = Date.parse("2026-11-23T02:51:00Z");
export const minute = 60_000;
export const sampleRunId = "run-20261123-0251-k3vq" as RunId;
const sampleApprovalId = "apr-20261123-0251-k3vq-t2c1" as ApprovalId;
export const callOf = (turn: number, index: number): CallId => `t${turn}c${index}` as CallId;

export function samplePlan(words: SampleWords, action = "add-capacity"): PlannedAction {
  return {
    document: { name: "Healer-ScaleOut", type: "Command", version: "3", hash: sha256("Healer-ScaleOut") },
    parameters: {},
    commandText: action === "remove-capacity" ? "healer-scale --group web --desired 4" : words.command,
    targets: ["i-0a41c7d2", "i-0b93e6f8"],
    account: "111122223333",
    region: "eu-west-1",
    timeoutSeconds: 600,
    runbook: { id: "traffic-surge", action, step: "add-capacity-for-a-day", contentHash: sha256("step") },
  };
}

export const sampleAssessment = (words: SampleWords, action?: string): Assessment => ({
  kind: "change",
  risk: "medium",
  riskReasons: ["adds machines to a group that takes production traffic"],
  price: {
    known: true,
    amount: usd(32.64),
    horizonHours: 24,
    monthly: usd(992.8),
    basis: "2 × c5.4xlarge × $0.68/h × 24 h",
    source: "AWS Price List",
    asOf: "2026-07-20",
  },
  fleetSharePercent: 33,
  lastHealthy: false,
  reversible: true,
  failedPreconditions: [],
  managed: true,
  plan: samplePlan(words, action),
});

export const digestOf = (assessment: Assessment): ActionDigest =>
  sha256(canonicalJson(assessment.plan)) as ActionDigest;

export function sampleApproval(words: SampleWords): Approval {
  const assessment = sampleAssessment(words);
  const requestedAt = sampleStart + 3 * minute;
  return {
    approvalId: sampleApprovalId,
    runId: sampleRunId,
    callId: callOf(2, 1),
    digest: digestOf(assessment),
    status: "pending",
    quorum: 1,
    approvers: [],
    requester: "healer",
    allowed: ["slack:T0HEALER1/U0ADA0001", "slack:T0HEALER1/U0GRACE02", "terminal:ada"],
    requestedAt: new Date(requestedAt).toISOString(),
    expiresAt: new Date(requestedAt + 30 * minute).toISOString(),
    version: 0,
    card: {
      title: "traffic-surge: add-capacity",
      alarm: words.alarm,
      rootCause: words.cause,
      justification: words.justification,
      action: words.command,
      citation: "traffic-surge#add-capacity-for-a-day",
      evidence: ["t1c1-logs-1", "t1c1-logs-2", "t1c2-metrics-1"],
      askedBecause: [words.reason, "its risk is medium"],
      policies: ["one-person-approves"],
      assessment,
      ...(words.preview && { preview: words.preview }),
    },
  };
}

export const sampleIncident = (words: SampleWords): Incident => ({
  incidentId: "inc-20261123-k3vq" as IncidentId,
  runId: sampleRunId,
  status: "open",
  severity: "SEV2",
  title: words.alarm,
  resource: "111122223333/eu-west-1/LoadBalancer=app/web/50dc6c495c0c9188",
  alarmArn: "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:web-latency",
  alarmName: words.alarm,
  seen: [],
  stateAt: new Date(sampleStart).toISOString(),
  openedAt: new Date(sampleStart).toISOString(),
});
