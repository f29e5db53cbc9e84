import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bedrockSdk } from "../../src/aws/clients.ts";
import type { Message, ModelRequest } from "../../src/domain/message.ts";
import { knownStopReasons } from "../../src/domain/message.ts";
import { type BedrockOptions, bedrockModel } from "../../src/models/bedrock.ts";
import { countTokens } from "../../src/models/count-tokens.ts";
import { awsService, inTurn } from "../aws/wire.ts";
import type { AwsCall } from "../wire/aws-stub.ts";
import { sharedData } from "../wire/shared-data.ts";

const sonnet = "global.anthropic.claude-sonnet-5-5";
const older = "global.anthropic.claude-sonnet-4-6";
const small = "eu.anthropic.claude-haiku-4-5-20251001-v1:0";
const dead = "anthropic.claude-3-sonnet-20240229-v1:0";

const request: ModelRequest = {
  system: "You heal incidents.",
  messages: [{ role: "user", content: [{ text: "disk full" }] }],
  tools: [
    { name: "search_runbooks", description: "Searches.", inputSchema: { type: "object" } },
    { name: "fetch_logs", description: "Reads.", inputSchema: { type: "object" } },
  ],
  maxTokens: 4_000,
};
const says = (content: readonly object[], more: object = {}) => ({
  output: {
    output: { message: { role: "assistant", content } },
    stopReason: "end_turn",
    usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15, cacheReadInputTokens: 7, cacheWriteInputTokens: 3 },
    metrics: { latencyMs: 321 },
    ...more,
  },
});
const hello = says([{ text: "hello" }]);
const validation = (message: string) => ({ error: "ValidationException", message, status: 400 }) as const;
const invalidId = validation("The provided model identifier is invalid.");

const ask = (options: BedrockOptions, over: Partial<ModelRequest> = {}, signal = AbortSignal.timeout(20_000)) =>
  bedrockModel({ models: [sonnet], ...options }).converse({ ...request, ...over }, signal);
const asked = (calls: readonly AwsCall[]) => calls.map((call) => call.input.modelId);

describe("a call of Converse", () => {
  it("comes back in the journal's shape", async () => {
    await awsService("bedrock-runtime", inTurn(hello));
    expect(await ask({})).toEqual({
      modelId: sonnet,
      message: { role: "assistant", content: [{ text: "hello" }] },
      stopReason: "end_turn",
      usage: { inputTokens: 10, outputTokens: 5, cacheReadTokens: 7, cacheWriteTokens: 3 },
      latencyMs: 321,
      fallbacks: [],
    });
  });

  it("goes out over HTTP/1.1 with the model's id decoded from the path", async () => {
    const stub = await awsService("bedrock-runtime", inTurn(hello));
    await ask({ models: [small] });
    expect(stub.calls[0]?.url).toContain("%3A0/converse");
    expect(asked(stub.calls)).toEqual([small]);
  });

  it("never leaves maxTokens out, and keeps it within what the model can write", async () => {
    const stub = await awsService("bedrock-runtime", inTurn(hello));
    for (const maxTokens of [4_000, 0, Number.NaN, 10_000_000]) await ask({ models: [small] }, { maxTokens });
    await ask({ models: ["us.some-new-model-v1:0"] }, { maxTokens: 200_000 });
    expect(stub.calls.map((call) => (call.input.inferenceConfig as { maxTokens: number }).maxTokens)).toEqual([
      4_000, 1, 4_096, 64_000, 200_000,
    ]);
  });

  it("sends no temperature and forces no tool where the model refuses them, and does where it does not", async () => {
    const stub = await awsService("bedrock-runtime", inTurn(hello));
    const wishes = { temperature: 0.2, requireTool: true, effort: "high" as const };
    await ask({ models: [sonnet], ...wishes });
    await ask({ models: [older], ...wishes });
    await ask({ models: [small], ...wishes });
    await ask({ models: ["us.some-new-model-v1:0"], ...wishes });
    expect(
      stub.calls.map(({ input }) => [
        (input.inferenceConfig as { temperature?: number }).temperature,
        (input.toolConfig as { toolChoice?: object }).toolChoice,
        input.outputConfig,
      ]),
    ).toEqual([
      [undefined, undefined, { effort: "high" }],
      [expect.closeTo(0.2), { any: {} }, { effort: "high" }],
      [expect.closeTo(0.2), { any: {} }, undefined],
      [undefined, undefined, undefined],
    ]);
  });

  it("sets cache points after tools, system and the last message, tools in a fixed order", async () => {
    const stub = await awsService("bedrock-runtime", inTurn(hello));
    await ask({});
    await ask({}, { tools: [...request.tools].reverse() });
    const point = { cachePoint: { type: "default" } };
    expect(stub.calls[0]?.input).toMatchObject({
      system: [{ text: "You heal incidents." }, point],
      messages: [{ role: "user", content: [{ text: "disk full" }, point] }],
      toolConfig: { tools: [{ toolSpec: { name: "fetch_logs" } }, { toolSpec: { name: "search_runbooks" } }, point] },
    });
    expect(stub.calls[1]?.body).toBe(stub.calls[0]?.body);
    await ask({ models: ["us.some-new-model-v1:0"] });
    expect(stub.calls[2]?.body).not.toContain("cachePoint");
  });

  it("carries a tool configuration whenever the history has tool blocks, on the last summary too", async () => {
    const stub = await awsService("bedrock-runtime", inTurn(hello));
    const messages: Message[] = [
      { role: "user", content: [{ text: "disk full" }] },
      { role: "assistant", content: [{ toolUse: { toolUseId: "a", name: "fetch_logs", input: {} } }] },
      { role: "user", content: [{ toolResult: { toolUseId: "a", status: "error", content: [] } }] },
    ];
    await ask({}, { tools: [], messages });
    expect(stub.calls[0]?.input).toMatchObject({ toolConfig: { tools: [{ toolSpec: { name: "fetch_logs" } }, {}] } });
    expect(stub.calls[0]?.body).not.toContain('"content":[]');
  });

  it.each([...knownStopReasons])("passes the stop reason %s on", async (stopReason) => {
    await awsService("bedrock-runtime", inTurn(says([{ text: "x" }], { stopReason })));
    expect((await ask({})).stopReason).toBe(stopReason);
  });

  it("passes on a stop reason that is not known yet", async () => {
    const raw = JSON.stringify(says([{ text: "x" }], { stopReason: "out_of_patience" }).output);
    await awsService("bedrock-runtime", inTurn({ raw }));
    expect((await ask({})).stopReason).toBe("out_of_patience");
  });
});

