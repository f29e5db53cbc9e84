import type { AttributeDefinition, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { sdk, type TableNames } from "./dynamo.ts";

type Keys = {
  readonly hash: string;
  readonly range?: string;
  /** Lists are read from it; an item without both of its keys, a lock or a card's place, is in no list. */
  readonly index?: { readonly name: string; readonly hash: string; readonly range: string };
};

/** How a record stands, and since when. */
const byStatus = { name: "byStatus", hash: "status", range: "at" } as const;

/** Keys of the three tables: what the deployment creates and what the local store creates are this. */
export const tableKeys = {
  audit: { hash: "runId", range: "seq" },
  incidents: { hash: "incidentId", index: byStatus },
  approvals: { hash: "approvalId", index: byStatus },
} as const satisfies Readonly<Record<keyof TableNames, Keys>>;

/** Creates those that are missing and waits until all can be used. */
export async function createTables(client: DynamoDBClient, tables: TableNames): Promise<void> {
  const { ListTablesCommand } = await sdk();
  const present = new Set((await client.send(new ListTablesCommand({}))).TableNames ?? []);
  for (const role of ["audit", "incidents", "approvals"] as const) {
    if (!present.has(tables[role])) await createTable(client, tables[role], tableKeys[role]);
  }
}

/** Waits until it can be used. */
export async function createTable(client: DynamoDBClient, TableName: string, keys: Keys): Promise<void> {
  const { CreateTableCommand, waitUntilTableExists } = await sdk();
  const { hash, range, index } = keys;
  const attributes = [
    { AttributeName: hash, AttributeType: "S" },
    ...(range === undefined ? [] : [{ AttributeName: range, AttributeType: "N" }]),
    ...(index === undefined
      ? []
      : [index.hash, index.range].map((name) => ({ AttributeName: name, AttributeType: "S" }))),
  ] as const;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: keySchema(hash, range),
      AttributeDefinitions: [...attributes] as AttributeDefinition[],
      ...(index !== undefined && {
        GlobalSecondaryIndexes: [
          {
            IndexName: index.name,
            KeySchema: keySchema(index.hash, index.range),
            Projection: { ProjectionType: "ALL" as const },
          },
        ],
      }),
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 0.02, maxDelay: 0.2 }, { TableName });
}

const keySchema = (hash: string, range: string | undefined) => [
  { AttributeName: hash, KeyType: "HASH" as const },
  ...(range === undefined ? [] : [{ AttributeName: range, KeyType: "RANGE" as const }]),
];
