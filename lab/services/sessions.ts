import { randomBytes, randomUUID } from "node:crypto";
import { type Runtime, reply, serve } from "../runtime.ts";

const limitBytes = 96 * 1024 * 1024;
const lifetime = 2_000;

/** Keeps sessions for two seconds. Once tracing is switched on, an index of former sessions lets nothing go. */
export async function start(runtime: Runtime): Promise<void> {
  const live = new Map<string, { readonly at: number; readonly data: Buffer }>();
  const traced: Buffer[] = [];
  let tracing = false;
  runtime.on((message) => {
    if (message.type !== "fault") return;
    tracing = message.on;
    if (!tracing) traced.length = 0;
    runtime.log("INFO", `session tracing switched ${tracing ? "on" : "off"} by operator console`);
  });
  runtime.gauge("MemoryUsedPercent", () => (used() / limitBytes) * 100);
  runtime.gauge("LiveSessions", () => live.size);
  setInterval(() => sweep(runtime, live, traced), 500);
  await serve((request, response) => {
    const full = used() >= limitBytes;
    if (request.url === "/health") return reply(response, full ? 503 : 200, { sessions: live.size });
    request.resume();
    if (full) {
      const text = `used_mb=${megabytes(used())} limit_mb=${megabytes(limitBytes)} live_sessions=${live.size}`;
      runtime.log("ERROR", `cannot allocate session: memory limit reached ${text}`);
      return reply(response, 503, { error: "memory limit reached" });
    }
    const id = randomUUID();
    live.set(id, { at: Date.now(), data: Buffer.alloc(4096) });
    // Random bytes: pages of zeros would be shared or compressed, and then cost nothing.
    if (tracing) traced.push(randomBytes(1024 * 1024));
    runtime.log("INFO", `session opened id=${id.slice(0, 8)} user=u-${id.slice(9, 13)} live=${live.size}`);
    reply(response, 201, { id });
  });
  runtime.log("INFO", `sessions listening memory_limit_mb=${megabytes(limitBytes)}`);
}

function sweep(runtime: Runtime, live: Map<string, { readonly at: number }>, traced: readonly Buffer[]): void {
  let removed = 0;
  for (const [id, session] of live) {
    if (Date.now() - session.at < lifetime) continue;
    live.delete(id);
    removed += 1;
  }
  if (traced.length <= live.size) return;
  const text = `removed=${removed} live=${live.size} trace_index=${traced.length} used_mb=${megabytes(used())}`;
  runtime.log("WARN", `expiry sweep freed no memory: trace index still references expired sessions ${text}`);
}

function used(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const megabytes = (bytes: number): number => Math.round(bytes / (1024 * 1024));