const sample = sharedData("../samples/converse-tool-use-response.json", "reading AWS's own sample of a tool call");

describe.skipIf(sample === undefined)("AWS's own sample of a tool call", () => {
  it("is read, although the sample has no usage", async () => {
    await awsService("bedrock-runtime", inTurn({ raw: readFileSync(sample ?? "", "utf8") }));
    expect(await ask({})).toMatchObject({
      stopReason: "tool_use",
      message: { content: [{ toolUse: { name: "top_song", input: { sign: "WZPZ" } } }] },
      usage: { inputTokens: 0 },
    });
  });
});

describe("thinking", () => {
  const redacted = Buffer.from([0, 255, 1, 254]).toString("base64");
  const thoughts = [
    { reasoningContent: { reasoningText: { text: "  hm\n", signature: "sig==" } } },
    { reasoningContent: { redactedContent: redacted } },
  ];
  const use = { toolUse: { toolUseId: "a", name: "fetch_logs", input: { group: "/app" } } };
  const answer = {
    role: "user" as const,
    content: [{ toolResult: { toolUseId: "a", status: "success" as const, content: [{ text: "full" }] } }],
  };

  it("survives the journal and goes back unchanged, binary parts included", async () => {
    const stub = await awsService(
      "bedrock-runtime",
      inTurn(says([...thoughts, use], { stopReason: "tool_use" }), hello),
    );
    const first = await ask({});
    expect(first.message.content[1]).toEqual({ reasoningContent: { redactedContentBase64: redacted } });
    const kept = JSON.parse(JSON.stringify(first.message)) as Message;
    await ask({ stickTo: first.modelId }, { messages: [...request.messages, kept, answer] });
    const sent = stub.calls[1]?.input.messages as { content: object[] }[];
    expect(sent[1]?.content).toEqual([...thoughts, use]);
  });

  it("stays with its author: a resumed run asks the same model first, whatever is configured now", async () => {
    const stub = await awsService("bedrock-runtime", inTurn(hello));
    const thought = { reasoningContent: { reasoningText: { text: "hm", signature: "sig==" } } };
    const messages: Message[] = [...request.messages, { role: "assistant", content: [thought, { text: "b" }] }];
    const signal = AbortSignal.timeout(5_000);
    await ask({ models: [older], stickTo: sonnet }, { messages });
    const model = bedrockModel({ models: [older], stickTo: sonnet });
    const named = { ...request, messages, stickTo: small };
    await model.converse(named, signal);
    expect(asked(stub.calls)).toEqual([sonnet, small]);
    await model.converse(request, signal);
    expect(asked(stub.calls).at(-1)).toBe(older);
    expect(stub.calls.map(({ body }) => body.includes("sig=="))).toEqual([true, true, false]);
  });

  it("is left out for any other model, which would refuse it", async () => {
    const stub = await awsService("bedrock-runtime", inTurn(says([...thoughts, use]), invalidId, hello));
    const first = await ask({});
    const reply = await ask({ models: [sonnet, older] }, { messages: [...request.messages, first.message, answer] });
    expect(reply.modelId).toBe(older);
    expect(stub.calls[1]?.body).toContain("sig==");
    expect(stub.calls[2]?.body).not.toContain("reasoningContent");
    expect(stub.calls[2]?.body).toContain("fetch_logs");
  });

  it("is given up when its own author refuses it, so that the run goes on", async () => {
    const refusal = validation("messages.1.content.0.thinking: Invalid `signature` in `thinking` block");
    const stub = await awsService("bedrock-runtime", inTurn(says([...thoughts, use]), refusal, hello));
    const first = await ask({});
    const reply = await ask({}, { messages: [...request.messages, first.message, answer] });
    expect(reply).toMatchObject({ modelId: sonnet, fallbacks: [] });
    expect(stub.calls[1]?.body).toContain("sig==");
    expect(stub.calls[2]?.body).not.toContain("reasoningContent");
  });

  it("is kept for the same model under another profile", async () => {
    const stub = await awsService("bedrock-runtime", inTurn(says([...thoughts, use]), invalidId, hello));
    const first = await ask({});
    const models = [sonnet, sonnet.replace("global", "us")];
    await ask({ models }, { messages: [...request.messages, first.message, answer] });
    expect(stub.calls[2]?.body).toContain("sig==");
  });
});

