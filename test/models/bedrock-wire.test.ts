import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ContentBlock, Message, ModelRequest, ToolSpec } from "../../src/domain/message.ts";
import { wireRequest } from "../../src/models/bedrock-wire.ts";
import { knownProfiles } from "../../src/models/profiles.ts";
import { checkShape } from "../wire/check-shape.ts";
import { serviceModel } from "../wire/service-model.ts";

const model = serviceModel("bedrock-runtime");
const texts = fc.constantFrom("", " ", "disk full", "\u0000");
const ids = fc.constantFrom("a", "b", "", "bad id!", "x".repeat(99));
const uses = fc.record({ toolUseId: ids, name: fc.constantFrom("fetch_logs", "a b", ""), input: fc.jsonValue() });
const results = fc.record({
  toolUseId: ids,
  status: fc.constantFrom("success" as const, "error" as const),
  content: fc.array(fc.record({ text: texts }), { maxLength: 2 }),
});
const block: fc.Arbitrary<ContentBlock> = fc.oneof(
  texts.map((text): ContentBlock => ({ text })),
  uses.map((toolUse): ContentBlock => ({ toolUse: { ...toolUse, input: toolUse.input as never } })),
  results.map((toolResult): ContentBlock => ({ toolResult })),
  fc.constantFrom<ContentBlock>(
    { reasoningContent: { reasoningText: { text: "hm", signature: "s" } } },
    { reasoningContent: { redactedContentBase64: "AP8=" } },
    { reasoningContent: {} },
  ),
);
const messages: fc.Arbitrary<Message[]> = fc.array(
  fc.record({
    role: fc.constantFrom("user" as const, "assistant" as const),
    content: fc.array(block, { maxLength: 4 }),
  }),
  { maxLength: 6 },
);
const tools = fc.constantFrom<readonly ToolSpec[]>(
  [],
  [{ name: "fetch_logs", description: "", inputSchema: { type: "object" } }],
);
const request: fc.Arbitrary<ModelRequest> = fc.record({
  system: texts,
  messages,
  tools,
  maxTokens: fc.oneof(fc.integer(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY)),
});
const modelId = fc.constantFrom(...knownProfiles().map(({ id }) => id), "us.some-new-model-v1:0");

/** As it would stand in the body: bytes become base64. */
const asJson = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_key, each) => (each instanceof Uint8Array ? Buffer.from(each).toString("base64") : each)),
  );

describe.skipIf(model === undefined)("any request to any model", () => {
  it("is one that AWS's own model of Converse takes, with a number of tokens and at most four cache points", () => {
    fc.assert(
      fc.property(modelId, request, fc.boolean(), (id, given, keepReasoning) => {
        const settings = { temperature: 0.5, effort: "low", requireTool: true, keepReasoning } as const;
        const input = asJson(wireRequest(id, given, settings)) as { inferenceConfig: { maxTokens: number } };
        expect(model && checkShape(input, "ConverseRequest", model)).toEqual([]);
        expect(input.inferenceConfig.maxTokens).toBeGreaterThanOrEqual(1);
        expect(JSON.stringify(input).split('"cachePoint"').length - 1).toBeLessThanOrEqual(4);
      }),
      { numRuns: 1_000 },
    );
  });
});
