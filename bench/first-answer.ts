import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { dynamoApprovals } from "../src/aws/dynamo-approvals.ts";
import { dynamoIncidents } from "../src/aws/dynamo-incidents.ts";
import { dynamoJournal } from "../src/aws/dynamo-journal.ts";
import { openState } from "../src/local/state.ts";
import { actionIds } from "../src/slack/buttons.ts";
import { previewStates } from "../src/slack/preview/cards.ts";
import { sampleRun } from "../src/slack/preview/sample-run.ts";
import { bundle, folder, project, surroundings } from "./bundle.ts";
import { median } from "./figures.ts";

/**
 * What a cold start costs to its first answer, since work that an import puts off is saved only where no request needs it:
 * each handler bundled as it is deployed, in a fresh process, its tables an embedded DynamoDB in another one, Bedrock and
 * Slack answered at once. All take turns. Run: npx node bench/first-answer.ts [rounds]
 */
const rounds = Number(process.argv[2] ?? 9);
const state = await openState(join(folder, "state"));
const sample = sampleRun((previewStates[0] as (typeof previewStates)[number]).words, []);
const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
await dynamoApprovals(state.dynamo).create({ ...sample.approval, expiresAt, allowed: ["slack:T0BENCH/U0BENCH"] });
await dynamoIncidents(state.dynamo).create(sample.incident);
for (const entry of sample.entries) await dynamoJournal(state.dynamo).append(entry);

const { port: tables } = (await import(join(state.folder, "endpoint.json"), { with: { type: "json" } })).default;
const bedrock = createServer((request, response) => {
  request.resume().on("end", () => {
    const text = JSON.stringify({
      output: { message: { role: "assistant", content: [{ text: "I have seen enough." }] } },
      stopReason: "guardrail_intervened",
      usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
      metrics: { latencyMs: 0 },
    });
    response.writeHead(200, { "content-type": "application/json" }).end(text);
  });
}).listen(0, "127.0.0.1");
await new Promise((resolve) => bedrock.once("listening", resolve));

const env = {
  ...surroundings(),
  HEALER_AUDIT: state.dynamo.tables.audit,
  HEALER_INCIDENTS: state.dynamo.tables.incidents,
  HEALER_APPROVALS: state.dynamo.tables.approvals,
  AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${tables}`,
  AWS_ENDPOINT_URL_BEDROCK_RUNTIME: `http://127.0.0.1:${(bedrock.address() as AddressInfo).port}`,
};

const http = (method: string, rawPath: string, headers: Readonly<Record<string, string>> = {}, body?: string) => ({
  version: "2.0",
  rawPath,
  rawQueryString: "",
  headers: { host: "bench", ...headers },
  requestContext: { domainName: "bench", http: { method, path: rawPath } },
  body,
  isBase64Encoded: false,
});

const click = (): string => {
  const value = JSON.stringify({ approval: sample.approval.approvalId, digest: sample.approval.digest });
  const payload = {
    type: "block_actions",
    team: { id: "T0BENCH" },
    user: { id: "U0BENCH", team_id: "T0BENCH" },
    api_app_id: "A0BENCH",
    container: { type: "message", message_ts: "1.2", channel_id: "C0BENCH" },
    actions: [{ action_id: actionIds.approve, value }],
  };
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
};

const signed = (body: string): Record<string, string> => {
  const seconds = Math.floor(Date.now() / 1000);
  const signature = createHmac("sha256", "bench").update(`v0:${seconds}:${body}`).digest("hex");
  return { "x-slack-request-timestamp": String(seconds), "x-slack-signature": `v0=${signature}` };
};

type Case = {
  readonly handler: "Hono + zod" | "api" | "brain";
  readonly event: () => Promise<unknown>;
  readonly expects: string;
};

