import net, { type AddressInfo } from "node:net";
import { bodyOf, type Runtime, reply, serve } from "../runtime.ts";

const poolSize = 8;
const acquireWithin = 500;

type Connection = { readonly socket: net.Socket; takenAt: number | undefined };
type Pool = {
  acquire(): Promise<Connection>;
  release(connection: Connection): void;
  inUse(): number;
  waiting(): number;
};

/** Looks articles up through a pool of eight real connections to a line-protocol database in the same process. */
export async function start(runtime: Runtime): Promise<void> {
  const database = await openDatabase();
  const pool = await openPool(database, runtime);
  let leaking = false;
  runtime.on((message) => {
    if (message.type === "fault") leaking = message.on;
  });
  runtime.gauge("PoolInUsePercent", () => (pool.inUse() / poolSize) * 100);
  runtime.gauge("PoolWaiters", () => pool.waiting());
  await serve(async (request, response) => {
    if (request.url === "/health") return reply(response, 200, { inUse: pool.inUse() });
    const article = JSON.parse(await bodyOf(request)) as { sku: string; quantity: number };
    try {
      const connection = await pool.acquire();
      const row = await query(connection.socket, `GET ${article.sku}`);
      // The bug, once the new price code is on: an article without stock throws past the line that gives it back.
      if (leaking && article.quantity > 2) throw new Error(`no stock for ${article.sku}`);
      pool.release(connection);
      runtime.log("INFO", `article found sku=${article.sku} row="${row}" pool_in_use=${pool.inUse()}/${poolSize}`);
      reply(response, 200, { row });
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      runtime.log("ERROR", `article lookup failed sku=${article.sku} error="${text}"`);
      reply(response, 503, { error: text });
    }
  });
  runtime.log("INFO", `catalog listening pool_size=${poolSize} database=127.0.0.1:${database}`);
}

async function openDatabase(): Promise<number> {
  const server = net.createServer((socket) => {
    socket.setEncoding("utf8");
    socket.on("data", (line) => setTimeout(() => socket.write(`ROW ${String(line).trim()}\n`), 4 + Math.random() * 8));
    socket.on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

async function openPool(port: number, runtime: Runtime): Promise<Pool> {
  const connections: Connection[] = await Promise.all(
    Array.from({ length: poolSize }, async () => ({ socket: await connect(port), takenAt: undefined })),
  );
  const queue: ((connection: Connection) => void)[] = [];
  setInterval(() => reportHeld(connections, runtime), 1_000);
  const inUse = (): number => connections.filter((one) => one.takenAt !== undefined).length;
  return {
    inUse,
    waiting: () => queue.length,
    acquire() {
      const free = connections.find((one) => one.takenAt === undefined);
      if (free !== undefined) {
        free.takenAt = Date.now();
        return Promise.resolve(free);
      }
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          queue.splice(queue.indexOf(take), 1);
          const text = `pool_size=${poolSize} in_use=${inUse()} waiting=${queue.length}`;
          reject(new Error(`timeout acquiring connection from pool after ${acquireWithin} ms ${text}`));
        }, acquireWithin);
        const take = (connection: Connection): void => {
          clearTimeout(timer);
          connection.takenAt = Date.now();
          resolve(connection);
        };
        queue.push(take);
      });
    },
    release(connection) {
      connection.takenAt = undefined;
      queue.shift()?.(connection);
    },
  };
}

function reportHeld(connections: readonly Connection[], runtime: Runtime): void {
  const held = connections.filter((one) => one.takenAt !== undefined && Date.now() - one.takenAt > 1_500);
  if (held.length > 0)
    runtime.log(
      "WARN",
      `connection checked out and idle for more than 1.5 s: ${held.length} of ${poolSize} never returned to the pool`,
    );
}

const connect = (port: number): Promise<net.Socket> =>
  new Promise((resolve, reject) => {
    const socket = net.connect(port, "127.0.0.1", () => resolve(socket.setEncoding("utf8")));
    socket.once("error", reject);
  });

const query = (socket: net.Socket, line: string): Promise<string> =>
  new Promise((resolve) => {
    socket.once("data", (text) => resolve(String(text).trim()));
    socket.write(`${line}\n`);
  });
