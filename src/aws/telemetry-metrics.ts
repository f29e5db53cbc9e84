import type { EventOf, RunEvent } from "../domain/event.ts";
import type { Guarded } from "../domain/tool.ts";

export type Unit = "Count" | "Milliseconds" | "None";

/** Values that share their dimensions, and so one line in CloudWatch's embedded metric format. */
export type MetricGroup = {
  readonly dimensions: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [name: string, unit: Unit, value: number])[];
};

/**
 * What is counted of an event. Dimensions come from short lists, since each combination is a metric that is paid for; how
 * many approvals wait is not counted but looked up, in gauges.ts.
 */
export function metricsOf(event: RunEvent): readonly MetricGroup[] {
  switch (event.type) {
    case "run_started":
      return [one("RunsStarted")];
    case "alarm_screened":
      return guarded(event.guardrail);
    case "model_replied":
      return [replyMetrics(event)];
    case "call_assessed":
      return [one("Decisions", { verdict: event.decision.verdict })];
    case "approval_requested":
      return [one("ApprovalsRequested")];
    case "approval_decided":
      return [one("ApprovalsDecided", { outcome: event.outcome })];
    case "change_started":
      return [one("ChangesStarted")];
    case "change_sent":
    case "alarm_recovered":
      return [];
    case "call_finished":
      return finishedMetrics(event);
    case "verified":
      return [one("Verifications", { verdict: event.verdict }), ...guarded(event.guardrail)];
    case "run_concluded": {
      const concluded = one("RunsConcluded", { outcome: event.outcome });
      return event.outcome === "escalated" ? [concluded, one("Escalations")] : [concluded];
    }
  }
}

function replyMetrics({ modelId, usage, cost, latencyMs, fallbacks }: EventOf<"model_replied">): MetricGroup {
  return {
    dimensions: { model: modelId },
    values: [
      ["Turns", "Count", 1],
      ["InputTokens", "Count", usage.inputTokens],
      ["OutputTokens", "Count", usage.outputTokens],
      ["CacheReadTokens", "Count", usage.cacheReadTokens],
      ["CacheWriteTokens", "Count", usage.cacheWriteTokens],
      ["ModelDollars", "None", cost / 1e6],
      ["ModelLatency", "Milliseconds", latencyMs],
      ["ModelFallbacks", "Count", fallbacks.length],
    ],
  };
}

function finishedMetrics({ applied, refused, result }: EventOf<"call_finished">): readonly MetricGroup[] {
  return [
    ...(applied ? [one("ChangesApplied")] : []),
    ...guarded(result.guardrail),
    ...(refused === undefined ? [] : [one("CallsRefused", { refused })]),
    ...(result.cost > 0
      ? [{ dimensions: {}, values: [["ToolDollars", "None", result.cost / 1e6]] } satisfies MetricGroup]
      : []),
  ];
}

const guarded = (by: Guarded | undefined): readonly MetricGroup[] =>
  by === undefined ? [] : [one(by.withheld === undefined ? "GuardrailInterventions" : "GuardrailFailures")];

const one = (name: string, dimensions: Readonly<Record<string, string>> = {}): MetricGroup => ({
  dimensions,
  values: [[name, "Count", 1]],
});
