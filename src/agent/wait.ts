import { allCalls, type CallState, type Run } from "../domain/run.ts";
import type { AgentDeps } from "./deps.ts";

/** Waits of one run: who has looked again this often and still can not decide needs a person. */
const mostWaits = 3;

/**
 * Seconds until a read may be made; 0 for one that does not wait or may not. Counted from the durable reply that asked,
 * so that a driver that is killed meanwhile neither waits again nor too little.
 */
export function secondsToWait(call: CallState, run: Run, deps: AgentDeps): number {
  const delay = delayOf(call, deps);
  if (delay === undefined || whyNoWait(call, run, deps) !== undefined) return 0;
  return Math.max(0, call.askedAt / 1000 + delay - deps.ports.clock.now() / 1000);
}

/** Why a call is not waited for: the run has waited enough, or would be out of time before it ends. */
export function whyNoWait(call: CallState, run: Run, deps: AgentDeps): string | undefined {
  const delay = delayOf(call, deps);
  if (delay === undefined || run.started === undefined) return undefined;
  const waits = allCalls(run).filter((other) => delayOf(other, deps) !== undefined);
  if (waits.findIndex((other) => other.callId === call.callId) >= mostWaits) {
    return `This run has waited ${mostWaits} times already.`;
  }
  const left = run.started.budgets.wallMs - (call.askedAt - run.startedAt - run.waitedMs);
  return delay * 1000 < left ? undefined : `This run has only ${Math.max(0, Math.floor(left / 1000))} s left.`;
}

function delayOf(call: CallState, deps: AgentDeps): number | undefined {
  const tool = deps.tools.get(call.tool);
  return tool?.kind === "read" && call.kind === "read" ? tool.delay?.(tool.input.parse(call.input)) : undefined;
}
