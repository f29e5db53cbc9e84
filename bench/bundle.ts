import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { asDeployed } from "./deployed.ts";

export const project = join(import.meta.dirname, "..");

/** Where bundles are put; the policy engine, which stays a package, is found beside them. */
export const folder = mkdtempSync(join(tmpdir(), "healer-cold-"));
symlinkSync(join(project, "node_modules"), join(folder, "node_modules"));

const anchorKey = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();

export type Case = {
  readonly name: string;
  readonly entry: string;
  readonly kilobytes: readonly [first: number, all: number];
};
export async function bundle(
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
    ...asDeployed,
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

/** What a deployed function is told; none of it is called. */
export function surroundings(): Record<string, string> {
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
