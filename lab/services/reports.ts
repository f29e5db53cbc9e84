import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pause, type Runtime, reply, serve } from "../runtime.ts";

type Job = { readonly kind: "sales" | "ledger"; readonly rows: number; readonly at: number };

/** Queues report jobs as files and works them off one by one. A ledger job without rows forgets to give its lock back. */
export async function start(runtime: Runtime): Promise<void> {
  const spool = join(runtime.root, "var/spool/reports");
  mkdirSync(spool, { recursive: true });
  const waiting = (): readonly string[] =>
    readdirSync(spool)
      .filter((name) => name.endsWith(".json"))
      .sort();
  let sequence = 0;
  const enqueue = (job: Job): string => {
    sequence += 1;
    const name = `${job.at}-${String(sequence).padStart(6, "0")}.json`;
    writeFileSync(join(spool, `${name}.new`), JSON.stringify(job));
    renameSync(join(spool, `${name}.new`), join(spool, name));
    return name;
  };
  runtime.gauge("QueueDepth", () => waiting().length);
  runtime.gauge("OldestJobAge", () => ageOf(waiting()[0]));
  runtime.on((message) => {
    if (message.type !== "fault" || !message.on) return;
    enqueue({ kind: "ledger", rows: 0, at: Date.now() });
    enqueue({ kind: "ledger", rows: 800, at: Date.now() });
  });
  await serve((request, response) => {
    if (request.url === "/health")
      return reply(response, ageOf(waiting()[0]) > 10 ? 503 : 200, { queued: waiting().length });
    request.resume();
    reply(response, 202, {
      job: enqueue({ kind: "sales", rows: 20 + Math.floor(Math.random() * 400), at: Date.now() }),
    });
  });
  runtime.log("INFO", `reports listening spool=/var/spool/reports waiting=${waiting().length}`);
  void work(runtime, spool, waiting);
}

const ageOf = (name: string | undefined): number =>
  name === undefined ? 0 : (Date.now() - Number.parseInt(name, 10)) / 1000;

async function work(runtime: Runtime, spool: string, waiting: () => readonly string[]): Promise<void> {
  const locks = openLocks(runtime);
  while (true) {
    const [name] = waiting();
    if (name === undefined) {
      await pause(20);
      continue;
    }
    const job = JSON.parse(readFileSync(join(spool, name), "utf8")) as Job;
    runtime.log("INFO", `job started job=${name} kind=${job.kind} rows=${job.rows}`);
    await run(job, name, locks);
    rmSync(join(spool, name));
    runtime.log("INFO", `job finished job=${name} kind=${job.kind} waited_s=${ageOf(name).toFixed(1)}`);
  }
}

async function run(job: Job, name: string, locks: Locks): Promise<void> {
  if (job.kind === "ledger") await locks.take("ledger", name);
  // The bug: nothing to write, so it returns; and nobody ever gives the lock back.
  if (job.rows === 0) return;
  await pause(15);
  if (job.kind === "ledger") locks.release("ledger");
}

type Locks = { take(lock: string, by: string): Promise<void>; release(lock: string): void };

function openLocks(runtime: Runtime): Locks {
  const holders = new Map<string, string>();
  return {
    async take(lock, by) {
      const began = Date.now();
      while (holders.has(lock)) {
        await pause(500);
        const waited = ((Date.now() - began) / 1000).toFixed(1);
        runtime.log(
          "WARN",
          `worker waits for lock=${lock} held_by=${holders.get(lock)} wanted_by=${by} waited_s=${waited}`,
        );
      }
      holders.set(lock, by);
    },
    release: (lock) => void holders.delete(lock),
  };
}
