import type { AutomationExecution } from "@aws-sdk/client-ssm";
import { HealerError } from "../domain/errors.ts";
import type { CommandOutcome, CommandStatus } from "../domain/ports.ts";
import { utcSecond } from "../domain/time.ts";
import type { ChangeHandle, PlannedAction } from "../domain/tool.ts";
import { clientTokenOf, tagKeyOf } from "./action-identity.ts";
import type { CheckedPlan, SsmSettings } from "./ssm-commands.ts";
import { errorName, isNamed, upstream, upstreamError } from "./upstream.ts";

/** Starts an Automation document. Idempotent: the same action id always names the same execution. */
export async function startAutomation(
  { sdk, sendMilliseconds }: SsmSettings,
  plan: CheckedPlan,
  actionId: string,
): Promise<ChangeHandle> {
  const { api, client } = await sdk();
  const input = {
    DocumentName: plan.document.name,
    DocumentVersion: plan.document.version,
    ClientToken: clientTokenOf(actionId),
    Mode: "Auto" as const,
    Tags: [{ Key: tagKeyOf(actionId), Value: actionId.replace(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, "_").slice(0, 256) }],
    ...(Object.keys(plan.parameters).length > 0 && { Parameters: { ...plan.parameters } }),
  };
  try {
    const abortSignal = AbortSignal.timeout(sendMilliseconds);
    const reply = await client.send(new api.StartAutomationExecutionCommand(input), { abortSignal });
    if (reply.AutomationExecutionId !== undefined) return { kind: "automation", id: reply.AutomationExecutionId };
  } catch (error) {
    throw startError(plan, actionId, error);
  }
  throw new HealerError("upstream_failed", "the service started an automation and returned no id", {
    hint: "Start it again: the same action id names the same execution.",
    retryable: true,
  });
}

function startError(plan: PlannedAction, actionId: string, error: unknown): HealerError {
  const asked = `start ${plan.document.name}`;
  if (errorName(error) !== "IdempotentParameterMismatch") return upstreamError(asked, error);
  return new HealerError("bad_state", `${asked}: action ${actionId} was started before with other parameters`, {
    hint: "What was approved once is not started in another form; plan a new action.",
    cause: error,
  });
}

const mostPages = 200;

/** By a tag key that only this action has, and confirmed on the execution's own tags. */
export async function findAutomation(
  settings: SsmSettings,
  plan: PlannedAction,
  actionId: string,
): Promise<ChangeHandle | undefined> {
  const { api, client } = await settings.sdk();
  const since = utcSecond(settings.clock.now() - settings.lookBackHours * 3_600_000);
  const Filters = [
    { Key: "TagKey" as const, Values: [tagKeyOf(actionId)] },
    { Key: "StartTimeAfter" as const, Values: [since] },
  ];
  let token: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const input = { Filters, MaxResults: 50, ...(token !== undefined && { NextToken: token }) };
    const reply = await upstream("list automations", () =>
      client.send(new api.DescribeAutomationExecutionsCommand(input)),
    );
    for (const { AutomationExecutionId: id } of reply.AutomationExecutionMetadataList ?? []) {
      if (id !== undefined && (await carriesTag(settings, id, tagKeyOf(actionId)))) return { kind: "automation", id };
    }
    token = reply.NextToken;
    if (token === undefined || token === "") return undefined;
  }
  throw new HealerError("upstream_failed", `too many automations of ${plan.document.name} to look through`, {
    hint: "Shorten the time that is looked back.",
    retryable: true,
  });
}

async function carriesTag({ sdk }: SsmSettings, id: string, key: string): Promise<boolean> {
  const { api, client } = await sdk();
  const input = { ResourceType: "Automation" as const, ResourceId: id };
  const reply = await upstream(`read the tags of automation ${id}`, () =>
    client.send(new api.ListTagsForResourceCommand(input)),
  );
  return reply.TagList?.some((tag) => tag.Key === key) ?? false;
}

/** One look at an execution. */
export async function automationStatus(
  { sdk }: SsmSettings,
  handle: ChangeHandle,
  plan: PlannedAction,
): Promise<CommandStatus> {
  const { api, client } = await sdk();
  try {
    const input = { AutomationExecutionId: handle.id };
    const reply = await client.send(new api.GetAutomationExecutionCommand(input));
    return statusOf(handle, plan, reply.AutomationExecution ?? {});
  } catch (error) {
    // Eventually consistent, as invocations of commands are.
    if (isNamed(error, "AutomationExecutionNotFoundException")) return { state: "running", outcomes: [] };
    throw upstreamError(`read automation ${handle.id}`, error);
  }
}

function statusOf(handle: ChangeHandle, plan: PlannedAction, execution: AutomationExecution): CommandStatus {
  const ended = ends[execution.AutomationExecutionStatus ?? ""];
  // Eleven of nineteen states are on the way, approvals and change calendars among them.
  if (ended === undefined) return { state: "running", outcomes: [] };
  const stdout = outputText(execution);
  const outcome: CommandOutcome = {
    target: plan.targets.join(", ") || handle.id,
    state: ended,
    exitCode: ended === "succeeded" ? 0 : 1,
    stdout: stdout.slice(0, 24_000),
    stderr: failureText(execution).slice(0, 8_000),
    truncated: stdout.length > 24_000 || execution.StepExecutionsTruncated === true,
  };
  return { state: ended === "succeeded" ? "succeeded" : "failed", outcomes: [outcome] };
}

const ends: Readonly<Record<string, CommandOutcome["state"]>> = {
  Success: "succeeded",
  CompletedWithSuccess: "succeeded",
  CompletedWithFailure: "failed",
  Failed: "failed",
  Exited: "failed",
  Rejected: "failed",
  ChangeCalendarOverrideRejected: "failed",
  TimedOut: "timed_out",
  Cancelled: "cancelled",
};

const outputText = ({ Outputs }: AutomationExecution): string =>
  Object.entries(Outputs ?? {})
    .map(([name, values]) => `${name}: ${values.join(", ")}`)
    .join("\n");

function failureText({ FailureMessage, StepExecutions, AutomationExecutionStatus }: AutomationExecution): string {
  const steps = (StepExecutions ?? []).flatMap(({ StepName, StepStatus, FailureMessage: why }) =>
    why === undefined ? [] : [`step ${StepName ?? "?"} ${StepStatus ?? ""}: ${why}`],
  );
  const text = [FailureMessage, ...steps].filter((line) => line !== undefined).join("\n");
  return text !== "" || AutomationExecutionStatus === "Success" ? text : (AutomationExecutionStatus ?? "");
}
