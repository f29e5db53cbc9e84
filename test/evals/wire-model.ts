import type { ModelRequest } from "../../src/domain/message.ts";
import { offlineModel } from "../../src/models/offline.ts";
import type { AwsAnswer, AwsCall } from "../wire/aws-stub.ts";

type WireInput = {
  readonly system?: readonly { readonly text?: string }[];
  readonly messages: readonly { readonly role: "user" | "assistant"; readonly content: readonly object[] }[];
  readonly toolConfig?: { readonly tools: readonly { readonly toolSpec?: WireTool }[] };
  readonly inferenceConfig: { readonly maxTokens: number };
};
type WireTool = {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: { readonly json: object };
};

/** Converse as a service would answer it whose model follows runbooks: what comes over the wire is all that it sees. */
export async function answerAsFollower(call: AwsCall): Promise<AwsAnswer> {
  const { system = [], messages, toolConfig, inferenceConfig } = call.input as unknown as WireInput;
  const request = {
    system: system.flatMap((block) => block.text ?? []).join("\n"),
    messages: messages.map(({ role, content }) => ({
      role,
      content: content.filter((block) => !("cachePoint" in block)),
    })),
    tools: (toolConfig?.tools ?? []).flatMap(({ toolSpec }) =>
      toolSpec === undefined ? [] : [{ ...toolSpec, inputSchema: toolSpec.inputSchema.json }],
    ),
    maxTokens: inferenceConfig.maxTokens,
  } as unknown as ModelRequest;
  const { message, stopReason } = await offlineModel({ now: () => 0 }).converse(request, AbortSignal.timeout(1000));
  return answered(message, stopReason);
}

export const usage = { inputTokens: 4000, outputTokens: 300, totalTokens: 4300 };

export const answered = (message: object, stopReason: string): AwsAnswer => ({
  output: { output: { message }, stopReason, usage, metrics: { latencyMs: 900 } },
});
