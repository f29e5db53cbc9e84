import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import { addIndexes } from "../aws/add-indexes.ts";
import { unheard } from "../aws/clients.ts";
import type { Dynamo } from "../aws/dynamo.ts";
import { createTables } from "../aws/dynamo-tables.ts";
import { HealerError, messageOf } from "../domain/errors.ts";

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
 * `healer approve` works while `healer serve` runs; when the first one ends, whoever asks next serves the tables.
 * Rejects with `state_locked`, `state_full` or `bad_state`.
 */
export async function openState(folder: string): Promise<State> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw stateError(folder, error);
  });
  let seat = await takeSeat(folder);
  let moving: Promise<void> | undefined;
  let closed = false;
  const move = (): Promise<void> => {
    moving = takeSeat(folder)
      .then((next) => {
        seat = next;
      })
      .finally(() => {
        moving = undefined;
      });
    return moving;
  };
  const client = clientOf(async () => seat.port);
  const send = client.send.bind(client) as (...given: readonly unknown[]) => Promise<unknown>;
  client.send = (async (...given: readonly unknown[]) => {
    for (let tries = 1; ; tries++) {
      if (closed)
        throw new HealerError("bad_state", `${folder} was closed`, { hint: "Start healer again: it goes on." });
      const tried = seat;
      try {
        return await send(...given);
      } catch (error) {
        if (!isGone(error) || tried.owner || tries === mostMoves) throw error;
        if (seat === tried) await (moving ?? move());
      }
    }
  }) as typeof client.send;
  return {
    folder,
    dynamo: { client, tables },
    get owner() {
      return seat.owner;
    },
    async close() {
      closed = true;
      await seat.leave();
      client.destroy();
    },
  };
}

/** One that was found may end too before it is asked: commands that people type live for a second. */
const mostMoves = 10;

/** Where the tables are served, and how to leave: by whoever serves them, all at once. */
type Seat = { readonly port: number; readonly owner: boolean; leave(): Promise<void> };

async function takeSeat(folder: string): Promise<Seat> {
  const found = await joinOrServe(folder);
  if (typeof found === "number") return { port: found, owner: false, leave: async () => undefined };
  const { server, unlock } = found;
  const { port } = server.address() as AddressInfo;
  const endpoint = join(folder, "endpoint.json");
  const quiet = countRequests(server);
  const leave = async () => {
    await rm(endpoint, { force: true });
    await quiet();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await unlock();
  };
  const client = clientOf(async () => port);
  try {
    await addIndexes(client, tables);
    await createTables(client, tables);
    // Last: whoever reads it must find the tables.
    await writeFile(`${endpoint}.new`, JSON.stringify({ pid: process.pid, port }));
    await rename(`${endpoint}.new`, endpoint);
  } catch (error) {
    await leave();
    throw stateError(folder, error);
  } finally {
    client.destroy();
  }
  return { port, owner: true, leave };
}

/** Milliseconds that a request which is being answered may still take: cut off, it would bring the whole process down. */
const drainMs = 2000;

/** Answers how to wait until no request is being answered. */
function countRequests(server: Server): () => Promise<void> {
  let open = 0;
  server.on("request", (_, response) => {
    open += 1;
    response.once("close", () => {
      open -= 1;
    });
  });
  return async () => {
    const until = Date.now() + drainMs;
    while (open > 0 && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
  };
}

const clientOf = (port: () => Promise<number>): DynamoDBClient =>
  new DynamoDBClient({
    endpoint: async () => ({ protocol: "http:", hostname: "127.0.0.1", port: await port(), path: "/" }),
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    signer: { sign: async (request) => ({ ...request, headers: { ...request.headers, ...signature } }) },
    logger: unheard,
  });

/** The embedded server looks whether a signature is there and never at what it says; a real one is a quarter of a request. */
const signature = {
  authorization: "AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=local",
  "x-amz-date": "20261123T000000Z",
};

const isGone = (error: unknown): boolean =>
  error instanceof Error && "code" in error && /^(ECONNREFUSED|ECONNRESET|EPIPE)$/.test(String(error.code));

/** Looks at a folder that is locked but not yet served, until the process that is just starting on it says where it is. */
const mostLooks = 30;
const lookEveryMs = 100;

/** A server with the lock that it stands on: from before it touches the tables until after it has let them go. */
type Serving = { readonly server: Server; unlock(): Promise<void> };

/** Port of the process that serves the folder, or this one's server. */
async function joinOrServe(folder: string): Promise<number | Serving> {
  for (let look = 1; ; look++) {
    const port = await servedElsewhere(folder);
    if (port !== undefined) return port;
    try {
      return await serve(folder);
    } catch (error) {
      if (!(error instanceof HealerError) || error.code !== "state_locked" || look === mostLooks) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}

const Endpoint = z.object({ pid: z.int(), port: z.int() });

/** Port of a live process that serves this folder; what a dead one left behind is ignored. */
async function servedElsewhere(folder: string): Promise<number | undefined> {
  try {
    const { pid, port } = Endpoint.parse(JSON.parse(await readFile(join(folder, "endpoint.json"), "utf8")));
    process.kill(pid, 0);
    const answer = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2000) });
    // Another program may have got the port since.
    return (await answer.text()).startsWith("healthy: dynamodb") ? port : undefined;
  } catch {
    return undefined;
  }
}

async function serve(folder: string): Promise<Serving> {
  const path = join(folder, "tables");
  const lock = await openLevel(join(folder, "owner")).catch((error: unknown) => {
    throw stateError(folder, error);
  });
  try {
    // Opened and closed once, since the server would report damage only by hanging.
    await (await openLevel(path)).close();
    const { default: dynalite } = await import("dynalite");
    const server = dynalite({ path, createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", resolve);
    });
    return { server, unlock: () => lock.close() };
  } catch (error) {
    await lock.close();
    throw stateError(folder, error);
  }
}

/** Rejects while another process has it open; a lock of the operating system, so it ends with its process. */
async function openLevel(path: string) {
  const { ClassicLevel } = await import("classic-level");
  await mkdir(path, { recursive: true });
  const level = new ClassicLevel(path);
  await level.open();
  return level;
}

function stateError(folder: string, error: unknown): HealerError {
  if (error instanceof HealerError) return error;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const message = messageOf(cause);
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
