import type * as z from "zod";
import type { Call } from "../domain/event.ts";
import { callId } from "../domain/ids.ts";
import { type Message, type ToolUse, toolUsesOf } from "../domain/message.ts";
import type { Tool } from "../domain/tool.ts";

/** More calls than this in one reply are refused: a runaway reply must not become a runaway run. */
const mostCalls = 16;

/**
 * Reads the calls of a reply. A call that names no tool, fails its schema or comes in a reply that was cut short is kept
 * as `invalid` with words for the model; nothing of it is ever assessed or run.
 */
export function readCalls(
  message: Message,
  stopReason: string,
  turn: number,
  tools: ReadonlyMap<string, Tool>,
): readonly Call[] {
  return toolUsesOf(message).map((use, index) => {
    const id = { callId: callId(turn, index), toolUseId: use.toolUseId, tool: use.name };
    const input = use.input;
    if (stopReason !== "tool_use") {
      return {
        ...id,
        input,
        kind: "invalid",
        problem: `Not run: the reply stopped with ${stopReason}. Call it again.`,
      };
    }
    if (index >= mostCalls) {
      return { ...id, input, kind: "invalid", problem: `Not run: at most ${mostCalls} calls in one reply.` };
    }
    return { ...id, ...parsed(use, tools) };
  });
}

function parsed(use: ToolUse, tools: ReadonlyMap<string, Tool>): Pick<Call, "input" | "kind" | "problem"> {
  const tool = tools.get(use.name);
  if (tool === undefined) {
    const problem = `There is no tool ${JSON.stringify(use.name)}. The tools are: ${[...tools.keys()].join(", ")}.`;
    return { input: use.input, kind: "invalid", problem };
  }
  const result = tool.input.safeParse(use.input);
  if (result.success) return { input: use.input, kind: tool.kind };
  return {
    input: use.input,
    kind: "invalid",
    problem: `The input of ${use.name} is not valid.\n${faults(result.error)}`,
  };
}

const faults = (error: z.ZodError): string =>
  error.issues
    .slice(0, 8)
    .map((issue) => `- ${issue.path.length === 0 ? "input" : issue.path.join(".")}: ${issue.message}`)
    .join("\n");

/** Gives every call of a reply an id of its own: two that share one would get each other's results. */
export function withUniqueToolUseIds(message: Message, taken: ReadonlySet<string>, turn: number): Message {
  const seen = new Set(taken);
  const content = message.content.map((block, index) => {
    if (!("toolUse" in block)) return block;
    const { toolUseId: given } = block.toolUse;
    // Our own spelling is not a model's to use: it could take an id that a later call needs.
    const valid = /^(?!healer-)[a-zA-Z0-9_.:-]{1,64}$/.test(given) && !seen.has(given);
    const toolUseId = valid ? given : `healer-t${turn}-${index}`;
    seen.add(toolUseId);
    return { toolUse: { ...block.toolUse, toolUseId } };
  });
  return { ...message, content };
}
