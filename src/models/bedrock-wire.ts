import type {
  ConverseCommandInput,
  ConverseCommandOutput,
  ContentBlock as WireBlock,
  Message as WireMessage,
  Tool as WireTool,
} from "@aws-sdk/client-bedrock-runtime";
import type { ContentBlock, Message, ModelReply, ModelRequest, TokenUsage, ToolSpec } from "../domain/message.ts";
import { normalizeHistory, withoutReasoning } from "./history.ts";
import { type ModelProfile, profileOf } from "./profiles.ts";

export type Effort = "low" | "medium" | "high" | "xhigh" | "max";
export type WireSettings = {
  /** Sent to models that take it, left out for the rest. */
  readonly temperature?: number;
  readonly effort?: Effort;
  /** Asks for a tool call in every reply, from models that can be asked. */
  readonly requireTool?: boolean;
  /** Without it, the model's own thinking in the history is dropped: only its author accepts it. */
  readonly keepReasoning: boolean;
};

const cachePoint = { cachePoint: { type: "default" as const } };

/** The Converse request for one model: only what its profile takes; an unknown id gets the barest form. */
export function wireRequest(modelId: string, request: ModelRequest, settings: WireSettings): ConverseCommandInput {
  const profile = profileOf(modelId);
  const kept = settings.keepReasoning ? request.messages : withoutReasoning(request.messages);
  const { messages, tools } = normalizeHistory(kept, request.tools);
  const cached = profile?.cachePoints !== undefined;
  const force = settings.requireTool === true && profile?.forcedTools === true;
  return {
    modelId,
    messages: wireMessages(messages, cached),
    inferenceConfig: inference(request.maxTokens, profile, settings),
    ...(request.system.trim() !== "" && { system: [{ text: request.system }, ...(cached ? [cachePoint] : [])] }),
    ...(tools.length > 0 && {
      toolConfig: { tools: wireTools(tools, cached), ...(force && { toolChoice: { any: {} } }) },
    }),
    ...(settings.effort !== undefined && profile?.effort === true && { outputConfig: { effort: settings.effort } }),
  };
}

/** The reply in the journal's shape; undefined when it lacks what every Converse reply has. */
export function replyOf(modelId: string, output: ConverseCommandOutput): Omit<ModelReply, "fallbacks"> | undefined {
  const message = output.output?.message;
  if (!Array.isArray(message?.content) || typeof output.stopReason !== "string") return undefined;
  return {
    modelId,
    message: { role: "assistant", content: message.content.flatMap(fromWire) },
    stopReason: output.stopReason,
    usage: usageOf(output),
    latencyMs: output.metrics?.latencyMs ?? 0,
  };
}

export const wireMessages = (messages: readonly Message[], cached: boolean): WireMessage[] =>
  messages.map(({ role, content }, index) => ({
    role,
    content: [...content.map(toWire), ...(cached && index === messages.length - 1 ? [cachePoint] : [])],
  }));

/** Sorted by name: a cache hit needs the same bytes in the same order. */
export const wireTools = (tools: readonly ToolSpec[], cached: boolean): WireTool[] => [
  ...[...tools].sort((a, b) => (a.name < b.name ? -1 : 1)).map(wireTool),
  ...(cached ? [cachePoint] : []),
];

const wireTool = ({ name, description, inputSchema }: ToolSpec): WireTool => ({
  toolSpec: {
    name,
    ...(description !== "" && { description }),
    inputSchema: { json: inputSchema as Record<string, never> },
  },
});

/** For a request whose own number is unusable. */
const fallbackTokens = 4_096;

/** The number of tokens is always said: left out, Bedrock reserves the model's maximum and throttles the account. */
function inference(maxTokens: number, profile: ModelProfile | undefined, { temperature }: WireSettings) {
  const most = profile?.outputTokens ?? Number.POSITIVE_INFINITY;
  const wanted = Number.isSafeInteger(Math.floor(maxTokens)) ? Math.floor(maxTokens) : fallbackTokens;
  return {
    maxTokens: Math.max(1, Math.min(wanted, most)),
    ...(temperature !== undefined && profile?.samplingParameters === true && { temperature }),
  };
}

function toWire(block: ContentBlock): WireBlock {
  if ("text" in block) return { text: block.text };
  if ("toolUse" in block) return { toolUse: { ...block.toolUse, input: block.toolUse.input as Record<string, never> } };
  if ("toolResult" in block) {
    const { toolUseId, status, content } = block.toolResult;
    return { toolResult: { toolUseId, status, content: content.map(({ text }) => ({ text })) } };
  }
  const { reasoningText, redactedContentBase64 } = block.reasoningContent;
  if (redactedContentBase64 !== undefined) {
    return { reasoningContent: { redactedContent: new Uint8Array(Buffer.from(redactedContentBase64, "base64")) } };
  }
  return { reasoningContent: { reasoningText: { text: "", ...reasoningText } } };
}

/** Blocks of a kind that the loop never asks for (images, citations) are left out of the kept message. */
function fromWire(block: WireBlock): ContentBlock[] {
  if (block.text !== undefined) return [{ text: block.text }];
  if (block.toolUse !== undefined) {
    const { toolUseId = "", name = "", input } = block.toolUse;
    return [{ toolUse: { toolUseId, name, input: (input ?? {}) as Record<string, never> } }];
  }
  if (block.reasoningContent === undefined) return [];
  const { reasoningText, redactedContent } = block.reasoningContent;
  if (redactedContent !== undefined) {
    return [{ reasoningContent: { redactedContentBase64: Buffer.from(redactedContent).toString("base64") } }];
  }
  if (reasoningText === undefined) return [];
  const { text = "", signature } = reasoningText;
  return [{ reasoningContent: { reasoningText: { text, ...(signature !== undefined && { signature }) } } }];
}

function usageOf({ usage }: ConverseCommandOutput): TokenUsage {
  return {
    inputTokens: usage?.inputTokens ?? 0,
    outputTokens: usage?.outputTokens ?? 0,
    cacheReadTokens: usage?.cacheReadInputTokens ?? 0,
    cacheWriteTokens: usage?.cacheWriteInputTokens ?? 0,
  };
}
