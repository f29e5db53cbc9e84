import type { Approval } from "../../src/domain/approval.ts";
import type { Call, EventOf, RunEvent } from "../../src/domain/event.ts";
import { type CallId, callId, RunId } from "../../src/domain/ids.ts";
import { type Entry, nextEntry } from "../../src/domain/journal.ts";
import { usd } from "../../src/domain/money.ts";
import { type Run, replay } from "../../src/domain/run.ts";
import { type Assessment, okResult, type PlannedAction } from "../../src/domain/tool.ts";

/** Journals in a few words, for tests of what is folded out of them. */
export const runId = RunId.parse("run-story");
export const start = Date.parse("2026-11-23T10:00:00.000Z");
export const minute = 60_000;
export const first = callId(1, 0);
export const digest = "a".repeat(64) as EventOf<"approval_requested">["digest"];
export const approvalId = "apr-story-t1c0" as EventOf<"approval_requested">["approvalId"];

export const budgets = { turns: 6, tokens: 10_000, spend: usd(1), wallMs: 30 * minute, sameCall: 3 };

export const runStarted = (more: Partial<EventOf<"run_started">> = {}): RunEvent => ({
  type: "run_started",
  incidentId: "inc-story" as EventOf<"run_started">["incidentId"],
  alarm: {
    via: "eventbridge",
    change: "alarm",
    kind: "metric",
    alarmArn: "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:disk",
    alarmName: "disk",
    account: "123456789012",
    region: "eu-west-1",
    state: { value: "ALARM", reason: "Threshold Crossed", at: "2026-11-23T09:59:00.000Z" },
    metrics: [
      { id: "m1", namespace: "Sim", name: "Disk", dimensions: { InstanceId: "i-01" }, period: 60, returnData: true },
    ],
  },
  mode: "auto",
  environment: "test",
  model: "test",
  promptHash: "p",
  policyHash: "q",
  budgets,
  requester: "healer:detector",
  ...more,
});

export const call = (turn: number, index: number, more: Partial<Call> = {}): Call => ({
  callId: callId(turn, index),
  toolUseId: `u-${turn}-${index}`,
  tool: "run_ssm",
  kind: "change",
  input: { turn, index },
  ...more,
});

export const replied = (
  turn: number,
  calls: readonly Call[],
  more: Partial<EventOf<"model_replied">> = {},
): RunEvent => ({
  type: "model_replied",
  turn,
  modelId: "test",
  message: { role: "assistant", content: [{ text: "…" }] },
  stopReason: calls.length > 0 ? "tool_use" : "end_turn",
  usage: { inputTokens: 100, outputTokens: 10, cacheReadTokens: 1, cacheWriteTokens: 2 },
  cost: usd(0.01),
  latencyMs: 5,
  fallbacks: [],
  calls: [...calls],
  ...more,
});

export const plan: PlannedAction = {
  document: { name: "AWS-RunShellScript", type: "Command", version: "1", hash: "h" },
  parameters: { commands: ["true"] },
  commandText: "true",
  targets: ["i-01"],
  account: "123456789012",
  region: "eu-west-1",
  timeoutSeconds: 60,
  runbook: { id: "disk-full", action: "free-space", step: "act", contentHash: "c" },
};

export const assessment = (more: Partial<Assessment> = {}): Assessment => ({
  kind: "change",
  risk: "low",
  riskReasons: [],
  price: {
    known: true,
    amount: usd(5),
    horizonHours: 24,
    monthly: usd(150),
    basis: "test",
    source: "test",
    asOf: "2026-11-01",
  },
  fleetSharePercent: 25,
  lastHealthy: false,
  reversible: true,
  failedPreconditions: [],
  managed: true,
  plan,
  ...more,
});

/** What an approval shows its approvers. */
export const card: Approval["card"] = {
  title: "t",
  alarm: "a",
  rootCause: "r",
  justification: "j",
  action: "x",
  citation: "c",
  evidence: [],
  askedBecause: [],
  policies: [],
  assessment: assessment(),
};

export const assessed = (
  verdict: "allow" | "ask" | "deny",
  id: CallId = first,
  more: Partial<EventOf<"call_assessed">> = {},
): RunEvent => ({
  type: "call_assessed",
  callId: id,
  decision: { verdict, quorum: verdict === "ask" ? 1 : 0, policies: ["p"], reasons: ["because"] },
  facts: {},
  assessment: assessment(),
  digest,
  ...more,
});

export const requested = (id: CallId = first): RunEvent => ({
  type: "approval_requested",
  callId: id,
  approvalId,
  digest,
  quorum: 1,
  expiresAt: "2026-11-23T10:30:00.000Z",
});

export const decided = (outcome: EventOf<"approval_decided">["outcome"], id: CallId = first): RunEvent => ({
  type: "approval_decided",
  callId: id,
  approvalId,
  outcome,
  digest,
  approvers: [{ person: { id: "slack:ada", name: "Ada", via: "slack" }, at: "2026-11-23T10:05:00.000Z" }],
  comment: "with care",
});

export const changeStarted = (id: CallId = first): RunEvent => ({
  type: "change_started",
  callId: id,
  actionId: `healer:${runId}:${id}`,
  digest,
  plan,
  decision: { verdict: "allow", quorum: 0, policies: [], reasons: [] },
});

export const changeSent = (id: CallId = first): RunEvent => ({
  type: "change_sent",
  callId: id,
  handle: { kind: "command", id: "cmd-1" },
  reconciled: false,
});

export const finished = (
  id: CallId = first,
  applied = false,
  more: Partial<EventOf<"call_finished">> = {},
): RunEvent => ({ type: "call_finished", callId: id, result: okResult("done", "done"), applied, ...more });

export const verified = (verdict: EventOf<"verified">["verdict"], ...calls: readonly CallId[]): RunEvent => ({
  type: "verified",
  calls: [...calls],
  verdict,
  measured: "…",
  datapoints: [],
});

export const concluded = (outcome: EventOf<"run_concluded">["outcome"] = "escalated"): RunEvent => ({
  type: "run_concluded",
  outcome,
  reason: "…",
  citations: [],
  findings: [],
});

/** Events that become durable at once. */
export type Together = RunEvent | readonly RunEvent[];

/** One entry a minute, each with those events. */
export function journal(...entries: Together[]): readonly Entry[] {
  const chain: Entry[] = [];
  for (const [index, events] of entries.entries()) {
    const at = new Date(start + index * minute).toISOString();
    const list = [events].flat() as RunEvent[];
    chain.push(nextEntry(chain.at(-1), { runId, at, actor: "test", events: list }));
  }
  return chain;
}

export const runOf = (...entries: Together[]): Run => replay(runId, journal(...entries));
