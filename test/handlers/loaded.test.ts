import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { projectFolder } from "../../src/local/files.ts";

const folder = join(projectFolder, "src/handlers");

/** Packages that each handler has read once its module has been evaluated, all that its composition loads included. */
const small = ["canonicalize", "hono", "zod"];
const withSecrets = [...small, "aws4fetch", "sst"];
const loads: Readonly<Record<string, readonly string[]>> = {
  "anchor.ts": withSecrets,
  "api.ts": ["hono"],
  "brain.ts": small,
  "chat.ts": withSecrets,
  "detector.ts": small,
  "hands.ts": small,
};

describe("a cold start", () => {
  it.each(readdirSync(folder))("of %s reads no SDK client, no policy engine and no chat library", async (file) => {
    expect((await readBy(join(folder, file))).packages).toEqual([...(loads[file] ?? [])].sort());
  });

  it("of the API reads no journal, no approval, no chat and no console", async () => {
    const { own } = await readBy(join(folder, "api.ts"));
    expect(own).toContain("src/http/app.ts");
    expect(
      own.filter((file) => /^src\/(agent|slack|http\/(routes|pages))|domain\/(event|approval)/.test(file)),
    ).toEqual([]);
  });

  it("reads an exporter of spans at the first step, and only where tracing is on", async () => {
    const step = async (options: string) => {
      const observing = `await module.awsTelemetry(${options}).observe({ do: "think" }, { runId: "run-1", turns: [] }, (async function* () {})()).next()`;
      return (await readBy(join(projectFolder, "src/aws/telemetry.ts"), observing)).packages;
    };
    const exporter = "@opentelemetry/exporter-trace-otlp-http";
    expect(await step('{ environment: "test" }')).not.toContain(exporter);
    expect(await step('{ environment: "test", otlp: "http://127.0.0.1:9" }')).toContain(exporter);
  });

  it("shows what is read, so that the list above can be wrong", async () => {
    const read = await readBy(join(projectFolder, "src/governance/policy.ts"), "await (module.cedar())");
    expect(read.packages).toContain("@cedar-policy/cedar-wasm");
    const sdk = await readBy(join(projectFolder, "src/aws/dynamo.ts"), "await (module.sdk())");
    expect(sdk.packages).toContain("@aws-sdk/client-dynamodb");
  });
});

describe("a first request to the API", () => {
  const api = (status: number, method: string, path: string) =>
    readBy(
      join(folder, "api.ts"),
      `const http = { method: "${method}", path: "${path}" };
const event = { version: "2.0", rawPath: "${path}", rawQueryString: "", headers: {}, requestContext: { http } };
const { statusCode } = await module.handler(event, {});
if (statusCode !== ${status}) throw new Error("answered " + statusCode);`,
    );

  it("that asks for its health reads no secret and no record", async () => {
    const { packages, own } = await api(200, "GET", "/healthz");
    expect(packages).toEqual(["hono"]);
    expect(own).not.toContain("src/aws/records.ts");
  });

  it("that Slack did not sign is turned away before anything is read that takes it in", async () => {
    const { packages, own } = await api(401, "POST", "/slack/interactions");
    expect(packages).toEqual(["aws4fetch", "hono", "sst", "zod"]);
    expect(own).toContain("src/slack/signature.ts");
    expect(own).not.toContain("src/slack/inbox.ts");
  });

  it("of a stranger is turned away without an SDK client, a policy or a chat library", async () => {
    const { packages, own } = await api(401, "GET", "/api/runs");
    expect(packages).toEqual(["aws4fetch", "canonicalize", "hono", "sst", "zod"]);
    expect(own).not.toContain("src/slack/inbox.ts");
  });
});

const anchorKey = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();

type Read = { readonly packages: readonly string[]; readonly own: readonly string[] };

/** Imports it in a process of its own whose loader keeps a list. */
async function readBy(path: string, then = ""): Promise<Read> {
  const script = `import { registerHooks } from "node:module";
const packages = new Set();
const own = [];
registerHooks({ load(url, context, next) {
  const name = /.*node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url)?.[1];
  if (name !== undefined) packages.add(name);
  else own.push(url.replace(/.*?(?=(?:src|tools)\\/)/, ""));
  return next(url, context);
} });
const module = await import(${JSON.stringify(path)});
${then};
process.stdout.write(JSON.stringify({ packages: [...packages].sort(), own }));
process.exit(0);`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    env: surroundings(),
    timeout: 60_000,
  });
  // Behind what the handler itself wrote to its log.
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}

function surroundings(): Record<string, string> {
  const secret = (value: string) => JSON.stringify({ type: "sst.sst.Secret", value });
  const slack = { teamId: "T0TEST", appId: "A0TEST", channel: "C0TEST" };
  return {
    PATH: process.env["PATH"] ?? "",
    NODE_NO_WARNINGS: "1",
    AWS_REGION: "eu-west-1",
    HEALER_ACCOUNT: "123456789012",
    HEALER_SETTINGS: JSON.stringify({ environment: "test", knowledgeBaseId: "ABCDEFGHIJ", slack }),
    HEALER_AUDIT: "audit",
    HEALER_INCIDENTS: "incidents",
    HEALER_APPROVALS: "approvals",
    HEALER_STATE_MACHINE: "arn:aws:states:eu-west-1:123456789012:stateMachine:healer",
    HEALER_ANCHORS: "anchors",
    HEALER_FILES: projectFolder,
    SST_RESOURCE_App: JSON.stringify({ name: "incident-healer", stage: "test" }),
    SST_RESOURCE_AnchorKey: secret(anchorKey),
    SST_RESOURCE_ApiTokens: secret(`ada:${"a".repeat(40)}`),
    SST_RESOURCE_SlackBotToken: secret("xoxb-1"),
    SST_RESOURCE_SlackSigningSecret: secret("s"),
  };
}
