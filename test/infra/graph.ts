import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { MockedResource } from "./mocks.ts";

export const projectRoot = fileURLToPath(new URL("../../", import.meta.url));
const sstFolder = join(projectRoot, ".sst");

export type Resource = MockedResource & {
  readonly options: { readonly protect?: boolean; readonly retainOnDelete?: boolean };
};
export type Graph = {
  readonly app: { readonly protect: boolean; readonly removal: string; readonly providers: unknown };
  readonly resources: readonly Resource[];
  /** Names of the secrets that each function can read. */
  readonly links: Readonly<Record<string, readonly string[]>>;
  /** Folder of each function's bundle and zip. */
  readonly artifacts: string;
};

/** Says on the console what is skipped; where HEALER_REQUIRE_INFRA is set, as in CI, a missing platform is a fault. */
export function hasPlatform(): boolean {
  if (existsSync(join(sstFolder, "platform", "node_modules"))) return true;
  if (process.env.HEALER_REQUIRE_INFRA) throw new Error("no .sst/platform: run `npm run sst:install` first");
  console.log("SKIPPED: the deployment's graph: no .sst/platform; `npm run sst:install` puts it there");
  return false;
}

/** Evaluates the project's real deployment program for a stage, in a process of its own. */
export async function synthesize(stage: string, deployment: object): Promise<Graph> {
  const out = mkdtempSync(join(sstFolder, "synth-"));
  const file = join(out, "healer.deploy.json");
  writeFileSync(file, JSON.stringify({ [stage]: deployment }));
  const secrets = ["AnchorKey", "ApiTokens", "SlackBotToken", "SlackSigningSecret"];
  const values = Object.fromEntries(secrets.map((name) => [`SST_SECRET_${name}`, `value-of-${name}`]));
  const env = { ...process.env, ...values, HEALER_DEPLOY_FILE: file, AWS_REGION: "eu-west-1" };
  const script = fileURLToPath(new URL("synth.ts", import.meta.url));
  await promisify(execFile)(process.execPath, [script, stage, out], { cwd: projectRoot, env, timeout: 100_000 });
  return { ...JSON.parse(readFileSync(join(out, "graph.json"), "utf8")), artifacts: join(out, "artifacts") };
}

export function removeGraph(graph: Graph | undefined): void {
  if (graph !== undefined) rmSync(join(graph.artifacts, ".."), { recursive: true, force: true });
}

export type Statement = {
  readonly Effect: "Allow" | "Deny";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

/** Statements of an IAM document, every list a list. */
export function statementsOf(document: unknown): readonly Statement[] {
  const { Statement } = JSON.parse(String(document)) as { Statement: readonly Record<string, unknown>[] };
  return Statement.map(
    (each) => ({ ...each, Action: [each.Action].flat(), Resource: [each.Resource].flat() }) as unknown as Statement,
  );
}

export function ofType(graph: Graph, type: string): readonly Resource[] {
  return graph.resources.filter((resource) => resource.type === type);
}

export function named(graph: Graph, type: string, name: string): Resource {
  const found = ofType(graph, type).find((resource) => resource.name === name);
  if (found === undefined) throw new Error(`no ${type} ${name}`);
  return found;
}

/** What a role may do, from its inline policies; the function's name is the key. */
export function rolesOf(graph: Graph): ReadonlyMap<string, readonly Statement[]> {
  const roles = ofType(graph, "aws:iam/role:Role").map(({ name, inputs }): [string, readonly Statement[]] => {
    const policies = (inputs.inlinePolicies ?? []) as readonly { readonly policy: string }[];
    return [name.replace(/Role$/, ""), policies.flatMap(({ policy }) => statementsOf(policy))];
  });
  return new Map(roles);
}

/** Whether an IAM resource pattern reaches an ARN. */
export function reaches(pattern: string, arn: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`).test(arn);
}
