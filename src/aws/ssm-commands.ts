import { setTimeout as sleep } from "node:timers/promises";
import type { DocumentDescription } from "@aws-sdk/client-ssm";
import { HealerError } from "../domain/errors.ts";
import type { Clock, CommandRunner } from "../domain/ports.ts";
import type { PlannedAction } from "../domain/tool.ts";
import { type SsmSdk, ssmSdk, ssmSdkWithoutRetries } from "./clients.ts";
import { automationStatus, findAutomation, startAutomation } from "./ssm-automation.ts";
import { commandStatus, findCommand, sendCommand } from "./ssm-run-command.ts";
import { unlessMissing } from "./upstream.ts";

export type SsmOptions = {
  readonly clock: Clock;
  /** Reads and automations, whose start is idempotent: retried. */
  readonly sdk?: SsmSdk;
  /** Sends of commands: never retried. */
  readonly sendSdk?: SsmSdk;
  /** How far back `find` looks for what may have been sent. */
  readonly lookBackHours?: number;
  /** `find` looks twice with this pause before it says "never sent": a new command may not be listed at once. */
  readonly settleMilliseconds?: number;
  /**
   * For the last look at the document, and again for the send itself. Twice this must be shorter than the time after
   * which somebody else may conclude that nothing was sent.
   */
  readonly sendMilliseconds?: number;
  /** Seconds in which a target must take a command; short, so that no host runs it long after it was approved. */
  readonly deliverySeconds?: number;
};

export type SsmSettings = Required<SsmOptions>;

/** A plan whose document was just looked up and is what was approved; the kinds cannot be mistaken for one another. */
export type CheckedPlan = PlannedAction & { readonly checked: { readonly takesExecutionTimeout: boolean } };

/** Systems Manager as the command runner: Command and Automation documents are two kinds with two ways to run. */
export function ssmCommands(options: SsmOptions): CommandRunner {
  const settings: SsmSettings = {
    sdk: ssmSdk(),
    sendSdk: ssmSdkWithoutRetries(),
    lookBackHours: 26,
    settleMilliseconds: 3_000,
    sendMilliseconds: 8_000,
    deliverySeconds: 60,
    ...options,
  };
  return {
    document: (name, version) => document(settings.sdk, name, version),
    async send(plan, actionId) {
      const begun = settings.clock.now();
      const checkedPlan = await check(settings.sdk, plan);
      if (settings.clock.now() - begun > settings.sendMilliseconds)
        throw refused("the last look at the document took too long");
      return plan.document.type === "Command"
        ? sendCommand(settings, checkedPlan, actionId)
        : startAutomation(settings, checkedPlan, actionId);
    },
    // Undefined only after two full listings without it: a list cut short never counts as "never sent".
    async find(plan, actionId) {
      const look = plan.document.type === "Command" ? findCommand : findAutomation;
      const first = await look(settings, plan, actionId);
      if (first !== undefined) return first;
      await sleep(settings.settleMilliseconds);
      return look(settings, plan, actionId);
    },
    status: (handle, plan) =>
      handle.kind === "command" ? commandStatus(settings, handle, plan) : automationStatus(settings, handle, plan),
  };
}

async function document(sdk: SsmSdk, name: string, version: string): ReturnType<CommandRunner["document"]> {
  const found = await describe(sdk, name, version);
  if (found === undefined) return undefined;
  const { DocumentType: type, DocumentVersion, Hash, HashType, Status } = found;
  if (type !== "Command" && type !== "Automation") return undefined;
  if (Status !== undefined && Status !== "Active") return undefined;
  if (Hash === undefined || HashType !== "Sha256" || DocumentVersion === undefined) {
    throw new HealerError("upstream_failed", `document ${name} version ${version} has no SHA-256 hash to pin`, {
      hint: "Publish the document again as a version of your own.",
    });
  }
  return { type, version: DocumentVersion, hash: Hash };
}

async function describe(sdk: SsmSdk, name: string, version: string): Promise<DocumentDescription | undefined> {
  const { api, client } = await sdk();
  const asked = `describe document ${name} version ${version}`;
  const reply = await unlessMissing(asked, ["InvalidDocument", "InvalidDocumentVersion"], () =>
    client.send(new api.DescribeDocumentCommand({ Name: name, DocumentVersion: version })),
  );
  return reply?.Document;
}

/** Looks the document up once more, right before the send: the service itself pins the hash of commands only. */
async function check(sdk: SsmSdk, plan: PlannedAction): Promise<CheckedPlan> {
  const { name, version, type, hash } = plan.document;
  const found = await describe(sdk, name, version);
  if (found === undefined) throw refused(`document ${name} version ${version} does not exist`);
  if (found.DocumentType !== type) throw refused(`document ${name} is of type ${found.DocumentType}, not ${type}`);
  if (found.Hash !== hash) throw refused(`document ${name} version ${version} is not the one that was approved`);
  const takesExecutionTimeout = found.Parameters?.some((parameter) => parameter.Name === "executionTimeout") ?? false;
  return { ...plan, checked: { takesExecutionTimeout } };
}

const refused = (what: string) =>
  new HealerError("bad_input", `${what}; nothing was sent`, {
    hint: "Plan the action again and have it approved anew.",
  });
