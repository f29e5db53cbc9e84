import { messageOf } from "../domain/errors.ts";
import type { RunEvent } from "../domain/event.ts";
import type { CallState, Run } from "../domain/run.ts";
import { errorResult, type ToolResult } from "../domain/tool.ts";
import { contextFor } from "./context.ts";
import type { AgentDeps } from "./deps.ts";
import { judgeRead } from "./judge.ts";
import type { Performance } from "./perform.ts";
import { secondsToWait, whyNoWait } from "./wait.ts";

/** More characters than this of one result, and of all results of one reply, never reach the model or the journal. */
const mostCharacters = 24_000;
/** All results of a reply become one entry, and the table holds at most 400 kB in one; a character may take three bytes. */
const mostTogether = 96_000;

/**
 * Runs independent reads of one reply at the same time and makes their results durable at once, in order. Where one of
 * them has to wait, all are made after it.
 */
export async function* readAll(
  calls: readonly CallState[],
  run: Run,
  deps: AgentDeps,
  signal: AbortSignal,
): Performance {
  const seconds = Math.max(...calls.map((call) => secondsToWait(call, run, deps)));
  if (seconds > 0) return { wait: seconds };
  const { decision, facts } = await judgeRead(run, deps);
  const assessed = calls.map((call): RunEvent => ({ type: "call_assessed", callId: call.callId, decision, facts }));
  if (decision.verdict !== "allow") {
    yield assessed;
    return undefined;
  }
  const results = await Promise.all(calls.map((call) => readOne(call, run, deps, signal)));
  const finished = calls.map(
    (call, index): RunEvent => ({
      type: "call_finished",
      callId: call.callId,
      result: cut(
        results[index] ?? errorResult("no result", ""),
        Math.min(mostCharacters, mostTogether / calls.length),
      ),
      applied: false,
    }),
  );
  yield [...assessed, ...finished];
  return undefined;
}

async function readOne(call: CallState, run: Run, deps: AgentDeps, signal: AbortSignal): Promise<ToolResult> {
  const tool = deps.tools.get(call.tool);
  if (tool?.kind !== "read") throw new Error(`${call.tool} is not a read tool`);
  const refused = whyNoWait(call, run, deps);
  if (refused !== undefined) return errorResult(refused, "Decide on what you know, or conclude with outcome escalate.");
  const limit = AbortSignal.any([signal, AbortSignal.timeout(deps.settings.toolTimeoutMs)]);
  try {
    return await tool.execute(tool.input.parse(call.input), contextFor(run, call, deps, limit));
  } catch (error) {
    if (signal.aborted) throw error;
    return errorResult(
      `${call.tool} failed: ${words(error)}`,
      "Try another time range or source, or go on without it.",
    );
  }
}

const cut = (result: ToolResult, most: number): ToolResult =>
  result.forModel.length <= most
    ? result
    : {
        ...result,
        forModel: `${result.forModel.slice(0, most)}\n[cut: ${result.forModel.length} characters]`,
      };

/** What an error says, as much of it as a result or a reason may hold. */
export const words = (error: unknown): string => messageOf(error).slice(0, 500);
