import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { HealerError, messageOf } from "../domain/errors.ts";
import type { Clock, CommandOutcome, CommandRunner, Preview } from "../domain/ports.ts";
import type { PlannedAction } from "../domain/tool.ts";
import { type CommandRecord, type CommandRecords, openCommandRecords } from "./lab-command-records.ts";
import { type AwsApi, type LabDocument, loadDocuments, previewSteps, runAutomation } from "./lab-documents.ts";
import { runShell } from "./lab-shell.ts";

export type CommandHost = { readonly folder: string; readonly environment: Readonly<Record<string, string>> };

export type LabCommands = {
  readonly runner: CommandRunner;
  readonly preview: Preview;
  /** Every command that was ever sent, oldest first. */
  sent(): readonly CommandRecord[];
  /** Cancels what still runs and waits for it. */
  stop(): Promise<void>;
};

type Deps = {
  readonly records: CommandRecords;
  readonly documents: ReadonlyMap<string, LabDocument>;
  /** Undefined for an instance that is unknown or not managed. */
  readonly host: (id: string) => CommandHost | undefined;
  readonly api: AwsApi;
  readonly clock: Clock;
  readonly signal: AbortSignal;
};

type CommandsOptions = Pick<Deps, "host" | "api" | "clock"> & {
  readonly folder: string;
  readonly documentFolders: readonly string[];
};

/** Systems Manager on one machine: commands really run, one durable record each, and the same call twice runs twice. */
export function createLabCommands(options: CommandsOptions): LabCommands {
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  const { folder, documentFolders, host, api, clock } = options;
  const records = openCommandRecords(join(folder, "commands"), () => clock.now());
  const deps: Deps = { host, api, clock, records, documents: loadDocuments(documentFolders), signal: stopping.signal };
  const keep = (work: Promise<void>): void => {
    running.add(work);
    void work.finally(() => running.delete(work));
  };
  const stop = async (): Promise<void> => {
    stopping.abort();
    await Promise.all(running);
  };
  return { runner: runnerOver(deps, keep), preview: previewOver(deps), sent: records.all, stop };
}

const previewOver = ({ documents }: Deps): Preview => ({
  async of({ document: { name }, region, targets }) {
    const document = documents.get(name);
    if (document?.type !== "Automation") return { known: false, why: `the lab knows no automation ${name}` };
    return { known: true, ...previewSteps(document.content), regions: [region], targets: targets.length };
  },
});

const runnerOver = (deps: Deps, keep: (work: Promise<void>) => void): CommandRunner => ({
  async document(name, version) {
    const document = deps.documents.get(name);
    if (document?.version !== version) return undefined;
    return { type: document.type, version: document.version, hash: document.hash };
  },
  async send(plan, actionId) {
    const document = accept(plan, deps.documents);
    const record = intent(plan, actionId, deps.clock.now());
    deps.records.save(record);
    keep(perform(record, plan, document, deps));
    return { kind: record.kind, id: record.id };
  },
  async find(_plan, actionId) {
    const found = deps.records.all().find((record) => record.comment === actionId);
    return found === undefined ? undefined : { kind: found.kind, id: found.id };
  },
  async status(handle) {
    const record = deps.records.get(handle.id);
    if (record !== undefined) return { state: record.state, outcomes: record.outcomes };
    throw new HealerError("not_found", `no command ${handle.id} in this lab`, {
      hint: "Commands are kept in the lab's commands/ folder; another state folder has others.",
    });
  },
});

/** What the service checks before it takes a command: nothing has run when this rejects. */
function accept(plan: PlannedAction, documents: ReadonlyMap<string, LabDocument>): LabDocument {
  const { name, version, type, hash } = plan.document;
  const document = documents.get(name);
  if (document === undefined || document.version !== version || document.type !== type) {
    throw refused(`no ${type} document ${name} at version ${version}`, "List the documents that the lab knows.");
  }
  if (document.hash !== hash) {
    throw refused(`document ${name} is not the one that was approved`, "Assess again: the content's hash has changed.");
  }
  const sent = plan.parameters.commands?.join("\n");
  if (type === "Command" && plan.commandText === undefined && sent === undefined) {
    throw refused(`${name} needs a command text`, "Give commandText, or the parameter commands.");
  }
  if (plan.commandText !== undefined && sent !== undefined && sent !== plan.commandText) {
    throw refused("commandText and the parameter commands differ", "They are one text: what is shown is what runs.");
  }
  return document;
}

const refused = (message: string, hint: string): HealerError => new HealerError("bad_input", message, { hint });

const commandText = (plan: PlannedAction): string => plan.commandText ?? (plan.parameters.commands ?? []).join("\n");

function intent(plan: PlannedAction, actionId: string, now: number): CommandRecord {
  return {
    id: randomUUID(),
    kind: plan.document.type === "Automation" ? "automation" : "command",
    comment: actionId,
    document: `${plan.document.name}:${plan.document.version}`,
    text: plan.document.type === "Automation" ? JSON.stringify(plan.parameters) : commandText(plan),
    targets: [...plan.targets],
    state: "running",
    sentAt: new Date(now).toISOString(),
    outcomes: [],
  };
}

async function perform(record: CommandRecord, plan: PlannedAction, document: LabDocument, deps: Deps): Promise<void> {
  const outcomes =
    document.type === "Automation"
      ? [await automate(record, plan, document.content, deps.api)]
      : await Promise.all(plan.targets.map((target) => runOn(target, plan, deps)));
  const succeeded = outcomes.length > 0 && outcomes.every((outcome) => outcome.state === "succeeded");
  const endedAt = new Date(deps.clock.now()).toISOString();
  const ended: CommandRecord = { ...record, state: succeeded ? "succeeded" : "failed", endedAt, outcomes };
  try {
    deps.records.save(ended);
  } catch {
    // The command has run: better an outcome that lives as long as this process than none.
    deps.records.remember(ended);
  }
}

async function runOn(target: string, plan: PlannedAction, deps: Deps): Promise<CommandOutcome> {
  const host = deps.host(target);
  if (host === undefined) {
    return { ...blank(target), state: "undeliverable", stderr: `${target} is not a running, managed instance` };
  }
  const { timeoutSeconds } = plan;
  return runShell({ target, text: commandText(plan), ...host, timeoutSeconds, signal: deps.signal });
}

async function automate(
  record: CommandRecord,
  plan: PlannedAction,
  content: Parameters<typeof runAutomation>[0],
  api: AwsApi,
): Promise<CommandOutcome> {
  const target = record.targets.join(",") || plan.document.name;
  try {
    const lines = await runAutomation(content, plan.parameters, api);
    return { ...blank(target), state: "succeeded", exitCode: 0, stdout: `${lines.join("\n")}\n` };
  } catch (error) {
    return { ...blank(target), state: "failed", stderr: messageOf(error) };
  }
}

const blank = (target: string) => ({ target, exitCode: -1, stdout: "", stderr: "", truncated: false });
