import type { HostProbe } from "../domain/ports.ts";
import { probeCommand, probeSeconds } from "../probe/probes.ts";
import type { CommandHost } from "./lab-commands.ts";
import { runShell } from "./lab-shell.ts";

/** Probes on the lab's hosts: the same fixed text as anywhere, run there, and recorded as no command. */
export function createLabProbe(host: (id: string) => CommandHost | undefined): HostProbe {
  return {
    async run(request) {
      const { target, signal } = request;
      const text = probeCommand(request);
      const found = host(target);
      if (found === undefined) {
        const stderr = `${target} is not a running, managed instance`;
        return { target, state: "undeliverable", exitCode: -1, stdout: "", stderr, truncated: false };
      }
      return runShell({ target, text, ...found, timeoutSeconds: probeSeconds, ...(signal && { signal }) });
    },
  };
}
