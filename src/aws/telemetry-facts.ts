import { redact } from "../digest/redact.ts";
import { HealerError } from "../domain/errors.ts";
import type { RunEvent } from "../domain/event.ts";
import type { Step } from "../domain/next.ts";
import type { CallState, Run } from "../domain/run.ts";
import type { Guarded } from "../domain/tool.ts";

export type Facts = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export type SpanStart = { readonly name: string; readonly kind: "CLIENT" | "INTERNAL"; readonly attributes: Facts };

/** The span of one step, by OpenTelemetry's names for generative AI where they have one. */
export function spanOf(step: Step, run: Run): SpanStart {
  const common = { "gen_ai.conversation.id": run.runId, "healer.step": step.do };
  if (step.do === "think") {
    const model = run.turns.at(-1)?.reply.modelId ?? run.started?.model ?? "unknown";
    const asks = { "gen_ai.operation.name": "chat", "gen_ai.provider.name": "aws.bedrock" };
    const attributes = { ...common, ...asks, "gen_ai.request.model": model, "healer.turn": run.turns.length + 1 };
    return { name: `chat ${model}`, kind: "CLIENT", attributes };
  }
  const call = "call" in step ? { "gen_ai.tool.name": toolOf(step.call), "gen_ai.tool.call.id": step.call.callId } : {};
  return { name: `healer.${step.do}`, kind: "INTERNAL", attributes: { ...common, ...call } };
}

/** One more for each tool that the step runs; reads of one reply run together and end together. */
export function toolSpansOf(step: Step): readonly (Omit<SpanStart, "kind"> & { readonly callId: string })[] {
  const calls = step.do === "read" ? step.calls : step.do === "execute" ? [step.call] : [];
  return calls.map((call) => ({
    callId: call.callId,
    name: `execute_tool ${toolOf(call)}`,
    attributes: {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": toolOf(call),
      "gen_ai.tool.call.id": call.callId,
      "gen_ai.tool.type": "function",
    },
  }));
}

/** What a span learns from an event that its step made durable. */
export function spanAttributesOf(event: RunEvent): Facts {
  const { type: _, ...facts } = factsOf(event);
  const own = Object.fromEntries(Object.entries(facts).map(([key, value]) => [`healer.${key}`, value]));
  if (event.type !== "model_replied") return own;
  return {
    ...own,
    "gen_ai.response.model": event.modelId,
    "gen_ai.response.finish_reasons": [stopOf(event.stopReason)],
    "gen_ai.usage.input_tokens": event.usage.inputTokens,
    "gen_ai.usage.output_tokens": event.usage.outputTokens,
    "gen_ai.usage.cache_read.input_tokens": event.usage.cacheReadTokens,
    "gen_ai.usage.cache_creation.input_tokens": event.usage.cacheWriteTokens,
  };
}

/** What a log line may say of an event: listed one by one, because every text left out here was written by somebody else. */
export function factsOf(event: RunEvent): Facts & { readonly type: RunEvent["type"] } {
  const { type } = event;
  switch (event.type) {
    case "run_started":
      return { type, incidentId: event.incidentId, mode: event.mode, promptHash: event.promptHash };
    case "alarm_screened":
      return { type, ...guardedBy(event.guardrail) };
    case "model_replied": {
      const { turn, modelId: model, latencyMs, cost } = event;
      const tools = event.calls.map(toolOf);
      const fallbacks = event.fallbacks.map((fallback) => fallback.modelId);
      return { type, turn, model, latencyMs, microDollars: cost, stop: stopOf(event.stopReason), tools, fallbacks };
    }
    case "call_assessed": {
      const { verdict, quorum, policies } = event.decision;
      return { type, callId: event.callId, verdict, quorum, policies };
    }
    case "approval_requested":
      return { type, callId: event.callId, approvalId: event.approvalId, quorum: event.quorum };
    case "approval_decided":
      return { type, callId: event.callId, approvalId: event.approvalId, outcome: event.outcome };
    case "change_started":
      return { type, callId: event.callId, actionId: event.actionId, digest: event.digest };
    case "change_sent":
      return { type, callId: event.callId, reconciled: event.reconciled };
    case "call_finished": {
      const { callId, applied, result, refused = "no" } = event;
      const guarded = guardedBy(result.guardrail);
      return { type, callId, applied, refused, status: result.status, microDollars: result.cost, ...guarded };
    }
    case "verified":
      return { type, calls: event.calls, verdict: event.verdict, ...guardedBy(event.guardrail) };
    case "run_concluded":
      return { type, outcome: event.outcome, citations: event.citations.length, findings: event.findings.length };
    case "alarm_recovered":
      return { type, at: event.at };
  }
}

/** Policies by name; not why a text was withheld, which an upstream service worded. */
const guardedBy = (guarded: Guarded | undefined): Facts =>
  guarded === undefined
    ? {}
    : { guardrail: guarded.withheld === undefined ? "intervened" : "withheld", guardrailPolicies: guarded.policies };

/** The name in a call that no tool answers to is the model's own text. */
const toolOf = (call: Pick<CallState, "tool" | "kind">): string => (call.kind === "invalid" ? "invalid" : call.tool);

const stopOf = (reason: string): string => (/^[a-z_]{1,40}$/.test(reason) ? reason : "other");

/** The error's code or name, never its words. */
export function kindOf(error: unknown): string {
  if (error instanceof HealerError) return error.code;
  if (!(error instanceof Error)) return typeof error;
  return /^\w{1,60}$/.test(error.name) ? error.name : "Error";
}

/** Redacted before it is cut: half a secret is one too. */
export function clean<Value>(facts: Readonly<Record<string, Value>>): Record<string, Value> {
  const safe = (value: unknown): unknown => {
    if (typeof value === "string") return redact(value).text.slice(0, 200);
    return Array.isArray(value) ? value.map(safe) : value;
  };
  return Object.fromEntries(Object.entries(facts).map(([key, value]) => [key, safe(value) as Value]));
}
