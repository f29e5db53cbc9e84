import type { CommandInvocation, GetCommandInvocationCommandOutput } from "@aws-sdk/client-ssm";
import type { CommandOutcome } from "../domain/ports.ts";
import type { SsmSdk } from "./clients.ts";
import { isNamed, upstream, upstreamError } from "./upstream.ts";

/** How a command went on one target; `absent` while the service knows of no invocation there. */
export async function invocationOutcome(
  sdk: SsmSdk,
  commandId: string,
  target: string,
): Promise<CommandOutcome | "running" | "absent"> {
  const { api, client } = await sdk();
  try {
    const input = { CommandId: commandId, InstanceId: target };
    return outcomeOf(target, await client.send(new api.GetCommandInvocationCommand(input)));
  } catch (error) {
    // Eventually consistent: usual in the first seconds after a send.
    if (isNamed(error, "InvocationDoesNotExist")) return "absent";
    // A document of several steps has an output for each and none as a whole.
    if (isNamed(error, "InvalidPluginName")) return stepsOutcome(sdk, commandId, target);
    throw upstreamError(`read the outcome of command ${commandId} on ${target}`, error);
  }
}

export const missedOutcome = (target: string, why: string): CommandOutcome => ({
  target,
  state: "undeliverable",
  exitCode: -1,
  stdout: "",
  stderr: `The command ended (${why}) before it reached this target.`,
  truncated: false,
});

/** Whether a command as a whole has ended, whatever its end. */
export const commandOver = (status: string | undefined): boolean =>
  status !== undefined && ["Success", "Cancelled", "Failed", "TimedOut"].includes(status);

function outcomeOf(target: string, reply: GetCommandInvocationCommandOutput): CommandOutcome | "running" {
  const state = stateOf(reply.Status, reply.StatusDetails);
  if (state === "running") return state;
  const stdout = reply.StandardOutputContent ?? "";
  const stderr = reply.StandardErrorContent ?? "";
  return {
    target,
    state,
    exitCode: reply.ResponseCode ?? -1,
    stdout,
    stderr: stderr === "" && state !== "succeeded" ? (reply.StatusDetails ?? "") : stderr,
    truncated: stdout.length >= 24_000 || stderr.length >= 8_000 || cutMark.test(stdout) || cutMark.test(stderr),
  };
}

/** The agent's own remark at the end of an output that it cut. */
const cutMark = /-{2,3}\s?output truncated\s?-{2,3}\s*$/i;

type Ended = CommandOutcome["state"];

/** The details tell apart what the status lumps together; spelt with and without spaces in the service's own pages. */
function stateOf(status: string | undefined, details: string | undefined): Ended | "running" {
  switch (details?.replace(/\s/g, "").toLowerCase()) {
    case "deliverytimedout":
    case "undeliverable":
    case "accessdenied":
    case "invalidplatform":
    case "noinstancesintag":
      return "undeliverable";
    case "executiontimedout":
      return "timed_out";
    case "terminated":
      return "cancelled";
    default:
      return lumped(status);
  }
}

function lumped(status: string | undefined): Ended | "running" {
  switch (status) {
    case "Success":
      return "succeeded";
    case "Failed":
      return "failed";
    case "TimedOut":
      return "timed_out";
    case "Cancelled":
      return "cancelled";
    default:
      // Pending, InProgress, Delayed, Cancelling, or a state that is not in this SDK yet.
      return "running";
  }
}

async function stepsOutcome(
  sdk: SsmSdk,
  commandId: string,
  target: string,
): Promise<CommandOutcome | "running" | "absent"> {
  const { api, client } = await sdk();
  const reply = await upstream(`read the steps of command ${commandId} on ${target}`, () =>
    client.send(new api.ListCommandInvocationsCommand({ CommandId: commandId, InstanceId: target, Details: true })),
  );
  const invocation = reply.CommandInvocations?.[0];
  return invocation === undefined ? "absent" : mergedOutcome(target, invocation);
}

function mergedOutcome(target: string, invocation: CommandInvocation): CommandOutcome | "running" {
  const state = stateOf(invocation.Status, invocation.StatusDetails);
  if (state === "running") return state;
  const steps = invocation.CommandPlugins ?? [];
  const stdout = steps.map((step) => `[${step.Name ?? "step"}] ${step.Output ?? ""}`).join("\n");
  const failed = steps.find((step) => step.Status !== "Success");
  return {
    target,
    state,
    exitCode: (failed ?? steps.at(-1))?.ResponseCode ?? -1,
    stdout,
    stderr: failed === undefined ? "" : `step ${failed.Name ?? ""}: ${failed.StatusDetails ?? failed.Status ?? ""}`,
    // This listing keeps 2,500 characters of each step.
    truncated: steps.some((step) => (step.Output?.length ?? 0) >= 2_500 || cutMark.test(step.Output ?? "")),
  };
}
