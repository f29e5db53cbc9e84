import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bodyOf, type Runtime, reply, serve } from "../runtime.ts";
import { appendToVolume, usedBytes, type Volume } from "../volume.ts";

const rotateAt = 256 * 1024;
const keepTraces = 3;

/** Takes orders and writes each to its volume, with a debug trace beside it that it rotates itself. */
export async function start(runtime: Runtime): Promise<void> {
  const folder = join(runtime.root, "var/lib/orders");
  const volume: Volume = { folder, capacity: Number(runtime.settings.capacity) };
  mkdirSync(join(folder, "trace"), { recursive: true });
  seed(join(folder, "orders.jsonl"), volume.capacity * 0.3);
  let writing = true;
  await serve(async (request, response) => {
    if (request.url === "/health") return reply(response, writing ? 200 : 503, { writing });
    const order = { id: randomUUID(), at: new Date().toISOString(), body: await bodyOf(request) };
    const began = performance.now();
    try {
      appendToVolume(volume, "orders.jsonl", `${JSON.stringify(order)}\n`);
      appendToVolume(volume, "trace/trace.log", trace(order));
      writing = true;
      const took = (performance.now() - began).toFixed(1);
      runtime.log("INFO", `order accepted order_id=${order.id} customer=c-${order.id.slice(0, 5)} duration_ms=${took}`);
      reply(response, 201, { id: order.id });
    } catch (error) {
      writing = false;
      const text = error instanceof Error ? error.message : String(error);
      runtime.log("ERROR", `order rejected order_id=${order.id} path=/var/lib/orders/orders.jsonl error="${text}"`);
      reply(response, 507, { error: text });
      describeTraces(runtime, volume);
    }
    rotate(runtime, folder);
  });
  runtime.log("INFO", `orders listening volume=/var/lib/orders capacity_bytes=${volume.capacity}`);
}

function trace(order: { readonly id: string; readonly at: string; readonly body: string }): string {
  const steps = ["received", "validated", "priced", "reserved", "stored"];
  return steps.map((step) => `${order.at} DEBUG trace order_id=${order.id} step=${step} body=${order.body}\n`).join("");
}

/** The orders of former days, so that an ordinary volume is not an empty one. */
function seed(path: string, bytes: number): void {
  if (existsSync(path)) return;
  const order = `${JSON.stringify({ id: randomUUID(), at: new Date().toISOString(), body: "{}" })}\n`;
  writeFileSync(path, order.repeat(Math.ceil(bytes / order.length)));
}

function describeTraces(runtime: Runtime, volume: Volume): void {
  const rotated = readdirSync(join(volume.folder, "trace")).filter((name) => name.startsWith("trace.log."));
  const retention = existsSync(join(volume.folder, "trace/KEEP_ALL")) ? "off" : "on";
  const used = usedBytes(volume.folder);
  runtime.log(
    "WARN",
    `volume /var/lib/orders used_bytes=${used} of=${volume.capacity} rotated_traces=${rotated.length} trace_retention=${retention}`,
  );
}

/** Keeps the newest traces; a folder marked `KEEP_ALL`, as after a debugging session, is never cleaned. */
function rotate(runtime: Runtime, folder: string): void {
  const live = join(folder, "trace/trace.log");
  if ((statSync(live, { throwIfNoEntry: false })?.size ?? 0) < rotateAt) return;
  renameSync(live, `${live}.${Date.now()}`);
  if (existsSync(join(folder, "trace/KEEP_ALL"))) {
    runtime.log("WARN", "trace rotation kept all rotated files: retention is off (trace/KEEP_ALL exists)");
    return;
  }
  const rotated = readdirSync(join(folder, "trace"))
    .filter((name) => name.startsWith("trace.log."))
    .sort();
  for (const name of rotated.slice(0, -keepTraces)) rmSync(join(folder, "trace", name));
}