describe("a model that cannot be used", () => {
  it.each([
    ["is past its end of life", invalidId, /past its end of life/],
    [
      "is invoked through a profile only (with the service's typographic apostrophe)",
      validation(
        "Invocation of model ID anthropic.claude-sonnet-5-5 with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.",
      ),
      /inference profile only/,
    ],
    ["is not allowed", { error: "AccessDeniedException", message: "no access", status: 403 } as const, /access denied/],
    [
      "refuses a temperature, whatever the table of profiles says",
      validation("`temperature` is deprecated for this model."),
      /refuses sampling parameters/,
    ],
    [
      "refuses a forced tool choice, whatever the table says",
      validation("tool_choice: type any is not supported"),
      /refuses a forced tool choice/,
    ],
    [
      "is not here",
      { error: "ResourceNotFoundException", message: "gone", status: 404 } as const,
      /no such model here/,
    ],
    [
      "is out of quota",
      { error: "ServiceQuotaExceededException", message: "used up", status: 400, undeclared: true } as const,
      /used up/,
    ],
  ])("hands over to the next one when it %s, and the reply says why", async (_name, refusal, reason) => {
    const stub = await awsService("bedrock-runtime", inTurn(refusal, hello));
    const reply = await ask({ models: [dead, older] });
    expect(reply).toMatchObject({
      modelId: older,
      fallbacks: [{ modelId: dead, reason: expect.stringMatching(reason) }],
    });
    expect(asked(stub.calls)).toEqual([dead, older]);
  });

  it("is not asked again on every turn", async () => {
    const stub = await awsService("bedrock-runtime", inTurn(invalidId, hello));
    const model = bedrockModel({ models: [dead, older] });
    await model.converse(request, AbortSignal.timeout(5_000));
    const second = await model.converse(request, AbortSignal.timeout(5_000));
    expect(asked(stub.calls)).toEqual([dead, older, older]);
    expect(second.fallbacks).toHaveLength(1);
  });

  it("is asked again on the next turn when it was only denied: a permission may have been granted meanwhile", async () => {
    const denied = { error: "AccessDeniedException", status: 403 } as const;
    const stub = await awsService("bedrock-runtime", inTurn(denied, hello));
    const model = bedrockModel({ models: [sonnet, older] });
    await model.converse(request, AbortSignal.timeout(5_000));
    expect((await model.converse(request, AbortSignal.timeout(5_000))).modelId).toBe(sonnet);
    expect(asked(stub.calls)).toEqual([sonnet, older, sonnet]);
  });

  it("ends the chain in a terminal error with every reason and a way out, and is asked anew next time", async () => {
    const stub = await awsService("bedrock-runtime", inTurn(invalidId));
    const model = bedrockModel({ models: [dead, older] });
    for (const _ of [1, 2]) {
      await expect(model.converse(request, AbortSignal.timeout(5_000))).rejects.toMatchObject({
        code: "model_misconfigured",
        retryable: false,
        message: expect.stringMatching(/claude-3-sonnet.*claude-sonnet-4-6/),
        hint: expect.stringMatching(/healer doctor/),
      });
    }
    expect(stub.calls).toHaveLength(4);
  });
});

