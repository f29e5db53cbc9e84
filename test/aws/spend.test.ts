import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import { dynamoSpend } from "../../src/aws/dynamo-spend.ts";
import { awsService, inTurn } from "./wire.ts";

const tables = { audit: "audit", incidents: "incidents", approvals: "approvals" };
const spend = () => dynamoSpend({ client: new DynamoDBClient({ maxAttempts: 1 }), tables });
const day = "2026-11-29";
const item = (name: string, amount: string) => ({
  incidentId: { S: `spend#${name}` },
  "action#a": { N: amount },
  "action#b": { N: "1" },
});

describe("what two days have spent", () => {
  it("is one consistent request, and answered in the order of the question", async () => {
    const service = `${day}/orders`;
    const incidents = [item(service, "5"), item(day, "7")];
    const stub = await awsService("dynamodb", inTurn({ output: { Responses: { incidents } } }));
    expect(await spend().totals([day, service, "2026-11-30"])).toEqual([8, 6, 0]);
    expect(stub.calls.map(({ input }) => input)).toMatchObject([
      { RequestItems: { incidents: { ConsistentRead: true } } },
    ]);
  });

  it("is unknown, and never zero, where the service left one out", async () => {
    const Keys = [{ incidentId: { S: `spend#${day}` } }];
    const output = { Responses: { incidents: [] }, UnprocessedKeys: { incidents: { Keys } } };
    await awsService("dynamodb", inTurn({ output }));
    await expect(spend().totals([day])).rejects.toMatchObject({
      code: "upstream_failed",
      message: expect.stringContaining("left out"),
      retryable: true,
    });
  });
});
