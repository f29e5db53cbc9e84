import type { Step } from "../domain/next.ts";
import type { Run } from "../domain/run.ts";
import type { Performance } from "./perform.ts";

/**
 * Watches a step's work from outside. What it yields, returns and throws must come out unchanged and in order: a yielded
 * event is still durable before the work's next line runs.
 */
export type Telemetry = {
  observe(step: Step, run: Run, work: Performance): Performance;
  /** Hands over what is not yet told, before the process may be frozen. Never rejects, and gives up soon. */
  flush?(): Promise<void>;
};

export const noTelemetry: Telemetry = { observe: (_step, _run, work) => work };
