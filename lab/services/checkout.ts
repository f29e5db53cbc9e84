import { randomUUID } from "node:crypto";
import { pause, type Runtime, reply, serve } from "../runtime.ts";

const slots = 2;
const longestQueue = 40;
const workMs = 90;

/** Prices baskets, two at a time: twenty requests a second and no more. What comes faster waits, then is refused. */
export async function start(runtime: Runtime): Promise<void> {
  let busy = 0;
  let warnedAt = 0;
  const queue: (() => void)[] = [];
  runtime.gauge("BusySlotsPercent", () => (busy / slots) * 100);
  runtime.gauge("QueueDepth", () => queue.length);
  const warn = (text: string): void => {
    if (Date.now() - warnedAt < 250) return;
    warnedAt = Date.now();
    runtime.log("WARN", text);
  };
  await serve(async (request, response) => {
    if (request.url === "/health") return reply(response, 200, { busy, queued: queue.length });
    const began = performance.now();
    if (queue.length >= longestQueue) {
      warn(`request queue full depth=${queue.length} workers_busy=${busy}/${slots}: answering 503`);
      return reply(response, 503, { error: "queue full" });
    }
    if (busy >= slots) {
      if (queue.length >= 8) warn(`request queue is growing depth=${queue.length} workers_busy=${busy}/${slots}`);
      await new Promise<void>((resolve) => queue.push(resolve));
    } else {
      busy += 1;
    }
    const waited = performance.now() - began;
    await pause(workMs + Math.random() * 20);
    const next = queue.shift();
    if (next === undefined) busy -= 1;
    else next();
    const took = Math.round(performance.now() - began);
    runtime.log(
      "INFO",
      `basket priced basket=${randomUUID().slice(0, 8)} items=${1 + Math.floor(Math.random() * 9)} waited_ms=${Math.round(waited)} duration_ms=${took} status=200`,
    );
    reply(response, 200, { total: 42 });
  });
  runtime.log("INFO", `checkout listening workers=${slots}`);
}
