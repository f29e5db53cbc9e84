import { describe, expect, it } from "vitest";
import { deploymentOf } from "../../src/aws/deployment.ts";
import { composeRecords } from "../../src/aws/records.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { nextEntry } from "../../src/domain/journal.ts";
import type { AwsAnswer } from "../wire/aws-stub.ts";
import { awsService, inTurn } from "./wire.ts";

const runId = "run-0001" as RunId;
const entry = nextEntry(undefined, {
  runId,
  at: "2026-11-23T10:00:00.000Z",
  actor: "hands",
  events: [{ type: "run_concluded", outcome: "escalated", reason: "x", citations: [], findings: [] }],
});
const records = () =>
  composeRecords({
    region: "eu-west-1",
    account: "123456789012",
    deployment: deploymentOf("test", {}),
    tables: { audit: "h-audit", incidents: "h-incidents", approvals: "h-approvals" },
    stateMachineArn: undefined,
    anchorBucket: undefined,
    files: ".",
  });
const append = async () => (await records()).journal.append(entry);
const refused = (Item?: unknown): AwsAnswer => ({
  error: "ConditionalCheckFailedException",
  message: "The conditional request failed",
  ...(Item !== undefined && { more: { Item } }),
});

describe("an entry of the journal", () => {
  it("whose answer was lost is known for its own when the SDK repeats the put", async () => {
    const stub = await awsService("dynamodb", (call, index) =>
      index === 0 ? { hangUp: true } : refused(call.input.Item),
    );
    await append();
    expect(stub.calls.map(({ operation }) => operation)).toEqual(["PutItem", "PutItem"]);
    expect(stub.calls[1]?.input).toEqual(stub.calls[0]?.input);
    expect(stub.calls[0]?.input).toMatchObject({
      TableName: "h-audit",
      ConditionExpression: "attribute_not_exists(runId)",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
  });

  it("is a conflict when another driver wrote the very same one: only one of them may go on", async () => {
    await awsService("dynamodb", (call) =>
      refused({ ...(call.input.Item as object), attempt: { S: "of the other driver" } }),
    );
    await expect(append()).rejects.toMatchObject({ code: "journal_conflict", retryable: true });
  });

  it("is a conflict where the server does not say what stands there, as the embedded one does not", async () => {
    await awsService("dynamodb", inTurn(refused()));
    await expect(append()).rejects.toMatchObject({ code: "journal_conflict", retryable: true });
  });
});

describe("a table in trouble", () => {
  it("that throttles for a moment is asked again", async () => {
    const stub = await awsService(
      "dynamodb",
      inTurn({ error: "ProvisionedThroughputExceededException" }, { error: "ThrottlingException" }, { output: {} }),
    );
    await append();
    expect(stub.calls).toHaveLength(3);
  });

  it.each<readonly [what: string, AwsAnswer, retryable: boolean, hint: RegExp]>([
    ["throttles throughout", { error: "ProvisionedThroughputExceededException" }, true, /later/],
    ["is over the account's rate", { error: "RequestLimitExceeded" }, true, /later/],
    ["is out", { error: "InternalServerError" }, true, /later/],
    ["may not be written", { error: "AccessDeniedException", message: "not authorized" }, false, /role/],
    ["takes no item of that size", { error: "ValidationException", message: "Item size" }, false, /same request/],
    ["does not know the credentials", { error: "UnrecognizedClientException" }, false, /credentials/],
    [
      "thinks that the clock is wrong",
      { error: "InvalidSignatureException", message: "Signature expired" },
      false,
      /clock/,
    ],
    ["fails in a way that nobody knows", { error: "SomethingNew", undeclared: true }, false, /same request/],
    ["fails in such a way by its own fault", { error: "SomethingNew", status: 500, undeclared: true }, true, /later/],
  ])("that %s is a typed error with a way out", async (_, answer, retryable, hint) => {
    await awsService("dynamodb", inTurn(answer));
    await expect(append()).rejects.toMatchObject({
      code: "upstream_failed",
      retryable,
      message: expect.stringMatching(/^DynamoDB h-audit: \w+: /),
      hint: expect.stringMatching(hint),
    });
  });

  it("that is absent says which one, and how it comes back", async () => {
    await awsService("dynamodb", inTurn({ error: "ResourceNotFoundException" }));
    await expect(append()).rejects.toMatchObject({
      code: "bad_state",
      retryable: false,
      message: "table h-audit does not exist",
      hint: expect.stringMatching(/healer doctor.*docs\/operations\.md/),
    });
  });
});
