import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bundle, type Case, folder, project, surroundings } from "./bundle.ts";
import { median } from "./figures.ts";

/**
 * What a cold start reads and how long it takes: each handler bundled as it is deployed, imported in a fresh process with
 * everything its composition loads, beside bare Node, Hono, Hono with zod, and the frameworks of bench/rivals where they
 * are installed (`cd bench/rivals && npm ci`). Times are whole processes, interleaved, so that a busy machine is busy for all.
 * Run: npx node bench/cold-start.ts [rounds]
 */
const rounds = Number(process.argv[2] ?? 15);
const rivals = join(import.meta.dirname, "rivals");

const small: Readonly<Record<string, string>> = {
  "bare Node": "export {};",
  "bare Hono": `import { Hono } from "hono"; const app = new Hono(); app.get("/", (c) => c.text("ok")); export default app;`,
  "Hono + zod": `import { Hono } from "hono"; import * as z from "zod"; const Body = z.strictObject({ id: z.string() });
const app = new Hono(); app.post("/", async (c) => c.json(Body.parse(await c.req.json()))); export default app;`,
  "all AWS clients of ours, eager": [
    "auto-scaling",
    "bedrock-agent-runtime",
    "bedrock-runtime",
    "cloudtrail",
    "cloudwatch",
    "cloudwatch-logs",
    "dynamodb",
    "pricing",
    "resource-groups-tagging-api",
    "s3",
    "sfn",
    "ssm",
  ]
    .map((name, index) => `import * as c${index} from "@aws-sdk/client-${name}"; globalThis.c${index} = c${index};`)
    .join("\n"),
};
const frameworks: Readonly<Record<string, string>> = {
  "raw SDK loop": `import { BedrockRuntimeClient, ConverseCommand } from "@aws-sdk/client-bedrock-runtime"; globalThis.x = [new BedrockRuntimeClient({ region: "us-east-1" }), ConverseCommand];`,
  Strands: `import { Agent, BedrockModel, tool } from "@strands-agents/sdk"; import * as z from "zod"; globalThis.x = [Agent, BedrockModel, tool, z.string()];`,
  "Vercel AI SDK": `import { generateText, tool, stepCountIs } from "ai"; import { createAmazonBedrock } from "@ai-sdk/amazon-bedrock"; import * as z from "zod"; globalThis.x = [generateText, tool, stepCountIs, createAmazonBedrock, z.string()];`,
  LangGraph: `import { createReactAgent } from "@langchain/langgraph/prebuilt"; import { ChatBedrockConverse } from "@langchain/aws"; import { tool } from "@langchain/core/tools"; import * as z from "zod"; globalThis.x = [createReactAgent, ChatBedrockConverse, tool, z.string()];`,
};

const cases: Case[] = [];
for (const [name, source] of Object.entries(small)) cases.push(await bundle(name, project, { contents: source }));
for (const file of readdirSync(join(project, "src/handlers")).sort()) {
  cases.push(await bundle(file.replace(".ts", ""), project, { path: join(project, "src/handlers", file) }));
}
if (existsSync(join(rivals, "node_modules"))) {
  for (const [name, source] of Object.entries(frameworks)) cases.push(await bundle(name, rivals, { contents: source }));
} else console.log("SKIPPED: the frameworks are not installed; cd bench/rivals && npm ci");

const times = new Map(cases.map(({ name }) => [name, [] as Taken[]]));
for (let round = -1; round < rounds; round++) {
  for (const { name, entry } of cases) {
    const took = start(entry);
    if (round >= 0) times.get(name)?.push(took);
  }
}
const middle = (name: string, what: keyof Taken) => median((times.get(name) ?? []).map((taken) => taken[what]));
const over = (name: string, what: keyof Taken) => middle(name, what) - middle("bare Node", what);
const bare = `${middle("bare Node", "ms").toFixed(0)} ms, ${middle("bare Node", "cpuMs").toFixed(0)} of them processor time`;
console.log(`node ${process.version}, ${rounds} fresh processes each, interleaved; bare Node takes ${bare}`);
console.log("program | kB at import | kB in all | ms over bare Node | processor ms over it | × Hono + zod");
for (const { name, kilobytes } of cases) {
  const sizes = `${kilobytes[0].toFixed(0)} | ${kilobytes[1].toFixed(0)}`;
  const cpu = over(name, "cpuMs");
  const ratio = (cpu / over("Hono + zod", "cpuMs")).toFixed(1);
  console.log(`${name} | ${sizes} | ${over(name, "ms").toFixed(0)} | ${cpu.toFixed(0)} | ${ratio}`);
}
rmSync(folder, { recursive: true, force: true });

type Taken = { readonly ms: number; readonly cpuMs: number };

/** A whole process that imports the bundle and leaves. Its processor time says more where other work runs beside it. */
function start(entry: string): Taken {
  const began = performance.now();
  const script = `await import(${JSON.stringify(entry)}); const { user, system } = process.cpuUsage(); console.log((user + system) / 1000); process.exit(0);`;
  const ended = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    env: surroundings(),
    encoding: "utf8",
  });
  if (ended.status !== 0) throw new Error(`${entry}: ${ended.stderr}`);
  return { ms: performance.now() - began, cpuMs: Number(ended.stdout) };
}
