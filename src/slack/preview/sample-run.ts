import { type Approval, type ApprovalDecision, applyDecision } from "../../domain/approval.ts";
import type { Decision, EventOf, RunEvent } from "../../domain/event.ts";
import type { CallId, IncidentId } from "../../domain/ids.ts";
import type { Incident } from "../../domain/incident.ts";
import { type Entry, nextEntry } from "../../domain/journal.ts";
import { type MicroUsd, usd } from "../../domain/money.ts";
import { type Assessment, okResult } from "../../domain/tool.ts";
import {
  callOf,
  digestOf,
  minute,
  type SampleWords,
  sampleApproval,
  sampleAssessment,
  sampleIncident,
  samplePlan,
  sampleRunId,
  sampleStart,
} from "./sample-parts.ts";

/** What somebody did with the sample's approval, and what came of it. */
export type SampleStep =
  | { readonly kind: "decide"; readonly decision: Omit<ApprovalDecision, "at" | "digest">; readonly after: number }
  /** First of all steps: the mode let nothing happen, so nobody was asked. */
  | { readonly kind: "observe" }
  | { readonly kind: "start" }
  | { readonly kind: "finish" }
  | { readonly kind: "verify"; readonly verdict: "recovered" | "no_effect"; readonly rollback?: string }
  | { readonly kind: "roll_back" }
  | { readonly kind: "escalate" };

export type Sample = { readonly entries: readonly Entry[]; readonly approval: Approval; readonly incident: Incident };

/** A run as its journal would hold it: a traffic surge whose remedy costs more than the ceiling. */
export function sampleRun(words: SampleWords, steps: readonly SampleStep[]): Sample {
  const events: { readonly at: number; readonly events: readonly RunEvent[] }[] = [
    ...opening(words, steps[0]?.kind === "observe"),
  ];
  let approval = sampleApproval(words);
  let at = sampleStart + 3 * minute;
  for (const step of steps) {
    at += minute;
    if (step.kind === "decide") {
      const { decision, after } = step;
      at = sampleStart + after * minute;
      const outcome = applyDecision(approval, { ...decision, digest: approval.digest, at });
      if (!outcome.ok) throw new Error(outcome.why);
      approval = outcome.approval;
      if (approval.status !== "pending") events.push({ at, events: [decidedEvent(approval)] });
    } else events.push({ at, events: eventsOf(step, words) });
  }
  return { entries: chained(events), approval, incident: sampleIncident(words) };
}

function chained(points: readonly { readonly at: number; readonly events: readonly RunEvent[] }[]): readonly Entry[] {
  const entries: Entry[] = [];
  for (const { at, events } of points) {
    const content = { runId: sampleRunId, at: new Date(at).toISOString(), actor: "brain", events: [...events] };
    entries.push(nextEntry(entries.at(-1), content));
  }
  return entries;
}

function opening(
  words: SampleWords,
  observed: boolean,
): readonly { readonly at: number; readonly events: readonly RunEvent[] }[] {
  const logs = { callId: callOf(1, 1), toolUseId: "u1", tool: "fetch_logs", kind: "read" as const, input: {} };
  const metrics = { callId: callOf(1, 2), toolUseId: "u2", tool: "query_metrics", kind: "read" as const, input: {} };
  const found = (id: string, summary: string, source: string) => ({ id, summary, source });
  return [
    { at: sampleStart, events: [startedEvent(words)] },
    { at: sampleStart + 10_000, events: [replied(1, [logs, metrics])] },
    {
      at: sampleStart + 20_000,
      events: [
        finished(
          logs.callId,
          okResult("", "3 clusters", {
            findings: [
              found("t1c1-logs-1", words.finding, "/app/web"),
              found("t1c1-logs-2", "Queue wait passes 900 ms on every worker since 02:48", "/app/web"),
            ],
          }),
          false,
        ),
        finished(
          metrics.callId,
          okResult("", "2 series", {
            findings: [
              found("t1c2-metrics-1", "RequestCount is 4.1 × the same hour of last week", "AWS/ApplicationELB"),
              found("t1c2-metrics-2", "Cache hit rate fell from 93 % to 88 % in the same minutes", "AWS/ElastiCache"),
            ],
          }),
          false,
        ),
      ],
    },
    { at: sampleStart + 2 * minute, events: changeEvents(2, words, sampleAssessment(words), observed) },
    ...(observed ? [] : [{ at: sampleStart + 3 * minute, events: [requestedEvent(words)] }]),
  ];
}

