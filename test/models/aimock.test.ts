import { type ChatCompletionRequest, LLMock } from "@copilotkit/aimock";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { conclude, look } from "../../evals/simulation/attacks.ts";
import type { Move } from "../../evals/simulation/hostile-model.ts";
import { drive } from "../../src/agent/drive.ts";
import { verifyChain } from "../../src/domain/journal.ts";
import { bedrockModel } from "../../src/models/bedrock.ts";
import { openDesk } from "../agent/desk.ts";
import { runId, runStarted } from "../domain/story.ts";

/** Somebody else's idea of Converse: what our own stub and our own adapter both get wrong shows here. */
const mock = new LLMock({ port: 0, strict: true, logLevel: "silent" });
/** Without cache points, since no profile knows it: the mock takes every entry of `tools` for a tool. */
const modelId = "us.peer-model-v1:0";
const never = new AbortController().signal;

beforeAll(async () => {
  await mock.start();
  Object.assign(process.env, { AWS_REGION: "eu-west-1", AWS_ACCESS_KEY_ID: "peer", AWS_SECRET_ACCESS_KEY: "peer" });
  process.env["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"] = mock.url;
});
afterAll(() => mock.stop());

const spoken = ({ messages }: ChatCompletionRequest) => messages.filter(({ role }) => role === "assistant").length;

/** One move for each reply so far; what it cites is what the results before it held. */
function play(moves: readonly Move[]): void {
  for (const [index, { calls }] of moves.entries()) {
    mock.on({ predicate: (request) => spoken(request) === index }, ({ messages }) => {
      const shown = JSON.stringify(messages.filter(({ role }) => role === "tool"));
      const step = /\[([a-z-]+#act)\]/.exec(shown)?.[1] ?? "no step was shown";
      const filled = (input: unknown) => JSON.stringify(input).replace("$step", step).replace('"$turn"', "30");
      return {
        content: "Thinking aloud.",
        toolCalls: calls.map(({ tool, input }) => ({ name: tool, arguments: filled(input) })),
        usage: { input_tokens: 1_000, output_tokens: 50 },
      };
    });
  }
}

describe("the loop against aimock", () => {
  it("calls tools, sends their results back, and concludes on what they showed", async () => {
    play([look, { calls: [conclude("escalate", { findings: [] })] }]);
    const desk = await openDesk({ model: bedrockModel({ models: [modelId] }) });
    await desk.write(runStarted());
    expect(await drive(runId, "read", desk.deps, never)).toEqual({ status: "done", runId });

    const events = (await desk.entries()).flatMap((entry) => entry.events);
    const results = events.filter((event) => event.type === "call_finished").map(({ result }) => result.status);
    expect(results).toEqual(["empty", "ok", "ok"]);
    expect(events.filter((event) => event.type === "model_replied")).toMatchObject([
      { modelId, stopReason: "tool_use", usage: { inputTokens: 1_000, outputTokens: 50 } },
      { modelId, stopReason: "tool_use" },
    ]);
    expect(events.at(-1)).toMatchObject({
      type: "run_concluded",
      outcome: "escalated",
      citations: ["disk-full#act"],
    });
    expect(verifyChain(runId, await desk.entries(), [])).toBeUndefined();

    const requests = mock.getRequests();
    expect(requests.map(({ response }) => response.status)).toEqual([200, 200]);
    const { messages: last } = (requests[1]?.body ?? { messages: [] }) as ChatCompletionRequest;
    const called = last.flatMap(({ tool_calls }) => tool_calls?.map(({ id }) => id) ?? []);
    expect(last.filter(({ role }) => role === "tool").map((message) => message.tool_call_id)).toEqual(called);
  });

  it("takes an error without a name, under status 503, for an outage that may be over later", async () => {
    mock.clearFixtures();
    const desk = await openDesk({ model: bedrockModel({ models: [modelId] }) });
    await desk.write(runStarted());
    await expect(drive(runId, "read", desk.deps, never)).rejects.toMatchObject({
      code: "model_unavailable",
      retryable: true,
    });
  });
});