let runs = 0;
const cases: Readonly<Record<string, Case>> = {
  "Hono + zod: one route": {
    handler: "Hono + zod",
    event: async () => http("GET", "/?id=a"),
    expects: '"statusCode":200',
  },
  "api: GET /healthz": { handler: "api", event: async () => http("GET", "/healthz"), expects: '"ok\\":true' },
  "api: an unsigned post": {
    handler: "api",
    event: async () => http("POST", "/slack/interactions", {}, click()),
    expects: '"statusCode":401',
  },
  "api: a signed click": {
    handler: "api",
    event: async () => http("POST", "/slack/interactions", signed(click()), click()),
    expects: '"statusCode":200',
  },
  "api: the console's list": {
    handler: "api",
    event: async () => http("GET", "/", { authorization: `Bearer ${"a".repeat(40)}` }),
    expects: sample.approval.runId,
  },
  "brain: a run's first step": {
    handler: "brain",
    event: async () => {
      const runId = `run-bench-${runs++}` as typeof sample.approval.runId;
      const [{ at, actor, events }] = sample.entries as [(typeof sample.entries)[number]];
      const { nextEntry } = await import("../src/domain/journal.ts");
      const started = events.filter(({ type }) => type === "run_started");
      await dynamoJournal(state.dynamo).append(nextEntry(undefined, { runId, at, actor, events: started }));
      return { route: "/internal/drive", body: { runId } };
    },
    expects: '"status":"done"',
  },
};

/** Runs in the fresh process: both figures after the import, and both after the answer. */
const script = join(folder, "first.mjs");
writeFileSync(
  script,
  `const cpu = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
const [, , entry, event] = process.argv;
globalThis.fetch = async () => Response.json({ ok: true, channel: "C0BENCH", ts: "1.2", team_id: "T0BENCH", bot_id: "B0BENCH",
  user: { id: "U0BENCH", name: "ada", real_name: "Ada", team_id: "T0BENCH", is_bot: false, deleted: false, profile: {} } });
const began = performance.now();
const figures = [];
if (entry !== "nothing") {
  const { handler } = await import(entry);
  figures.push(cpu(), performance.now() - began);
  const answer = await handler(JSON.parse(event), { getRemainingTimeInMillis: () => 60_000 });
  figures.push(cpu(), performance.now() - began, JSON.stringify(answer));
} else figures.push(cpu(), 0, cpu(), 0, "");
console.log("\\n" + JSON.stringify(figures));
process.exit(0);`,
);

type Figures = readonly [importCpu: number, importMs: number, cpu: number, ms: number, answer: string];

function start(entry: string, event: unknown): Promise<Figures> {
  const child = spawn(process.execPath, [script, entry, JSON.stringify(event)], { env });
  let out = "";
  child.stdout.on("data", (text) => {
    out += text;
  });
  child.stderr.pipe(process.stderr);
  return new Promise((resolve, reject) =>
    child.once("close", (code) =>
      code === 0 ? resolve(JSON.parse(out.trim().split("\n").at(-1) ?? "")) : reject(new Error(`${entry}: ${code}`)),
    ),
  );
}

const least = `import { Hono } from "hono"; import { handle } from "hono/aws-lambda"; import * as z from "zod";
const Query = z.strictObject({ id: z.string() });
const app = new Hono(); app.get("/", (c) => c.json(Query.parse({ id: c.req.query("id") ?? "a" })));
export const handler = handle(app);`;
const entries = new Map([["Hono + zod", (await bundle("Hono + zod", project, { contents: least })).entry]]);
for (const name of ["api", "brain"]) {
  entries.set(name, (await bundle(name, project, { path: join(project, "src/handlers", `${name}.ts`) })).entry);
}
const figures = new Map<string, Figures[]>();
for (let round = -1; round < rounds; round++) {
  const bare = await start("nothing", {});
  if (round >= 0) figures.set("bare Node", [...(figures.get("bare Node") ?? []), bare]);
  for (const [name, { handler, event, expects }] of Object.entries(cases)) {
    const taken = await start(entries.get(handler) ?? "", await event());
    if (!taken[4].includes(expects)) throw new Error(`${name}: ${taken[4]}`);
    if (round >= 0) figures.set(name, [...(figures.get(name) ?? []), taken]);
  }
}
const middle = (name: string, index: 0 | 1 | 2 | 3) => median((figures.get(name) ?? []).map((taken) => taken[index]));
const bareCpu = middle("bare Node", 0);
console.log(
  `node ${process.version}, ${rounds} fresh processes each, interleaved; bare Node: ${bareCpu.toFixed(0)} ms of processor`,
);
console.log("first request | import, processor ms | to the answer, processor ms | import, ms | to the answer, ms");
for (const name of Object.keys(cases)) {
  const cpu = [middle(name, 0), middle(name, 2)].map((one) => (one - bareCpu).toFixed(0));
  const wall = [middle(name, 1), middle(name, 3)].map((one) => one.toFixed(0));
  console.log(`${name} | ${[...cpu, ...wall].join(" | ")}`);
}
bedrock.close();
await state.close();
rmSync(folder, { recursive: true, force: true });