const startedEvent = (words: SampleWords): RunEvent => ({
  type: "run_started",
  incidentId: "inc-20261123-k3vq" as IncidentId,
  alarm: {
    via: "eventbridge",
    change: "alarm",
    kind: "metric",
    alarmArn: "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:web-latency",
    alarmName: words.alarm,
    account: "111122223333",
    region: "eu-west-1",
    state: { value: "ALARM", reason: words.finding, at: new Date(sampleStart).toISOString() },
    metrics: [],
  },
  mode: "auto",
  environment: "production",
  model: "offline",
  promptHash: "",
  policyHash: "",
  budgets: { turns: 20, tokens: 200_000, spend: usd(1), wallMs: 3_600_000, sameCall: 3 },
  requester: "healer",
});

const replied = (turn: number, calls: Extract<RunEvent, { type: "model_replied" }>["calls"]): RunEvent => ({
  type: "model_replied",
  turn,
  modelId: "offline",
  message: { role: "assistant", content: [] },
  stopReason: "tool_use",
  usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
  cost: 0 as MicroUsd,
  latencyMs: 0,
  fallbacks: [],
  calls,
});

const finished = (
  callId: CallId,
  result: Extract<RunEvent, { type: "call_finished" }>["result"],
  applied: boolean,
): EventOf<"call_finished"> => ({
  type: "call_finished",
  callId,
  result,
  applied,
});

function changeEvents(turn: number, words: SampleWords, assessment: Assessment, observed = false): readonly RunEvent[] {
  const callId = callOf(turn, 1);
  const input = {
    detailed_root_cause: words.cause,
    action_justification: words.justification,
    findings: ["t1c1-logs-1", "t1c1-logs-2", "t1c2-metrics-1"],
    contradicting_findings: ["t1c2-metrics-2"],
  };
  const asks: Decision = {
    verdict: "ask",
    quorum: 1,
    policies: ["one-person-approves"],
    reasons: [words.reason, "its risk is medium"],
  };
  const denies: Decision = { verdict: "deny", quorum: 0, policies: ["observe-mode-changes-nothing"], reasons: [] };
  const decided = observed
    ? { decision: denies, facts: { mode: "observe" }, wouldHave: asks }
    : { decision: asks, facts: {} };
  return [
    replied(turn, [{ callId, toolUseId: `u${turn}`, tool: "run_ssm", kind: "change", input }]),
    { type: "call_assessed", callId, ...decided, assessment, digest: digestOf(assessment) },
  ];
}

function requestedEvent(words: SampleWords): RunEvent {
  const { callId, approvalId, digest, expiresAt } = sampleApproval(words);
  return { type: "approval_requested", callId, approvalId, digest, quorum: 1, expiresAt };
}

function decidedEvent(approval: Approval): RunEvent {
  const { callId, approvalId, digest, status } = approval;
  const outcome = status === "pending" ? "void" : status;
  const comment = approval.endedBy?.comment ?? "";
  return { type: "approval_decided", callId, approvalId, outcome, digest, approvers: approval.approvers, comment };
}

function eventsOf(step: Exclude<SampleStep, { kind: "decide" }>, words: SampleWords): readonly RunEvent[] {
  const callId = callOf(2, 1);
  const decision = { verdict: "ask" as const, quorum: 1, policies: ["one-person-approves"], reasons: [] };
  const start = (call: CallId, action?: string): RunEvent => {
    const assessment = sampleAssessment(words, action);
    return {
      type: "change_started",
      callId: call,
      actionId: `healer:${call}`,
      digest: digestOf(assessment),
      plan: samplePlan(words, action),
      decision,
    };
  };
  switch (step.kind) {
    case "observe":
      return [{ ...finished(callId, okResult("", words.result), false), refused: "observed" }];
    case "start":
      return [start(callId)];
    case "finish":
      return [finished(callId, okResult("", words.result), true)];
    case "verify":
      return [
        {
          type: "verified",
          calls: [callId],
          verdict: step.verdict,
          measured: words.measured,
          datapoints: [],
          ...(step.rollback === undefined ? {} : { rollback: step.rollback }),
        },
      ];
    case "roll_back": {
      const back = callOf(3, 1);
      const decided = changeEvents(3, words, sampleAssessment(words, "remove-capacity"));
      return [...decided, start(back, "remove-capacity"), finished(back, okResult("", "Capacity is back at 4."), true)];
    }
    case "escalate":
      return [{ type: "run_concluded", outcome: "escalated", reason: words.comment, citations: [], findings: [] }];
  }
}
