import { execFile } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Graph, projectRoot } from "./graph.ts";

export type BundleAnswer = {
  readonly problem?: string;
  /** Internal routes that answered from outside, with their status. */
  readonly opened: readonly string[];
  /** Everything that is deployed with it but source maps. */
  readonly bytes: number;
};

/** Texts that a function reads at run time, as its zip names them. */
export function textsIn(graph: Graph, name: string): readonly string[] {
  const zip = readFileSync(join(graph.artifacts, name, "code.zip"));
  return ["policies/90-never.cedar", "prompts/system.md", "runbooks/disk-full.md"].filter((path) => zip.includes(path));
}

/** Imports a function's real bundle in a process of its own and, for the API, knocks at every internal route. */
export async function runBundle(graph: Graph, name: string, variables: Record<string, string>): Promise<BundleAnswer> {
  const folder = join(graph.artifacts, `${name}-src`);
  const secret = (value: string) => JSON.stringify({ type: "sst.sst.Secret", value });
  const { SST_KEY_FILE: _, SST_KEY: __, ...plain } = variables;
  const env = {
    ...plain,
    PATH: process.env.PATH ?? "",
    AWS_REGION: "eu-west-1",
    HEALER_FILES: projectRoot,
    SST_RESOURCE_App: JSON.stringify({ name: "incident-healer", stage: "production" }),
    SST_RESOURCE_AnchorKey: secret(anchorKey),
    SST_RESOURCE_ApiTokens: secret(`ada:${"a".repeat(40)}`),
    SST_RESOURCE_SlackBotToken: secret("xoxb-1"),
    SST_RESOURCE_SlackSigningSecret: secret("s"),
  };
  const script = `import { handler } from ${JSON.stringify(join(folder, "bundle.mjs"))};
const opened = [];
if (typeof handler !== "function") throw new Error("no handler");
if (${JSON.stringify(name)} === "Api") {
  const routes = ${JSON.stringify(internalRoutes)};
  for (const path of routes) for (const authorization of ["", "Bearer ${"a".repeat(40)}"]) {
    const event = { version: "2.0", rawPath: path, rawQueryString: "", headers: { host: "api.test", authorization }, requestContext: { http: { method: "POST", path, sourceIp: "192.0.2.1" }, domainName: "api.test" }, body: "{}", isBase64Encoded: false };
    const { statusCode } = await handler(event, {});
    if (statusCode !== 404 && statusCode !== 401) opened.push(path + " " + statusCode);
  }
}
console.log(JSON.stringify({ opened }));
process.exit(0);`;
  const bytes = readdirSync(folder)
    .filter((file) => file.endsWith(".mjs"))
    .reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
      env,
      timeout: 60_000,
    });
    return { ...JSON.parse(stdout.trim().split("\n").at(-1) ?? "{}"), bytes };
  } catch (error) {
    return { problem: error instanceof Error ? error.message.slice(-1500) : "unknown", opened: [], bytes };
  }
}

const internalRoutes = ["event", "drive", "act", "ask", "escalate", "anchor", "told", "tick"].map(
  (name) => `/internal/${name}`,
);

/** A throw-away key, made for this test alone: openssl genpkey -algorithm ed25519. */
const anchorKey = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f
-----END PRIVATE KEY-----
`;
