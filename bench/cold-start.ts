import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/**
 * What a cold start reads and how long it takes: each handler bundled as it is deployed, imported in a fresh process with
 * everything its composition loads, beside bare Node, Hono, Hono with zod, and the frameworks of bench/rivals where they
 * are installed (`cd bench/rivals && npm ci`). Times are whole processes, interleaved, so that a busy machine is busy for all.
 * Run: npx node bench/cold-start.ts [rounds]
 */
const rounds = Number(process.argv[2] ?? 15);
const project = join(import.meta.dirname, "..");
const rivals = join(import.meta.dirname, "rivals");
const folder = mkdtempSync(join(tmpdir(), "healer-cold-"));
symlinkSync(join(project, "node_modules"), join(folder, "node_modules"));

const anchorKey = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();

const small: Readonly<Record<string, string>> = {
  "bare Node": "export {};",
  "bare Hono": `import { Hono } from "hono"; const app = new Hono(); app.get("/", (c) => c.text("ok")); export default app;`,
  "Hono + zod": `import { Hono } from "hono"; import * as z from "zod"; const Body = z.strictObject({ id: z.string() });
const app = new Hono(); app.post("/", async (c) => c.json(Body.parse(await c.req.json()))); export default app;`,
  "all AWS clients of ours, eager": [
    ...["auto-scaling", "bedrock-agent-runtime", "bedrock-runtime", "cloudtrail", "cloudwatch", "cloudwatch-logs"],
    ...["dynamodb", "pricing", "resource-groups-tagging-api", "s3", "sfn", "ssm"],
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

type Case = {
  readonly name: string;
  readonly entry: string;
  readonly kilobytes: readonly [first: number, all: number];
};
const cases: Case[] = [];
for (const [name, source] of Object.entries(small)) cases.push(await bundle(name, project, { contents: source }));
for (const file of readdirSync(join(project, "src/handlers")).sort()) {
  cases.push(await bundle(file.replace(".ts", ""), project, { path: join(project, "src/handlers", file) }));
}
if (existsSync(join(rivals, "node_modules"))) {
  for (const [name, source] of Object.entries(frameworks)) cases.push(await bundle(name, rivals, { contents: source }));
} else console.log("SKIPPED: the frameworks are not installed; cd bench/rivals && npm ci");

const times = new Map(cases.map(({ name }) => [name, [] as number[]]));
for (let round = -1; round < rounds; round++) {
  for (const { name, entry } of cases) {
    const took = start(entry);
    if (round >= 0) times.get(name)?.push(took);
  }
}
const bare = median(times.get("bare Node") ?? []);
const overHonoZod = median(times.get("Hono + zod") ?? []) - bare;
console.log(
  `node ${process.version}, ${rounds} fresh processes each, interleaved; bare Node takes ${bare.toFixed(0)} ms`,
);
console.log("program | static kB (gzip) | deployed kB | median ms over bare Node | × Hono + zod");
for (const { name, entry, kilobytes } of cases) {
  const over = median(times.get(name) ?? []) - bare;
  const zipped = (gzipSync(readFileSync(entry)).length / 1000).toFixed(0);
  const sizes = `${kilobytes[0].toFixed(0)} (${zipped}) | ${kilobytes[1].toFixed(0)}`;
  console.log(`${name} | ${sizes} | ${over.toFixed(0)} | ${(over / overHonoZod).toFixed(2)}`);
}
rmSync(folder, { recursive: true, force: true });

/** As infra/function.ts has it bundled: minified, split, ESM; Cedar stays a package. */
async function bundle(
  name: string,
  from: string,
  source: { readonly contents: string } | { readonly path: string },
): Promise<Case> {
  const out = join(folder, name.replaceAll(/\W+/g, "-"));
  const input =
    "path" in source ? { entryPoints: [source.path] } : { stdin: { contents: source.contents, resolveDir: from } };
  const { metafile } = await build({
    ...input,
    outdir: out,
    entryNames: "entry",
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    mainFields: ["module", "main"],
    outExtension: { ".js": ".mjs" },
    external: ["@cedar-policy/cedar-wasm"],
    banner: {
      js: 'import { createRequire as __cr } from "node:module"; const require = __cr(import.meta.url); const __filename = import.meta.filename, __dirname = import.meta.dirname;',
    },
    metafile: true,
    logLevel: "error",
    absWorkingDir: project,
  });
  const outputs = Object.entries(metafile.outputs).map(([path, output]) => [join(project, path), output] as const);
  const byPath = new Map(outputs);
  const entry = join(out, "entry.mjs");
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const { path: next, kind } of byPath.get(path)?.imports ?? []) {
      if (kind === "import-statement") visit(join(project, next));
    }
  };
  visit(entry);
  const sum = (paths: Iterable<string>) =>
    [...paths].reduce((bytes, path) => bytes + (byPath.get(path)?.bytes ?? 0), 0) / 1000;
  return { name, entry, kilobytes: [sum(seen), sum(byPath.keys())] };
}

/** Milliseconds of a whole process that imports the bundle and leaves. */
function start(entry: string): number {
  const began = performance.now();
  const script = `await import(${JSON.stringify(entry)}); process.exit(0);`;
  const ended = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    env: surroundings(),
    encoding: "utf8",
  });
  if (ended.status !== 0) throw new Error(`${entry}: ${ended.stderr}`);
  return performance.now() - began;
}

/** What a deployed function is told; none of it is called. */
function surroundings(): Record<string, string> {
  const secret = (value: string) => JSON.stringify({ type: "sst.sst.Secret", value });
  return {
    PATH: process.env["PATH"] ?? "",
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "bench",
    AWS_SECRET_ACCESS_KEY: "bench",
    HEALER_ACCOUNT: "123456789012",
    HEALER_SETTINGS: JSON.stringify({
      environment: "bench",
      slack: { teamId: "T0BENCH", appId: "A0BENCH", channel: "C0BENCH" },
    }),
    HEALER_AUDIT: "audit",
    HEALER_INCIDENTS: "incidents",
    HEALER_APPROVALS: "approvals",
    HEALER_STATE_MACHINE: "arn:aws:states:eu-west-1:123456789012:stateMachine:bench",
    HEALER_ANCHORS: "anchors",
    HEALER_FILES: project,
    SST_RESOURCE_App: JSON.stringify({ name: "bench", stage: "bench" }),
    SST_RESOURCE_AnchorKey: secret(anchorKey),
    SST_RESOURCE_ApiTokens: secret(`ada:${"a".repeat(40)}`),
    SST_RESOURCE_SlackBotToken: secret("xoxb-bench"),
    SST_RESOURCE_SlackSigningSecret: secret("bench"),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
