import * as z from "zod";
import { AlarmEvent } from "./alarm.ts";
import { Person } from "./approval.ts";
import { ActionDigest, ApprovalId, CallId, IncidentId } from "./ids.ts";
import { Message, TokenUsage } from "./message.ts";
import { Mode, RunbookModes } from "./mode.ts";
import { MicroUsd } from "./money.ts";
import { AutomationPreview } from "./preview.ts";
import { Assessment, ChangeHandle, Guarded, PlannedAction, ToolResult } from "./tool.ts";

export const Budgets = z.strictObject({
  turns: z.int().positive(),
  tokens: z.int().positive(),
  /** What the run itself may spend: model tokens, logs scanned, automation. */
  spend: MicroUsd,
  /** Milliseconds, waiting for people not counted. */
  wallMs: z.int().positive(),
  /** The same tool with the same input this often ends the run. */
  sameCall: z.int().min(2),
});
export type Budgets = z.infer<typeof Budgets>;

const RunStarted = z.strictObject({
  type: z.literal("run_started"),
  incidentId: IncidentId,
  alarm: AlarmEvent,
  mode: Mode,
  /** Modes that the settings give single runbooks; absent where they give none. */
  modes: RunbookModes.optional(),
  environment: z.string(),
  model: z.string(),
  promptHash: z.string(),
  policyHash: z.string(),
  budgets: Budgets,
  /** Who or what asked for the run; may not approve its changes. */
  requester: z.string(),
  /** The guardrail that screens what the model reads, and its version; absent where none is configured. */
  guardrail: z.string().optional(),
});

/** The alarm as the model is shown it, where a guardrail is configured; `run_started` keeps it as it came. */
const AlarmScreened = z.strictObject({
  type: z.literal("alarm_screened"),
  text: z.string(),
  guardrail: Guarded.optional(),
});

/** A tool call of a reply. `invalid` names no tool or fails its schema: it is refused and never assessed. */
export const Call = z.strictObject({
  callId: CallId,
  toolUseId: z.string(),
  tool: z.string(),
  kind: z.enum(["read", "change", "conclude", "invalid"]),
  input: z.json(),
  /** What the model is told about an invalid call. */
  problem: z.string().optional(),
});
export type Call = z.infer<typeof Call>;

const ModelReplied = z.strictObject({
  type: z.literal("model_replied"),
  turn: z.int().positive(),
  modelId: z.string(),
  message: Message,
  stopReason: z.string(),
  usage: TokenUsage,
  cost: MicroUsd,
  latencyMs: z.number(),
  fallbacks: z.array(z.strictObject({ modelId: z.string(), reason: z.string() })).readonly(),
  calls: z.array(Call),
});

export const Decision = z.strictObject({
  verdict: z.enum(["allow", "ask", "deny"]),
  /** Approvals that the call needs; 0 for allow and deny. */
  quorum: z.int().min(0).max(2),
  /** Ids of the policies that decided. */
  policies: z.array(z.string()),
  /** Why it is not simply allowed, in words for the card and the model. */
  reasons: z.array(z.string()),
});
export type Decision = z.infer<typeof Decision>;

/** What policy sees: flat, computed by code, and never a text that somebody else wrote. */
export const Facts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
export type Facts = z.infer<typeof Facts>;

const CallAssessed = z.strictObject({
  type: z.literal("call_assessed"),
  callId: CallId,
  decision: Decision,
  facts: Facts,
  assessment: Assessment.optional(),
  digest: ActionDigest.optional(),
  /** What policy would have decided in mode `auto`, all else being the same; absent where that is the mode. */
  wouldHave: Decision.optional(),
});

const ApprovalRequested = z.strictObject({
  type: z.literal("approval_requested"),
  callId: CallId,
  approvalId: ApprovalId,
  digest: ActionDigest,
  quorum: z.int().min(1).max(2),
  expiresAt: z.iso.datetime(),
  /** What people were shown of an Automation's steps. */
  preview: AutomationPreview.optional(),
});

const ApprovalDecided = z.strictObject({
  type: z.literal("approval_decided"),
  callId: CallId,
  approvalId: ApprovalId,
  outcome: z.enum(["approved", "denied", "changed", "expired", "void"]),
  digest: ActionDigest,
  approvers: z.array(z.strictObject({ person: Person, at: z.iso.datetime() })),
  comment: z.string(),
  /** Present where the guardrail changed the comment, which the model reads. */
  guardrail: Guarded.optional(),
});

/** The write-ahead line: durable before anything is sent. */
const ChangeStarted = z.strictObject({
  type: z.literal("change_started"),
  callId: CallId,
  /** Stands in the service's own record of what was sent, so that its fate can be learned. */
  actionId: z.string(),
  digest: ActionDigest,
  plan: PlannedAction,
  /** Facts and decision of the last check, made right before this line. */
  decision: Decision,
});

const ChangeSent = z.strictObject({
  type: z.literal("change_sent"),
  callId: CallId,
  handle: ChangeHandle,
  /** True when it was found again after a crash rather than sent now. */
  reconciled: z.boolean(),
});

const CallFinished = z.strictObject({
  type: z.literal("call_finished"),
  callId: CallId,
  result: ToolResult,
  /** A change that reached its target; only these are verified. */
  applied: z.boolean(),
  /** Why it did not run, when governance, a person or a check stopped it. */
  refused: z
    .enum([
      "invalid",
      "observed",
      "denied",
      "rejected",
      "changed",
      "expired",
      "void",
      "drift",
      "stopped",
      "precondition",
      "grounding",
    ])
    .optional(),
});

const Verified = z.strictObject({
  type: z.literal("verified"),
  calls: z.array(CallId),
  verdict: z.enum(["recovered", "no_effect", "worse", "unknown"]),
  /** What was measured: metric, threshold and the datapoints after the change. */
  measured: z.string(),
  datapoints: z.array(z.strictObject({ at: z.number(), value: z.number() })),
  /** The runbook's declared way back, told to the model when there was no recovery. */
  rollback: z.string().optional(),
  /** Present where the guardrail changed `measured`, in which whoever made the alarm named what it watches. */
  guardrail: Guarded.optional(),
});

export const Outcome = z.enum(["healed", "nothing_to_do", "escalated", "denied"]);
export type Outcome = z.infer<typeof Outcome>;

const RunConcluded = z.strictObject({
  type: z.literal("run_concluded"),
  outcome: Outcome,
  reason: z.string(),
  rootCause: z.string().optional(),
  citations: z.array(z.string()),
  findings: z.array(z.string()),
});

/** The alarm went back to OK after a run that changed nothing: the one thing that may follow a conclusion. */
const AlarmRecovered = z.strictObject({ type: z.literal("alarm_recovered"), at: z.iso.datetime() });

export const RunEvent = z.discriminatedUnion("type", [
  RunStarted,
  AlarmScreened,
  ModelReplied,
  CallAssessed,
  ApprovalRequested,
  ApprovalDecided,
  ChangeStarted,
  ChangeSent,
  CallFinished,
  Verified,
  RunConcluded,
  AlarmRecovered,
]);
export type RunEvent = z.infer<typeof RunEvent>;
export type EventOf<Type extends RunEvent["type"]> = Extract<RunEvent, { type: Type }>;
