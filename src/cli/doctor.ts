import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { type Deployment, deploymentOf } from "../aws/deployment.ts";
import { checkAccount, checkCredentials } from "../aws/doctor.ts";
import { checkModels } from "../aws/doctor-models.ts";
import { documentsOf } from "../aws/documents.ts";
import { peopleAmong } from "../domain/approval.ts";
import { type Check, failed, passed, warned } from "../domain/check.ts";
import { refuseUnknown } from "../domain/mode.ts";
import { projectFolder } from "../local/files.ts";
import { loadRunbooks } from "../local/runbook-folder.ts";
import { systemClock } from "../local/system.ts";
import { probeDocumentName } from "../probe/probes.ts";
import { checkSecrets } from "./doctor-secrets.ts";
import { colours, exitCodes, type Io, printable } from "./io.ts";

export type DoctorArgs = {
  readonly stage: string;
  /** What `sst deploy` wrote. */
  readonly outputs?: string;
  readonly deployment?: string;
  readonly json?: boolean;
  /** False asks no model for a word, which costs less than a hundredth of a cent each. */
  readonly modelCall?: boolean;
};

const Outputs = z.object({
  url: z.string(),
  region: z.string(),
  audit: z.string(),
  incidents: z.string(),
  approvals: z.string(),
  workflow: z.string(),
});

const probes = { name: probeDocumentName, type: "Command", shared: false, calls: [] } as const;

/** `healer doctor`: says check by check what is missing to run, and what to do about it. Changes nothing. */
export async function runDoctor(args: DoctorArgs, io: Io, env: NodeJS.ProcessEnv = process.env): Promise<number> {
  const checks = (await examine(args, env)).map((check) => forStage(check, args.stage));
  io.stdout(args.json === true ? `${JSON.stringify({ stage: args.stage, checks })}\n` : told(checks, io));
  return checks.some(({ status }) => status === "fail") ? exitCodes.fault : exitCodes.ok;
}

/** So that a remedy can be pasted as it stands. */
const forStage = (check: Check, stage: string): Check =>
  check.fix === undefined ? check : { ...check, fix: check.fix.replaceAll("<stage>", stage) };

async function examine(args: DoctorArgs, env: NodeJS.ProcessEnv): Promise<readonly Check[]> {
  const settings = await readSettings(args);
  if ("status" in settings) return [settings];
  const people = checkPeople(settings);
  const secrets = await checkSecrets(settings, env);
  const models = (region: string | undefined, reachable: boolean) =>
    checkModels({
      models: settings.models,
      region,
      now: systemClock.now(),
      ask: reachable && args.modelCall !== false,
    });
  const outputs = Outputs.safeParse(await readJson(args.outputs ?? join(".sst", "outputs.json")));
  if (!outputs.success) {
    const here = await checkCredentials();
    const none = failed("deployment", "no outputs of a deployment found here", deployFirst);
    return [here, ...(await models(env["AWS_REGION"], here.status === "ok")), ...people, ...secrets, none];
  }
  const { region, url } = outputs.data;
  const documents = [...(await documentsOf(join(projectFolder, "runbooks"))), probes];
  const account = await checkAccount(outputs.data, settings, documents);
  const asked = await models(region, account[0]?.status === "ok");
  return [...account, ...asked, ...people, ...secrets, await checkApi(url)];
}

const deployFirst =
  "npx sst deploy --stage <stage>, or name its file with --outputs. Without one, `npm run demo` needs none of this.";

async function readSettings({ stage, deployment = "healer.deploy.json" }: DoctorArgs): Promise<Deployment | Check> {
  try {
    const settings = deploymentOf(stage, (await readJson(deployment)) ?? {});
    refuseUnknown(settings.modes, (await loadRunbooks(join(projectFolder, "runbooks"))).runbooks);
    return settings;
  } catch (error) {
    return failed("settings", error instanceof Error ? error.message : "unreadable", `Correct ${deployment}.`);
  }
}

/** Undefined for a file that is absent or is no JSON. */
async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return [];
  }
}

function checkPeople({ mode, approvers, slack }: Deployment): readonly Check[] {
  const name = "people";
  if (approvers.length === 0) {
    return [
      warned(name, "nobody may approve: every gated change stays undone", "List approvers in healer.deploy.json."),
    ];
  }
  if (peopleAmong(approvers) < 2) {
    const what = "one may approve, or each under another kind of id: what is critical needs two and stays undone";
    return [warned(name, what, "List two ids that begin alike, both `slack:` or both `api:`.")];
  }
  if (slack === undefined)
    return [warned(name, "no chat: approvals wait in the console", "Set `slack` in healer.deploy.json.")];
  return [passed(name, `mode ${mode}, ${approvers.length} may approve`)];
}

async function checkApi(url: string): Promise<Check> {
  const name = "API";
  try {
    const { status } = await fetch(new URL("/healthz", url), { signal: AbortSignal.timeout(15_000) });
    if (status === 200) return passed(name, url);
    return failed(name, `${url}/healthz answers ${status}`, "Read the log of the Api function.");
  } catch (error) {
    const { message, cause } = error instanceof Error ? error : { message: "no answer", cause: undefined };
    const why = cause instanceof Error && cause.message !== "" ? `${message}: ${cause.message}` : message;
    return failed(name, `${url}: ${why}`, "Check the address in .sst/outputs.json, and deploy if it is an old one.");
  }
}

function told(checks: readonly Check[], io: Io): string {
  const paint = colours(io);
  const marks = {
    ok: paint.green("ok  "),
    warn: paint.yellow("warn"),
    fail: paint.red("FAIL"),
    skipped: paint.dim("skip"),
  };
  const lines = checks.map(({ name, status, detail, fix }) => {
    const line = `${marks[status]}  ${printable(name)}: ${printable(detail)}`;
    return fix === undefined ? line : `${line}\n      ${paint.dim(printable(fix))}`;
  });
  const bad = checks.filter(({ status }) => status === "fail").length;
  return `${lines.join("\n")}\n\n${bad === 0 ? "Ready to run." : `${bad} to mend.`}\n`;
}
