import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bodyOf, pause, type Runtime, reply, serve } from "../runtime.ts";

const slots = 2;
const longestQueue = 120;

/** Answers from its cache, or asks a slow model two at a time. It starts warm only where a snapshot of the cache lies. */
export async function start(runtime: Runtime): Promise<void> {
  const cache = new Map<string, string>();
  const snapshot = join(runtime.root, "var/cache/snapshot.json");
  let hits = 0;
  let asked = 0;
  load(cache, snapshot, runtime);
  runtime.on((message) => {
    if (message.type !== "fault") return;
    cache.clear();
    if (message.on) runtime.log("WARN", "cache invalidated: catalogue version changed, entries=0 snapshot=missing");
    else load(cache, snapshot, runtime);
  });
  runtime.gauge("CacheHitPercent", () => {
    const percent = asked === 0 ? Number.NaN : (hits / asked) * 100;
    hits = 0;
    asked = 0;
    return percent;
  });
  runtime.gauge("CacheEntries", () => cache.size);
  const model = openModel(runtime);
  await serve(async (request, response) => {
    if (request.url === "/health") return reply(response, 200, { entries: cache.size });
    const { sku } = JSON.parse(await bodyOf(request)) as { sku: string };
    asked += 1;
    if (cache.has(sku)) {
      hits += 1;
      return reply(response, 200, { sku });
    }
    if (!(await model(sku))) return reply(response, 503, { error: "model queue full" });
    cache.set(sku, "fresh");
    reply(response, 200, { sku });
  });
  runtime.log("INFO", `recommendations listening model_slots=${slots}`);
}

function load(cache: Map<string, string>, snapshot: string, runtime: Runtime): void {
  const found = existsSync(snapshot);
  if (found) for (const key of JSON.parse(readFileSync(snapshot, "utf8")) as string[]) cache.set(key, "warm");
  const text = `cache loaded entries=${cache.size} snapshot=${found ? "found" : "missing"}`;
  runtime.log(found ? "INFO" : "WARN", text);
}

/** False when too many wait already. Two requests for one article ask twice: that is what makes it a stampede. */
function openModel(runtime: Runtime): (sku: string) => Promise<boolean> {
  let busy = 0;
  const queue: (() => void)[] = [];
  return async (sku) => {
    if (queue.length >= longestQueue) {
      runtime.log("ERROR", `model queue full depth=${queue.length} sku=${sku}: answering 503`);
      return false;
    }
    if (queue.length > 10) runtime.log("WARN", `cache miss waits for the model sku=${sku} depth=${queue.length}`);
    if (busy >= slots) await new Promise<void>((resolve) => queue.push(resolve));
    else busy += 1;
    await pause(90 + Math.random() * 20);
    const next = queue.shift();
    if (next === undefined) busy -= 1;
    else next();
    return true;
  };
}
