import { type BedrockSdk, bedrockSdk } from "../aws/clients.ts";
import type { ModelRequest } from "../domain/message.ts";
import { wireRequest } from "./bedrock-wire.ts";
import { foundationIdOf } from "./profiles.ts";

export type TokenCount = { readonly tokens: number; readonly exact: boolean };

/** How many tokens a request has; an estimate wherever the service does not count for this model. Never rejects. */
export async function countTokens(
  modelId: string,
  request: ModelRequest,
  signal: AbortSignal,
  sdk: BedrockSdk = bedrockSdk({ maxAttempts: 1, requestTimeoutMs: 5_000 }),
): Promise<TokenCount> {
  const { messages, system, toolConfig } = wireRequest(modelId, request, { keepReasoning: true });
  try {
    const { api, client } = await sdk();
    const input = { converse: { messages, system, toolConfig } };
    // Only the foundation id: the service answers a profile id with "doesn't support counting tokens".
    const reply = await client.send(new api.CountTokensCommand({ modelId: foundationIdOf(modelId), input }), {
      abortSignal: signal,
    });
    if (reply.inputTokens !== undefined) return { tokens: reply.inputTokens, exact: true };
  } catch {
    // Several current models cannot be counted here at all, so a failure is ordinary.
  }
  return { tokens: estimateTokens(request), exact: false };
}

/** 3.5 characters a token, and a third more for the newer tokenizer: too high rather than too low. */
export function estimateTokens({ system, messages, tools }: ModelRequest): number {
  const characters = system.length + JSON.stringify(messages).length + JSON.stringify(tools).length;
  return Math.ceil((characters / 3.5) * 1.3);
}
