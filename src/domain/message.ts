import * as z from "zod";

/** JSON-safe copies of the Bedrock Converse shapes; binary reasoning is base64, so that a journal can hold it. */
export const ReasoningBlock = z.strictObject({
  reasoningContent: z.strictObject({
    reasoningText: z.strictObject({ text: z.string(), signature: z.string().optional() }).optional(),
    redactedContentBase64: z.string().optional(),
  }),
});
export const TextBlock = z.strictObject({ text: z.string() });
export const ToolUseBlock = z.strictObject({
  toolUse: z.strictObject({ toolUseId: z.string(), name: z.string(), input: z.json() }),
});
export const ToolResultBlock = z.strictObject({
  toolResult: z.strictObject({
    toolUseId: z.string(),
    status: z.enum(["success", "error"]),
    content: z.array(TextBlock).readonly(),
  }),
});
export const ContentBlock = z.union([TextBlock, ToolUseBlock, ToolResultBlock, ReasoningBlock]);
export type ContentBlock = z.infer<typeof ContentBlock>;
export type ToolUse = z.infer<typeof ToolUseBlock>["toolUse"];

export const Message = z.strictObject({
  role: z.enum(["user", "assistant"]),
  content: z.array(ContentBlock).readonly(),
});
export type Message = Readonly<z.infer<typeof Message>>;

/** The nine that the service documents, and whatever it adds later. */
export const knownStopReasons = [
  "end_turn",
  "tool_use",
  "max_tokens",
  "stop_sequence",
  "guardrail_intervened",
  "content_filtered",
  "malformed_model_output",
  "malformed_tool_use",
  "model_context_window_exceeded",
] as const;
export type StopReason = (typeof knownStopReasons)[number] | (string & {});

export const TokenUsage = z.strictObject({
  inputTokens: z.int().nonnegative(),
  outputTokens: z.int().nonnegative(),
  cacheReadTokens: z.int().nonnegative(),
  cacheWriteTokens: z.int().nonnegative(),
});
export type TokenUsage = z.infer<typeof TokenUsage>;

export type ToolSpec = {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
};

export type ModelRequest = {
  readonly system: string;
  readonly messages: readonly Message[];
  readonly tools: readonly ToolSpec[];
  readonly maxTokens: number;
  /** Who wrote the last reply: thinking in the history is accepted only by its author. */
  readonly stickTo?: string;
};

export type ModelReply = {
  /** The exact id that answered, after any fallback. */
  readonly modelId: string;
  readonly message: Message;
  readonly stopReason: StopReason;
  readonly usage: TokenUsage;
  readonly latencyMs: number;
  /** Ids tried before this one, each with the reason it could not answer. */
  readonly fallbacks: readonly { readonly modelId: string; readonly reason: string }[];
};

export const toolUsesOf = (message: Message): readonly ToolUse[] =>
  message.content.flatMap((block) => ("toolUse" in block ? [block.toolUse] : []));

export const textOf = (message: Message): string =>
  message.content.flatMap((block) => ("text" in block ? [block.text] : [])).join("\n");

/** What a model wrote before an action or a conclusion, as far as it is text: why, and what it rests on. */
export type Explanation = {
  readonly rootCause?: string;
  readonly justification?: string;
  readonly citations: readonly string[];
};

/** The explanation of each call of a reply that has one. */
export const explanationsOf = (message: Message): readonly Explanation[] =>
  toolUsesOf(message).flatMap((use) => {
    const input = (use.input ?? {}) as Readonly<Record<string, unknown>>;
    const { detailed_root_cause: rootCause, action_justification: justification, citations } = input;
    const cited = Array.isArray(citations) ? citations.filter((one) => typeof one === "string") : [];
    if (typeof rootCause !== "string" && typeof justification !== "string" && cited.length === 0) return [];
    return [
      {
        ...(typeof rootCause === "string" && { rootCause }),
        ...(typeof justification === "string" && { justification }),
        citations: cited,
      },
    ];
  });
