import type { Command, SendCommandCommandInput } from "@aws-sdk/client-ssm";
import { HealerError } from "../domain/errors.ts";
import type { CommandStatus } from "../domain/ports.ts";
import { utcSecond } from "../domain/time.ts";
import type { ChangeHandle, PlannedAction } from "../domain/tool.ts";
import { commentOf } from "./action-identity.ts";
import type { CheckedPlan, SsmSettings } from "./ssm-commands.ts";
import { commandOver, invocationOutcome, missedOutcome } from "./ssm-invocations.ts";
import { errorName, upstream, upstreamError } from "./upstream.ts";

/** Sends a Command document, once. SendCommand takes no idempotency token, so nothing here ever sends again. */
export async function sendCommand(settings: SsmSettings, plan: CheckedPlan, actionId: string): Promise<ChangeHandle> {
  if (plan.targets.length === 0 || plan.targets.length > 50) {
    throw new HealerError("bad_input", `a command needs 1 to 50 named targets, not ${plan.targets.length}`, {
      hint: "Name the instances; a command is never sent to whatever matches a tag.",
    });
  }
  const { api, client } = await settings.sendSdk();
  try {
    const abortSignal = AbortSignal.timeout(settings.sendMilliseconds);
    const reply = await client.send(new api.SendCommandCommand(sendInput(settings, plan, actionId)), { abortSignal });
    const id = reply.Command?.CommandId;
    if (id !== undefined) return { kind: "command", id };
  } catch (error) {
    throw sendError(plan, error);
  }
  throw new HealerError("upstream_failed", "the service took a command and returned no id", {
    hint: "Look it up by its comment before anything else is sent.",
    retryable: true,
  });
}

function sendInput({ deliverySeconds }: SsmSettings, plan: CheckedPlan, actionId: string): SendCommandCommandInput {
  const timeLimit =
    plan.checked.takesExecutionTimeout && plan.parameters.executionTimeout === undefined
      ? { executionTimeout: [String(plan.timeoutSeconds)] }
      : {};
  return {
    DocumentName: plan.document.name,
    DocumentVersion: plan.document.version,
    DocumentHash: plan.document.hash,
    DocumentHashType: "Sha256",
    InstanceIds: [...plan.targets],
    Parameters: { ...plan.parameters, ...timeLimit },
    Comment: commentOf(actionId),
    // The time for delivery; how long the command may run is a parameter of the document.
    TimeoutSeconds: Math.max(30, deliverySeconds),
    // One host after the other, and none after the first failure.
    MaxConcurrency: "1",
    MaxErrors: "0",
  };
}

function sendError(plan: PlannedAction, error: unknown): HealerError {
  const asked = `send ${plan.document.name} to ${plan.targets.join(", ")}`;
  if (errorName(error) !== "InvalidInstanceId") return upstreamError(asked, error);
  return new HealerError("not_found", `${asked}: a target is not managed, its agent is down, or it is gone`, {
    hint: "Check the instance's state and its Systems Manager agent.",
    cause: error,
  });
}

const mostPages = 200;

/** By the comment that only this action has. */
export async function findCommand(
  settings: SsmSettings,
  plan: PlannedAction,
  actionId: string,
): Promise<ChangeHandle | undefined> {
  const { api, client } = await settings.sdk();
  const since = utcSecond(settings.clock.now() - settings.lookBackHours * 3_600_000);
  const byName = /^[a-zA-Z0-9_\-.]+$/.test(plan.document.name);
  const Filters = [
    { key: "InvokedAfter" as const, value: since },
    ...(byName ? [{ key: "DocumentName" as const, value: plan.document.name }] : []),
  ];
  let token: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const input = { Filters, MaxResults: 50, ...(token !== undefined && { NextToken: token }) };
    const reply = await upstream("list sent commands", () => client.send(new api.ListCommandsCommand(input)));
    const match = reply.Commands?.find(({ Comment }) => Comment === commentOf(actionId));
    if (match?.CommandId !== undefined) return { kind: "command", id: match.CommandId };
    token = reply.NextToken;
    if (token === undefined || token === "") return undefined;
  }
  throw new HealerError("upstream_failed", `more than ${mostPages * 50} commands to look through for ${actionId}`, {
    hint: "Shorten the time that is looked back; until then nothing is sent again.",
    retryable: true,
  });
}

/** One look at every target; `running` while any of them has not ended. */
export async function commandStatus(
  settings: SsmSettings,
  handle: ChangeHandle,
  plan: PlannedAction,
): Promise<CommandStatus> {
  const outcomes = [];
  let waiting: string[] = [];
  for (const target of plan.targets) {
    const outcome = await invocationOutcome(settings.sdk, handle.id, target);
    if (outcome === "running") return { state: "running", outcomes: [] };
    if (outcome === "absent") waiting.push(target);
    else outcomes.push(outcome);
  }
  if (waiting.length > 0) {
    // Right after a send no invocation exists yet; when the command as a whole is over, none will come any more.
    const command = await commandItself(settings, handle);
    if (command === undefined || !commandOver(command.Status)) return { state: "running", outcomes: [] };
    const why = command.StatusDetails ?? command.Status ?? "ended";
    outcomes.push(...waiting.map((target) => missedOutcome(target, why)));
    waiting = [];
  }
  const state = outcomes.every((outcome) => outcome.state === "succeeded") ? "succeeded" : "failed";
  return { state, outcomes };
}

async function commandItself({ sdk }: SsmSettings, handle: ChangeHandle): Promise<Command | undefined> {
  const { api, client } = await sdk();
  const reply = await upstream(`look up command ${handle.id}`, () =>
    client.send(new api.ListCommandsCommand({ CommandId: handle.id })),
  );
  return reply.Commands?.[0];
}
