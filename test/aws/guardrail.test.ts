import { describe, expect, it } from "vitest";
import { guardrail } from "../../src/aws/guardrail.ts";
import { awsService, inTurn } from "./wire.ts";

const usage = {
  topicPolicyUnits: 0,
  contentPolicyUnits: 1,
  wordPolicyUnits: 0,
  sensitiveInformationPolicyUnits: 1,
  sensitiveInformationPolicyFreeUnits: 0,
  contextualGroundingPolicyUnits: 0,
};
const passed = { output: { usage, action: "NONE", outputs: [], assessments: [] } };
const masked = {
  output: {
    usage,
    action: "GUARDRAIL_INTERVENED",
    outputs: [{ text: "user {EMAIL} failed" }],
    assessments: [
      {
        sensitiveInformationPolicy: {
          piiEntities: [{ match: "ada@example.com", type: "EMAIL", action: "ANONYMIZED" }],
          regexes: [],
        },
      },
    ],
  },
};
const screen = () => guardrail({ guardrailId: "abc123", guardrailVersion: "3" });
const read = (text: string) => screen().screen(text);

describe("screening text", () => {
  it("passes what the guardrail passes", async () => {
    const stub = await awsService("bedrock-runtime", inTurn(passed));
    expect(await read("disk full")).toEqual({ text: "disk full", intervened: false, policies: [] });
    expect(stub.calls[0]?.input).toEqual({
      guardrailIdentifier: "abc123",
      guardrailVersion: "3",
      source: "INPUT",
      content: [{ text: { text: "disk full" } }],
    });
  });

  it("hands over the masked text and names the policy, not what it found", async () => {
    await awsService("bedrock-runtime", inTurn(masked));
    const screened = await read("user ada@example.com failed");
    expect(screened).toEqual({
      text: "user {EMAIL} failed",
      intervened: true,
      policies: ["sensitiveInformationPolicy"],
    });
  });

  it("sends a long text in parts and loses none of it", async () => {
    const text = `${"x".repeat(99)}\n`.repeat(450);
    const stub = await awsService("bedrock-runtime", inTurn(passed));
    expect((await read(text)).text).toBe(text);
    const parts = stub.calls.map((call) => (call.input.content as { text: { text: string } }[])[0]?.text.text ?? "");
    expect(parts.join("")).toBe(text);
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(20_000);
    expect(parts.slice(0, -1).every((part) => part.endsWith("\n"))).toBe(true);
  });

  it("shows nothing when an intervention comes without a text", async () => {
    await awsService("bedrock-runtime", inTurn({ output: { ...masked.output, outputs: [] } }));
    expect((await read("secret")).text).toBe("(withheld by the guardrail)");
  });

  it("rejects when the text cannot be screened, in words that hold none of it", async () => {
    const message = "the value hunter2 at content.1 is not valid";
    await awsService("bedrock-runtime", inTurn({ error: "ResourceNotFoundException", message, status: 404 }));
    await expect(read("password is hunter2")).rejects.toMatchObject({
      code: "upstream_failed",
      retryable: false,
      message: "The guardrail abc123 answered ResourceNotFoundException.",
    });
  });
});
