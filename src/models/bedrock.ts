import type { ConverseCommandInput } from "@aws-sdk/client-bedrock-runtime";
import { type BedrockSdk, bedrockSdk } from "../aws/clients.ts";
import { isNamed } from "../aws/upstream.ts";
import { HealerError } from "../domain/errors.ts";
import type { ModelReply, ModelRequest } from "../domain/message.ts";
import type { Model } from "../domain/ports.ts";
import { chainError, type Fault, faultOf } from "./bedrock-faults.ts";
import { replyOf, type WireSettings, wireRequest } from "./bedrock-wire.ts";
import { hasReasoning } from "./history.ts";
import { defaultModels, foundationIdOf } from "./profiles.ts";

export type BedrockOptions = Omit<WireSettings, "keepReasoning"> & {
  /** Inference profiles in the order in which they are tried. */
  readonly models?: readonly string[];
  /** See `stickTo` of a request; this one counts where the request names none. */
  readonly stickTo?: string;
  readonly sdk?: BedrockSdk;
};

export type BedrockRequest = ModelRequest & {
  /** The model that wrote the thinking in this history: tried first, because only its author accepts it. */
  readonly stickTo?: string | undefined;
};

/**
 * Bedrock's Converse as the model port. A model that cannot be used or does not answer hands over to the next one, and
 * the reply says which were passed over and why; a request that no model would take fails at once.
 */
export function bedrockModel({
  models = defaultModels,
  stickTo,
  sdk = bedrockSdk(),
  ...settings
}: BedrockOptions = {}): Model {
  // What was refused for good stays refused while this process lives, so that each turn does not ask again.
  const refused = new Map<string, Fault>();

  return {
    async converse({ stickTo: writtenBy = stickTo, ...request }: BedrockRequest, signal) {
      const bound = writtenBy !== undefined && hasReasoning(request.messages);
      const chain = [...new Set(bound ? [writtenBy, ...models] : models)];
      const author = foundationIdOf(chain[0] ?? "");
      if (chain.every((modelId) => refused.has(modelId))) refused.clear();
      const faults: Fault[] = [];
      const fallbacks: { modelId: string; reason: string }[] = [];
      for (const modelId of chain) {
        const keepReasoning = foundationIdOf(modelId) === author;
        const answer =
          refused.get(modelId) ?? (await ask(sdk, modelId, request, { ...settings, keepReasoning }, signal));
        if ("message" in answer) return { ...answer, fallbacks };
        if (answer.kind === "request" || answer.kind === "account") throw chainError([answer]);
        if (answer.lasting) refused.set(modelId, answer);
        faults.push(answer);
        fallbacks.push({ modelId, reason: answer.reason });
      }
      throw chainError(faults);
    },
  };
}

type Answer = Omit<ModelReply, "fallbacks"> | Fault;

/** One model, asked twice where the SDK does not repeat by itself but a repetition can help. */
async function ask(
  sdk: BedrockSdk,
  modelId: string,
  request: ModelRequest,
  settings: WireSettings,
  signal: AbortSignal,
): Promise<Answer> {
  const first = await attempt(sdk, wireRequest(modelId, request, settings), modelId, signal);
  if (!("again" in first)) return first;
  const maxTokens = first.again === "shorter" ? Math.ceil(request.maxTokens / 2) : request.maxTokens;
  const keepReasoning = first.again === "without_thinking" ? false : settings.keepReasoning;
  const input = wireRequest(modelId, { ...request, maxTokens }, { ...settings, keepReasoning });
  const second = await attempt(sdk, input, modelId, signal);
  return "again" in second ? second.fault : second;
}

type Again = { readonly again: "same" | "shorter" | "without_thinking"; readonly fault: Fault };

async function attempt(
  sdk: BedrockSdk,
  input: ConverseCommandInput,
  modelId: string,
  signal: AbortSignal,
): Promise<Answer | Again> {
  try {
    const { api, client } = await sdk();
    const output = await client.send(new api.ConverseCommand(input), { abortSignal: signal });
    const reason = `${modelId}: a reply without a message`;
    return replyOf(modelId, output) ?? { again: "same", fault: { kind: "busy", reason, hint: "Ask again later." } };
  } catch (error) {
    if (signal.aborted) throw cancelled(modelId, signal);
    const fault = faultOf(error, modelId);
    // Losing thoughts costs a little quality; keeping them would end the run, on this call and on every later one.
    if (fault.kind === "thinking") return { again: "without_thinking", fault };
    if (isNamed(error, "ModelTimeoutException")) return { again: "shorter", fault };
    return isNamed(error, "ModelErrorException", "SyntaxError") ? { again: "same", fault } : fault;
  }
}

const cancelled = (modelId: string, signal: AbortSignal) =>
  new HealerError("model_unavailable", `the call of ${modelId} was cancelled`, {
    hint: "Out of time; the run goes on where it stopped.",
    retryable: true,
    cause: signal.reason,
  });
