import { setTimeout as sleep } from "node:timers/promises";
import type { SendCommandCommandInput } from "@aws-sdk/client-ssm";
import { HealerError } from "../domain/errors.ts";
import type { CommandOutcome, HostProbe, ProbeRequest } from "../domain/ports.ts";
import { probeCommand, probeSeconds, probeValues } from "../probe/probes.ts";
import { type SsmSdk, ssmSdk, ssmSdkWithoutRetries } from "./clients.ts";
import { invocationOutcome } from "./ssm-invocations.ts";
import { errorName, upstream, upstreamError } from "./upstream.ts";

export type SsmProbeOptions = {
  readonly sdk?: SsmSdk;
  readonly sendSdk?: SsmSdk;
  /** The document made from `probeDocument`; without it the same fixed text goes through AWS-RunShellScript. */
  readonly document?: string;
  readonly pollMilliseconds?: number;
  /** Looks at the outcome before it is given up. */
  readonly polls?: number;
};

/** Probes through Systems Manager: sent once, never repeated, waited for briefly. It holds no way to send anything else. */
export function ssmProbe(options: SsmProbeOptions = {}): HostProbe {
  const settings = {
    sdk: ssmSdk(),
    sendSdk: ssmSdkWithoutRetries(),
    pollMilliseconds: 1_000,
    polls: 30,
    ...options,
  };
  return {
    async run(request) {
      const id = await send(settings.sendSdk, inputOf(request, options.document), request);
      for (let poll = 0; poll < settings.polls; poll += 1) {
        await upstream(`wait for the probe ${request.probe} on ${request.target}`, () =>
          sleep(settings.pollMilliseconds, undefined, { ...(request.signal && { signal: request.signal }) }),
        );
        const outcome = await invocationOutcome(settings.sdk, id, request.target);
        if (outcome !== "running" && outcome !== "absent") return outcome;
      }
      return unanswered(request.target);
    },
  };
}

function inputOf(request: ProbeRequest, document: string | undefined): SendCommandCommandInput {
  const { probe, unit, lines } = probeValues(request);
  return {
    DocumentName: document ?? "AWS-RunShellScript",
    InstanceIds: [request.target],
    Parameters:
      document === undefined
        ? { commands: [probeCommand(request)], executionTimeout: [String(probeSeconds)] }
        : { probe: [probe], unit: [unit], lines: [lines] },
    Comment: `healer probe ${probe}`,
    // The time for delivery, of which this is the least that the service takes.
    TimeoutSeconds: 30,
  };
}

async function send(sdk: SsmSdk, input: SendCommandCommandInput, request: ProbeRequest): Promise<string> {
  const { api, client } = await sdk();
  const asked = `probe ${request.probe} on ${request.target}`;
  try {
    const options = request.signal === undefined ? {} : { abortSignal: request.signal };
    const id = (await client.send(new api.SendCommandCommand(input), options)).Command?.CommandId;
    if (id !== undefined) return id;
  } catch (error) {
    if (errorName(error) !== "InvalidInstanceId") throw upstreamError(asked, error);
    throw new HealerError("not_found", `${asked}: not managed, its agent is down, or it is gone`, {
      hint: "Check the instance's state and its Systems Manager agent.",
      cause: error,
    });
  }
  throw new HealerError("upstream_failed", `${asked}: the service returned no id`, { hint: "Go on without it." });
}

const unanswered = (target: string): CommandOutcome => ({
  target,
  state: "undeliverable",
  exitCode: -1,
  stdout: "",
  stderr: "The host did not answer in time; the probe may still end there. It changes nothing.",
  truncated: false,
});