describe("a request that no model would take", () => {
  it.each([
    ["The toolConfig field must be defined when using toolUse and toolResult content blocks.", /no tool configuration/],
    ["Input is too long for requested model.", /does not fit/],
    ["The text field in the ContentBlock object at messages.0.content.0 is blank.", /empty block/],
    ["something else entirely", /something else entirely/],
  ])("fails at once and says what is wrong: %s", async (message, said) => {
    const stub = await awsService("bedrock-runtime", inTurn(validation(message)));
    await expect(ask({ models: [sonnet, older] })).rejects.toMatchObject({
      code: "model_misconfigured",
      retryable: false,
      message: expect.stringMatching(said),
    });
    expect(stub.calls).toHaveLength(1);
  });

  it("fails at once without valid credentials", async () => {
    const stub = await awsService("bedrock-runtime", inTurn({ error: "UnrecognizedClientException", status: 403 }));
    await expect(ask({ models: [sonnet, older] })).rejects.toMatchObject({
      code: "model_misconfigured",
      hint: expect.stringMatching(/credentials/),
    });
    expect(stub.calls).toHaveLength(1);
  });
});

describe("a model that is busy", () => {
  it("is asked again by the SDK when it throttles, is not ready, or fails", async () => {
    const stub = await awsService(
      "bedrock-runtime",
      inTurn({ error: "ThrottlingException", status: 429 }, { error: "ModelNotReadyException", status: 429 }, hello),
    );
    expect((await ask({})).fallbacks).toEqual([]);
    expect(stub.calls).toHaveLength(3);
  });

  it("is asked once more after a model timeout, which the SDK does not repeat, and for a shorter answer", async () => {
    const stub = await awsService("bedrock-runtime", inTurn({ error: "ModelTimeoutException", status: 408 }, hello));
    await ask({});
    expect(stub.calls.map((call) => (call.input.inferenceConfig as { maxTokens: number }).maxTokens)).toEqual([
      4_000, 2_000,
    ]);
  });

  it("is asked once more after a model error, and then gives way", async () => {
    const stub = await awsService(
      "bedrock-runtime",
      inTurn({ error: "ModelErrorException", status: 424 }, { error: "ModelErrorException", status: 424 }, hello),
    );
    const reply = await ask({ models: [sonnet, older] });
    expect(asked(stub.calls)).toEqual([sonnet, sonnet, older]);
    expect(reply.fallbacks[0]?.reason).toMatch(/ModelErrorException/);
  });

  it.each([
    ["throttles throughout", { error: "ThrottlingException", status: 429 } as const],
    ["is down", { error: "ServiceUnavailableException", status: 503 } as const],
    ["breaks the connection", { hangUp: true } as const],
    ["sends a page of HTML", { raw: "<html>" } as const],
    ["sends an empty object", { raw: "{}" } as const],
    ["sends nothing", { raw: "" } as const],
    ["fails in a way that nobody knows", { error: "SomethingNew", status: 500, undeclared: true } as const],
  ])("is an outage that can be retried later when it %s", async (_name, answer) => {
    await awsService("bedrock-runtime", inTurn(answer));
    await expect(ask({ sdk: bedrockSdk({ maxAttempts: 2 }) })).rejects.toMatchObject({
      code: "model_unavailable",
      retryable: true,
    });
  });

  it("is given up when one attempt takes too long", async () => {
    await awsService("bedrock-runtime", inTurn({ ...hello, delayMs: 3_000 }));
    const sdk = bedrockSdk({ maxAttempts: 1, requestTimeoutMs: 100 });
    await expect(ask({ sdk })).rejects.toMatchObject({ code: "model_unavailable", retryable: true });
  });

  it("is left when the caller runs out of time, and no other model is asked then", async () => {
    const stub = await awsService("bedrock-runtime", inTurn({ ...hello, delayMs: 3_000 }));
    await expect(ask({ models: [sonnet, older] }, {}, AbortSignal.timeout(100))).rejects.toMatchObject({
      code: "model_unavailable",
      retryable: true,
      message: expect.stringMatching(/cancelled/),
    });
    expect(stub.calls.length).toBeLessThanOrEqual(1);
  });
});

describe("counting tokens", () => {
  const signal = () => AbortSignal.timeout(5_000);

  it("asks with the foundation id, because a profile id is refused", async () => {
    const stub = await awsService("bedrock-runtime", inTurn({ output: { inputTokens: 42 } }));
    expect(await countTokens(small, request, signal())).toEqual({ tokens: 42, exact: true });
    expect(stub.calls[0]?.input.modelId).toBe("anthropic.claude-haiku-4-5-20251001-v1:0");
  });

  it("estimates where the service does not count", async () => {
    await awsService("bedrock-runtime", inTurn(validation("The provided model doesn't support counting tokens.")));
    const count = await countTokens(sonnet, request, signal());
    expect(count.exact).toBe(false);
    expect(count.tokens).toBeGreaterThan(50);
  });
});
