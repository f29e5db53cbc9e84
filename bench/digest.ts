/**
 * npx node --expose-gc bench/digest.ts [lines]
 * Speed and memory of the log digest on varied lines, single thread, beside a plain Drain and beside splitting each
 * line into words; then grouping accuracy of each system of the public labelled logs, where those are at hand.
 */
import { digestLines } from "../src/digest/lines.ts";
import { renderDigest } from "../src/digest/render.ts";
import { createDrain } from "./digest-drain.ts";
import { createLineSource } from "./digest-lines.ts";
import { loghubFolder, loghubSystems, scoreSystem } from "./digest-loghub.ts";

const total = Number(process.argv[2] ?? 1_000_000);
const rounds = 3;
const drainHeader = /^\S+ \S+ \[[^\]]*\] \S+ /;

console.log(`${total.toLocaleString("en-US")} lines, median processor time of ${rounds} rounds`);
const lines = makeLines(total, 7);
console.log(`${(lines.reduce((sum, line) => sum + line.length, 0) / 1e6).toFixed(1)} MB`);
const contenders: readonly (readonly [string, () => Promise<number> | number])[] = [
  ["split into words", () => lines.reduce((sum, line) => sum + line.split(" ").length, 0)],
  ["plain Drain", plainDrain],
  ["digest", async () => (await digestLines(lines)).report.ledger.clustersTotal],
];
const times = new Map<string, number[]>();
for (let round = 0; round < rounds; round++) {
  for (const [name, run] of contenders) {
    const start = cpuMilliseconds();
    const result = await run();
    times.set(name, [...(times.get(name) ?? []), cpuMilliseconds() - start]);
    if (round === 0) console.log(`  ${name}: ${result} ${name.startsWith("split") ? "words" : "clusters"}`);
  }
}
const median = (name: string) =>
  (times.get(name) as number[]).toSorted((a, b) => a - b)[Math.floor(rounds / 2)] as number;
for (const [name] of contenders) {
  const time = median(name);
  const rate = Math.round(total / (time / 1000)).toLocaleString("en-US");
  console.log(
    `${name.padEnd(18)} ${time.toFixed(0).padStart(6)} ms  ${rate.padStart(10)} lines/s  ${(median("plain Drain") / time).toFixed(2)}x plain Drain`,
  );
}
await memory();
await accuracy();

/** Processor time, not wall time: it is what a busy machine leaves comparable. */
function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Headers are cut by a hand-made pattern for Drain, which has no way to find them; the digest finds them itself. */
function plainDrain(): number {
  const drain = createDrain();
  for (const line of lines) drain.add(line.replace(drainHeader, ""));
  return drain.groups();
}

async function memory(): Promise<void> {
  console.log("\nheap after lines made one at a time (MB, after garbage collection where --expose-gc is given)");
  for (const count of [total / 10, total, total * 3]) {
    const source = createLineSource(11);
    let peak = 0;
    const stream = function* () {
      for (let index = 0; index < count; index++) {
        if (index % Math.floor(count / 10) === 0) peak = Math.max(peak, usedHeap());
        yield source();
      }
    };
    const before = usedHeap();
    const digest = await digestLines(stream());
    const tokens = Math.ceil(renderDigest(digest.report, 4000).length / 3.5);
    console.log(
      `  ${count.toLocaleString("en-US").padStart(10)} lines: peak ${(peak - before).toFixed(1)} MB over the start, digest of ${tokens} tokens`,
    );
  }
}

function usedHeap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1e6;
}

async function accuracy(): Promise<void> {
  const systems = loghubSystems();
  if (systems.length === 0) return console.log(`\nSKIPPED: no labelled logs at ${loghubFolder}`);
  console.log("\ngrouping accuracy from raw lines, one configuration");
  let sum = 0;
  for (const system of systems) {
    const score = await scoreSystem(system);
    sum += score.accuracy;
    console.log(
      `  ${system.padEnd(12)} ${score.accuracy.toFixed(4)}  clusters ${score.clusters}, truth ${score.truth}`,
    );
  }
  console.log(`  ${"mean".padEnd(12)} ${(sum / systems.length).toFixed(4)}`);
}

function makeLines(count: number, seed: number): string[] {
  const source = createLineSource(seed);
  // Through a buffer: lines glued from pieces would be flattened inside the first contender's time.
  return Array.from({ length: count }, () => Buffer.from(source()).toString("latin1"));
}
