import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import type { Dynamo } from "../aws/dynamo.ts";
import { createTables } from "../aws/dynamo-tables.ts";
import { HealerError } from "../domain/errors.ts";

/** The three tables in a folder, served by an embedded DynamoDB on loopback. */
export type State = {
  readonly folder: string;
  readonly dynamo: Dynamo;
  /** True for the process that serves the tables; others on the same folder are its clients. */
  readonly owner: boolean;
  close(): Promise<void>;
};

const tables = { audit: "healer-audit", incidents: "healer-incidents", approvals: "healer-approvals" };

/**
 * Opens a state folder. A second process on the same folder becomes a client of the first one's server, so that
 * `healer approve` works while `healer serve` runs. Rejects with `state_locked`, `state_full` or `bad_state`.
 */
export async function openState(folder: string): Promise<State> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw stateError(folder, error);
  });
  const serving = await servedElsewhere(folder);
  if (serving !== undefined) return client(folder, serving, false, async () => undefined);
  const server = await serve(folder);
  const { port } = server.address() as AddressInfo;
  const endpoint = join(folder, "endpoint.json");
  await writeFile(`${endpoint}.new`, JSON.stringify({ pid: process.pid, port }));
  await rename(`${endpoint}.new`, endpoint);
  const close = async () => {
    await rm(endpoint, { force: true });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return client(folder, port, true, close);
}

async function client(folder: string, port: number, owner: boolean, closeServer: () => Promise<void>): Promise<State> {
  const dynamodb = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  try {
    if (owner) await createTables(dynamodb, tables);
  } catch (error) {
    await closeServer();
    throw stateError(folder, error);
  }
  const close = async () => {
    dynamodb.destroy();
    await closeServer();
  };
  return { folder, dynamo: { client: dynamodb, tables }, owner, close };
}

const Endpoint = z.object({ pid: z.int(), port: z.int() });

/** Port of a live process that serves this folder; what a dead one left behind is ignored. */
async function servedElsewhere(folder: string): Promise<number | undefined> {
  try {
    const { pid, port } = Endpoint.parse(JSON.parse(await readFile(join(folder, "endpoint.json"), "utf8")));
    process.kill(pid, 0);
    const answer = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2000) });
    return answer.ok ? port : undefined;
  } catch {
    return undefined;
  }
}

async function serve(folder: string): Promise<Server> {
  const { default: dynalite } = await import("dynalite");
  const path = join(folder, "tables");
  try {
    await mkdir(path, { recursive: true });
    await probeLock(path);
    const server = dynalite({ path, createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", resolve);
    });
    return server;
  } catch (error) {
    throw stateError(folder, error);
  }
}

/** Opens and closes the database once, since the server would report a lock or damage only by hanging. */
async function probeLock(path: string): Promise<void> {
  const { ClassicLevel } = await import("classic-level");
  const probe = new ClassicLevel(path);
  await probe.open();
  await probe.close();
}

function stateError(folder: string, error: unknown): HealerError {
  if (error instanceof HealerError) return error;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const message = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (code === "LEVEL_LOCKED" || /lock/i.test(message)) {
    const hint = "Another process holds it and does not answer. End that process, or use another folder with --state.";
    return new HealerError("state_locked", `${folder} is in use`, { hint, cause: error });
  }
  if (code === "ENOSPC" || /No space left/i.test(message)) {
    return new HealerError("state_full", `no space left for ${folder}`, {
      hint: "Free some space; nothing was lost.",
      cause: error,
    });
  }
  const hint =
    "Move the folder away to start afresh, or restore it; `healer audit verify --file` checks an exported pack.";
  return new HealerError("bad_state", `${folder} can not be used: ${message}`, { hint, cause: error });
}
