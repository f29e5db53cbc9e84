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
  "api.ts": withSecrets,
  "brain.ts": small,
  "chat.ts": withSecrets,
  "detector.ts": small,
  "hands.ts": small,
};

describe("a cold start", () => {
  it.each(readdirSync(folder))("of %s reads no SDK client, no policy engine and no chat library", async (file) => {
    expect(await packagesReadBy(join(folder, file))).toEqual([...(loads[file] ?? [])].sort());
  });

  it("reads an exporter of spans at the first step, and only where tracing is on", async () => {
    const step = (options: string) =>
      packagesReadBy(
        join(projectFolder, "src/aws/telemetry.ts"),
        `await module.awsTelemetry(${options}).observe({ do: "think" }, { runId: "run-1", turns: [] }, (async function* () {})()).next()`,
      );
    const exporter = "@opentelemetry/exporter-trace-otlp-http";
    expect(await step('{ environment: "test" }')).not.toContain(exporter);
    expect(await step('{ environment: "test", otlp: "http://127.0.0.1:9" }')).toContain(exporter);
  });

  it("shows what is read, so that the list above can be wrong", async () => {
    const read = await packagesReadBy(join(projectFolder, "src/governance/policy.ts"), "await (module.cedar())");
    expect(read).toContain("@cedar-policy/cedar-wasm");
    const sdk = await packagesReadBy(join(projectFolder, "src/aws/dynamo.ts"), "await (module.sdk())");
    expect(sdk).toContain("@aws-sdk/client-dynamodb");
  });
});

const anchorKey = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();

/** Imports it in a process of its own whose loader keeps a list. */
async function packagesReadBy(path: string, then = ""): Promise<readonly string[]> {
  const script = `import { registerHooks } from "node:module";
const read = new Set();
registerHooks({ load(url, context, next) {
  const name = /.*node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url)?.[1];
  if (name !== undefined) read.add(name);
  return next(url, context);
} });
const module = await import(${JSON.stringify(path)});
${then};
process.stdout.write(JSON.stringify([...read].sort()));
process.exit(0);`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    env: surroundings(),
    timeout: 60_000,
  });
  return JSON.parse(stdout);
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
