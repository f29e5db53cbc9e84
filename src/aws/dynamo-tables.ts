import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { sdk, type TableNames } from "./dynamo.ts";

/** Keys of the three tables: what the deployment creates and what the local store creates are this. */
export const tableKeys = {
  audit: { hash: "runId", range: "seq" },
  incidents: { hash: "incidentId" },
  approvals: { hash: "approvalId" },
} as const satisfies Readonly<Record<keyof TableNames, { readonly hash: string; readonly range?: string }>>;

/** Creates those that are missing and waits until all can be used. */
export async function createTables(client: DynamoDBClient, tables: TableNames): Promise<void> {
  const { CreateTableCommand, ListTablesCommand, waitUntilTableExists } = await sdk();
  const present = new Set((await client.send(new ListTablesCommand({}))).TableNames ?? []);
  for (const name of ["audit", "incidents", "approvals"] as const) {
    if (present.has(tables[name])) continue;
    const keys: { readonly hash: string; readonly range?: string } = tableKeys[name];
    const range = keys.range === undefined ? [] : [{ name: keys.range, kind: "RANGE" as const, type: "N" as const }];
    const attributes = [{ name: keys.hash, kind: "HASH" as const, type: "S" as const }, ...range];
    await client.send(
      new CreateTableCommand({
        TableName: tables[name],
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: attributes.map((attribute) => ({ AttributeName: attribute.name, KeyType: attribute.kind })),
        AttributeDefinitions: attributes.map((attribute) => ({
          AttributeName: attribute.name,
          AttributeType: attribute.type,
        })),
      }),
    );
    await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 0.02, maxDelay: 0.2 }, { TableName: tables[name] });
  }
}
