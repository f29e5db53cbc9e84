import type { EventOf } from "../domain/event.ts";
import { allCalls, type Run } from "../domain/run.ts";

/**
 * How a run ends that can not go on by itself. A change whose fate nobody has learned is named, so that the person who
 * takes over looks there first.
 */
export function abandoned(run: Run, reason: string): EventOf<"run_concluded"> {
  const unknown = allCalls(run)
    .filter((call) => call.started !== undefined && call.finished === undefined)
    .map((call) => ` A change was started and its fate is not known: look for ${call.started?.actionId}.`);
  const outcome = "escalated";
  return { type: "run_concluded", outcome, reason: [reason, ...unknown].join(""), citations: [], findings: [] };
}
