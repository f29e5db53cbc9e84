import { fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { join } from "node:path";
import { asDeployed } from "../deployed.ts";

/**
 * What a loop adds to each tool step, against a Converse server that thinks for no time: frameworks that keep no journal
 * and ask no policy, and ours that does both. Each loop lives in a process of its own; all take turns, round by round, so
 * that a busy machine is busy for all.
 * Run, with Node 24: cd bench/rivals && npm ci && npm run bench [-- rounds]
 */
const rounds = Number(process.argv[2] ?? 9);
const steps = 20;
const project = join(import.meta.dirname, "../..");
const loops = [
  ["raw SDK loop, HTTP/1.1", "raw", { http1: true }],
  ["raw SDK loop, HTTP/2 (its default)", "raw", { http1: false }],
  ["Strands, HTTP/1.1", "strands", { http1: true }],
  ["Strands, HTTP/2 (its default)", "strands", { http1: false }],
  ["Vercel AI SDK", "vercel", {}],
  ["LangGraph, HTTP/1.1", "langgraph", { http1: true }],
  ["LangGraph, HTTP/2 (its default)", "langgraph", { http1: false }],
  ["ours, journal in memory", "ours", { store: "memory" }],
  ["ours, in memory, with telemetry", "ours", { store: "memory", telemetry: true }],
  ["ours, embedded store on disk", "ours", { store: "embedded" }],
];

const server = fork(join(import.meta.dirname, "server.mjs"), [String(steps)]);
const { port } = await heard(server);
const endpoint = `http://127.0.0.1:${port}`;
const env = {
  ...process.env,
  BENCH_ENDPOINT: endpoint,
  // Ours makes its client as the deployed function does, from the environment.
  AWS_ENDPOINT_URL_BEDROCK_RUNTIME: endpoint,
  BENCH_POLICIES: join(project, "policies"),
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "bench",
  AWS_SECRET_ACCESS_KEY: "bench",
  NODE_NO_WARNINGS: "1",
};
const workers = [];
const paths = Object.fromEntries(
  ["raw", "strands", "vercel", "langgraph"].map((name) => [name, join(import.meta.dirname, `loops/${name}.mjs`)]),
);
paths.ours = await bundled("ours");
for (const [name, file, options] of loops) {
  // Telemetry writes its lines to the standard output, as it does in a function; they are dropped here.
  const child = fork(join(import.meta.dirname, "worker.mjs"), [paths[file], JSON.stringify(options)], {
    env,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  await heard(child);
  workers.push({ name, child, figures: new Map([[1, []], [16, []]]), cpu: new Map([[1, []], [16, []]]), rss: new Map(), appends: 0 });
}

for (const concurrency of [1, 16]) {
  for (let round = -2; round < rounds; round++) {
    for (const worker of workers) {
      worker.child.send({ concurrency, steps, rounds: concurrency === 1 ? 8 : 1 });
      const { perStep, cpu, rss, appends } = await heard(worker.child);
      if (round >= 0) {
        worker.figures.get(concurrency).push(perStep);
        worker.cpu.get(concurrency).push(cpu);
      }
      worker.rss.set(concurrency, rss);
      worker.appends = appends;
    }
  }
}

const floor = (concurrency) => median(workers[0].cpu.get(concurrency));
console.log(`node ${process.version}, ${cpus().length} × ${cpus()[0].model}, ${steps} steps a run, ${rounds} rounds`);
console.log("| loop | 1 run: ms, processor ms a step | × raw | 16 runs: ms, processor ms | × raw | MB, 1 run | MB, 16 runs | appends a step |");
console.log("|---|---|---|---|---|---|---|---|");
for (const { name, figures, cpu, rss, appends } of workers) {
  const at = (concurrency) => {
    const middle = median(cpu.get(concurrency));
    const wall = median(figures.get(concurrency)).toFixed(2);
    return `${wall}, ${middle.toFixed(2)} | ${(middle / floor(concurrency)).toFixed(2)}`;
  };
  const memory = `${rss.get(1).toFixed(0)} | ${rss.get(16).toFixed(0)}`;
  console.log(`| ${name} | ${at(1)} | ${at(16)} | ${memory} | ${appends === 0 ? "0" : appends.toFixed(2)} |`);
}
console.log(versions());
for (const { child } of workers) child.kill();
server.kill();

function heard(child) {
  return new Promise((resolve, reject) => {
    const ended = (code) => reject(new Error(`a process ended with ${code}`));
    child.once("exit", ended);
    child.once("message", (message) => {
      child.off("exit", ended);
      resolve(message);
    });
  });
}

/** Ours as it is deployed: the packages of the others are JavaScript already, and reading TypeScript takes memory and time. */
async function bundled(name) {
  const { build } = createRequire(join(project, "package.json"))("esbuild");
  const outdir = join(project, "node_modules/.cache/healer-bench");
  await build({
    entryPoints: [join(import.meta.dirname, `loops/${name}.mjs`)],
    outdir,
    ...asDeployed,
    external: [...asDeployed.external, "classic-level", "dynalite"],
  });
  return join(outdir, `${name}.mjs`);
}

function versions() {
  const { dependencies } = JSON.parse(readFileSync(join(import.meta.dirname, "package.json"), "utf8"));
  return Object.entries(dependencies).map(([name, version]) => `${name} ${version}`).join(", ");
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
