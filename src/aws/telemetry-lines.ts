import { redact } from "../digest/redact.ts";
import { HealerError } from "../domain/errors.ts";
import type { Entry } from "../domain/journal.ts";
import type { Step } from "../domain/next.ts";
import type { Run } from "../domain/run.ts";
import { gaugeNamespace } from "./gauges.ts";
import { clean, factsOf, kindOf } from "./telemetry-facts.ts";
import { metricsOf } from "./telemetry-metrics.ts";

/** Writes to the function's own log: JSON lines for people, embedded metrics for CloudWatch. */
export type Lines = {
  entry(entry: Entry): void;
  failure(step: Step, run: Run, error: unknown): void;
};

export async function openLines(environment: string): Promise<Lines> {
  const [{ Logger }, { Metrics }] = await Promise.all([
    import("@aws-lambda-powertools/logger"),
    import("@aws-lambda-powertools/metrics"),
  ]);
  const serviceName = "incident-healer";
  const logger = new Logger({
    serviceName,
    persistentKeys: { environment },
    // The last door: whatever a line is made of, what looks like a secret does not leave.
    jsonReplacerFn: (_, value) => (typeof value === "string" ? redact(value).text : value),
  });
  const metrics = new Metrics({ serviceName, namespace: gaugeNamespace, defaultDimensions: { environment } });
  return {
    entry({ runId, seq, actor, events }) {
      logger.info("journaled", { runId, seq, actor, events: events.map((event) => clean(factsOf(event))) });
      for (const { dimensions, values } of events.flatMap(metricsOf)) {
        metrics.addDimensions(clean(dimensions));
        for (const [name, unit, value] of values) metrics.addMetric(name, unit, value);
        metrics.publishStoredMetrics();
      }
    },
    failure(step, run, error) {
      const what = { runId: run.runId, seq: run.seq, step: step.do, error: kindOf(error), ...wordsOf(error) };
      if (error instanceof HealerError && error.retryable) logger.warn("step failed", what);
      else logger.error("step failed", what);
    },
  };
}

/** Our own words may be read; a stranger's error may hold what it choked on, so only where it came from is kept. */
function wordsOf(error: unknown): Readonly<Record<string, unknown>> {
  if (error instanceof HealerError) return clean({ detail: error.message });
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const frames = stack.split("\n").flatMap((line) => /^\s+at .*?([^/\\(]+:\d+:\d+)\)?$/.exec(line)?.[1] ?? []);
  return { frames: frames.slice(0, 5) };
}
