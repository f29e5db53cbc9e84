import type { AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { scan, sdk, type TableNames } from "./dynamo.ts";
import { createTable, tableKeys } from "./dynamo-tables.ts";
import { reindex } from "./reindex.ts";

/**
 * Gives a state folder of an older version the indexes that its lists are read from. The embedded server can not add one,
 * so a table is moved aside and back; whenever that is cut short, the next start goes on where all items still are.
 */
export async function addIndexes(client: DynamoDBClient, tables: TableNames): Promise<void> {
  for (const role of ["incidents", "approvals"] as const) {
    const [name, aside] = [tables[role], `${tables[role]}-aside`];
    const before = await stateOf(client, name);
    const moved = await stateOf(client, aside);
    if (before === "indexed" && moved === "absent") continue;
    if (before === "absent" && moved === "absent") continue;
    if (before === "plain") {
      if (moved !== "absent") await drop(client, aside);
      await copy(client, name, aside, role);
      await drop(client, name);
    }
    await copy(client, aside, name, role);
  }
  await finish(client, tables);
}

/** The copies go last: until every record has the keys of its index, the work can be begun again. */
async function finish(client: DynamoDBClient, tables: TableNames): Promise<void> {
  const asides = [tables.incidents, tables.approvals].map((name) => `${name}-aside`);
  const left: string[] = [];
  for (const aside of asides) if ((await stateOf(client, aside)) !== "absent") left.push(aside);
  if (left.length === 0) return;
  for (const role of ["incidents", "approvals"] as const) {
    if ((await stateOf(client, tables[role])) === "absent") await createTable(client, tables[role], tableKeys[role]);
  }
  await reindex({ client, tables });
  for (const aside of left) await drop(client, aside);
}

type TableState = "absent" | "plain" | "indexed";

async function stateOf(client: DynamoDBClient, TableName: string): Promise<TableState> {
  const { DescribeTableCommand } = await sdk();
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    return (Table?.GlobalSecondaryIndexes ?? []).length > 0 ? "indexed" : "plain";
  } catch (error) {
    if (error instanceof Error && error.name === "ResourceNotFoundException") return "absent";
    throw error;
  }
}

async function copy(client: DynamoDBClient, from: string, to: string, role: "incidents" | "approvals"): Promise<void> {
  const { PutItemCommand } = await sdk();
  if ((await stateOf(client, to)) === "absent") await createTable(client, to, tableKeys[role]);
  const tables = { audit: "", incidents: "", approvals: "" };
  for await (const item of scan({ client, tables }, from)) {
    const Item: Record<string, AttributeValue> = { ...item };
    await client.send(new PutItemCommand({ TableName: to, Item }));
  }
}

async function drop(client: DynamoDBClient, TableName: string): Promise<void> {
  const { DeleteTableCommand, waitUntilTableNotExists } = await sdk();
  await client.send(new DeleteTableCommand({ TableName }));
  await waitUntilTableNotExists({ client, maxWaitTime: 30, minDelay: 0.02, maxDelay: 0.2 }, { TableName });
}
