import * as z from "zod";
import { type Message, type ToolSpec, toolUsesOf } from "../domain/message.ts";
import type { Run } from "../domain/run.ts";
import type { Tool } from "../domain/tool.ts";
import { readCalls, withUniqueToolUseIds } from "./calls.ts";
import { conversation } from "./conversation.ts";
import type { AgentDeps } from "./deps.ts";
import type { Performance } from "./perform.ts";

/** One model reply, made durable with the calls that code read out of it and what it cost. */
export async function* think(run: Run, deps: AgentDeps, signal: AbortSignal): Performance {
  const turn = run.turns.length + 1;
  const request = {
    system: deps.prompt.text,
    messages: conversation(run),
    tools: [...deps.tools.values()].map(toolSpec),
    maxTokens: deps.settings.maxTokens,
    ...stickTo(run),
  };
  const limit = AbortSignal.any([signal, AbortSignal.timeout(deps.settings.modelTimeoutMs)]);
  const reply = await deps.model.converse(request, limit);
  const message = withUniqueToolUseIds(reply.message, takenIds(run), turn);
  yield [
    {
      type: "model_replied",
      turn,
      modelId: reply.modelId,
      message,
      stopReason: reply.stopReason,
      usage: reply.usage,
      cost: deps.priceOf(reply.modelId, reply.usage),
      latencyMs: reply.latencyMs,
      fallbacks: [...reply.fallbacks],
      calls: [...readCalls(message, reply.stopReason, turn, deps.tools)],
    },
  ];
  return undefined;
}

/** What the model is told a tool takes. Input side of the schema, since that is what it writes. */
export function toolSpec(tool: Tool): ToolSpec {
  const known = specs.get(tool);
  if (known !== undefined) return known;
  // Sent with every request: the dialect and "every key is a string" say nothing that a model or Bedrock needs.
  const { $schema: _, ...inputSchema } = z.toJSONSchema(tool.input, { io: "input", override: withoutStringKeys });
  const spec = { name: tool.name, description: tool.description, inputSchema };
  specs.set(tool, spec);
  return spec;
}

function withoutStringKeys({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  const keys = jsonSchema.propertyNames;
  if (typeof keys === "object" && keys.type === "string" && Object.keys(keys).length === 1) {
    delete jsonSchema.propertyNames;
  }
}

/** A schema takes a millisecond to write down and never changes. */
const specs = new WeakMap<Tool, ToolSpec>();

function stickTo(run: Run): { readonly stickTo?: string } {
  const modelId = run.turns.at(-1)?.reply.modelId;
  return modelId === undefined ? {} : { stickTo: modelId };
}

const takenIds = (run: Run): ReadonlySet<string> =>
  new Set(run.turns.flatMap((turn) => toolUsesOf(turn.reply.message as Message).map((use) => use.toolUseId)));
