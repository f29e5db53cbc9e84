import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateTableCommand,
  DeleteTableCommand,
  type DynamoDBClient,
  ListTablesCommand,
  PutItemCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, expect, it } from "vitest";
import { dynamoApprovals } from "../../src/aws/dynamo-approvals.ts";
import { dynamoIncidents } from "../../src/aws/dynamo-incidents.ts";
import { dynamoSpend } from "../../src/aws/dynamo-spend.ts";
import { createTable, tableKeys } from "../../src/aws/dynamo-tables.ts";
import { openState } from "../../src/local/state.ts";
import { approval, incident } from "./records.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "healer-indexes-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const older = incident("older", "2026-11-20T10:00:00.000Z");
const closed = { ...incident("closed"), status: "closed" as const, closedAt: "2026-11-23T11:00:00.000Z" };
const asked = approval("asked");

/** As a version without indexes left it, with a token that must survive. */
async function writeAsBefore(client: DynamoDBClient, suffix = ""): Promise<void> {
  for (const [role, hash] of [
    ["incidents", "incidentId"],
    ["approvals", "approvalId"],
  ] as const) {
    await client.send(
      new CreateTableCommand({
        TableName: `healer-${role}${suffix}`,
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [{ AttributeName: hash, KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: hash, AttributeType: "S" }],
      }),
    );
  }
  const put = (TableName: string, Item: PutItemCommand["input"]["Item"]) =>
    client.send(new PutItemCommand({ TableName: `${TableName}${suffix}`, Item }));
  for (const one of [older, closed]) {
    const Item = { incidentId: { S: one.incidentId }, status: { S: one.status }, record: { S: JSON.stringify(one) } };
    await put("healer-incidents", Item);
  }
  await put("healer-incidents", { incidentId: { S: "spend#2026-11-23" }, "action#a": { N: "7" } });
  await put("healer-approvals", {
    approvalId: { S: asked.approvalId },
    version: { N: "0" },
    record: { S: JSON.stringify(asked) },
    taskToken: { S: "token" },
  });
}

async function change(work: (client: DynamoDBClient) => Promise<void>): Promise<void> {
  const state = await openState(folder);
  await work(state.dynamo.client as DynamoDBClient);
  await state.close();
}

const dropNew = async (client: DynamoDBClient, names = ["healer-incidents", "healer-approvals"]) => {
  for (const TableName of names) await client.send(new DeleteTableCommand({ TableName }));
};

async function expectEverything(): Promise<void> {
  const { dynamo, close } = await openState(folder);
  const [incidents, approvals] = [dynamoIncidents(dynamo), dynamoApprovals(dynamo)];
  expect(await incidents.recent(Date.parse("2026-11-24T00:00:00.000Z"))).toEqual([older]);
  expect(await incidents.list()).toEqual([older, closed]);
  expect(await dynamoSpend(dynamo).totals(["2026-11-23"])).toEqual([7]);
  expect(await approvals.pending()).toEqual([asked]);
  expect(await approvals.takeToken(asked.approvalId)).toBe("token");
  const { TableNames } = await dynamo.client.send(new ListTablesCommand({}));
  expect(TableNames).toEqual(["healer-approvals", "healer-audit", "healer-incidents"]);
  await close();
}

it("a folder of an older version gets its indexes by itself, and loses nothing", async () => {
  await change(async (client) => {
    await dropNew(client);
    await writeAsBefore(client);
  });
  await expectEverything();
});

it("goes on where the work was cut short: after the old table was given up, before the new one was full", async () => {
  await change(async (client) => {
    // New tables are there and empty; the items are aside.
    await writeAsBefore(client, "-aside");
  });
  await expectEverything();
});

it("begins again where the copy was not complete", async () => {
  await change(async (client) => {
    await dropNew(client);
    await writeAsBefore(client);
    await createTable(client, "healer-incidents-aside", tableKeys.incidents);
  });
  await expectEverything();
});

it("a folder that has them is left alone", async () => {
  await change(async (client) => {
    await client.send(new PutItemCommand({ TableName: "healer-incidents", Item: { incidentId: { S: "lock#i-1" } } }));
  });
  await change(async (client) => {
    expect((await client.send(new ScanCommand({ TableName: "healer-incidents" }))).Count).toBe(1);
  });
});
