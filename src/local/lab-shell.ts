import { spawn } from "node:child_process";
import { StringDecoder } from "node:string_decoder";
import type { CommandOutcome } from "../domain/ports.ts";

/** What Systems Manager keeps of a command's output, in characters. */
const outputLimits = { stdout: 24_000, stderr: 8_000 } as const;

export type ShellRequest = {
  readonly target: string;
  readonly text: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  /** Ends the command as cancelled. */
  readonly signal?: AbortSignal;
};

/**
 * The watcher holds the parent's pipe: when the parent dies, even by SIGKILL, the pipe closes and the whole process
 * group goes with it. So a command that a restart calls interrupted has really stopped.
 */
const wrapper = `/bin/sh -c "$1" 3<&- & job=$!
( read -r line <&3; kill -KILL 0 ) >/dev/null 2>&1 & watcher=$!
exec 3<&-
wait "$job"; code=$?
kill "$watcher" 2>/dev/null
exit "$code"`;

/** Runs the text with /bin/sh in its own process group, and leaves nothing of that group behind. Never rejects. */
export function runShell(request: ShellRequest): Promise<CommandOutcome> {
  return new Promise((resolve) => {
    const child = spawn("/bin/sh", ["-c", wrapper, "sh", request.text], {
      cwd: request.folder,
      env: { ...request.environment },
      detached: true,
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    const stdout = keepFirst(outputLimits.stdout);
    const stderr = keepFirst(outputLimits.stderr);
    let ended: CommandOutcome["state"] | undefined;
    const end = (state: CommandOutcome["state"]): void => {
      ended ??= state;
      killGroup(child.pid);
    };
    const timer = setTimeout(() => end("timed_out"), request.timeoutSeconds * 1000);
    const cancel = (): void => end("cancelled");
    request.signal?.addEventListener("abort", cancel, { once: true });
    const finish = (state: CommandOutcome["state"], exitCode: number): void => {
      clearTimeout(timer);
      request.signal?.removeEventListener("abort", cancel);
      const truncated = stdout.truncated() || stderr.truncated();
      resolve({ target: request.target, state, exitCode, stdout: stdout.text(), stderr: stderr.text(), truncated });
    };
    child.stdout?.on("data", stdout.take);
    child.stderr?.on("data", stderr.take);
    child.on("error", (error) => {
      stderr.take(Buffer.from(`cannot start /bin/sh in ${request.folder}: ${error.message}\n`));
      finish("failed", -1);
    });
    // A background job of the command may hold the pipes open: the group dies with its leader.
    child.on("exit", () => killGroup(child.pid));
    child.on("close", (code) => finish(ended ?? (code === 0 ? "succeeded" : "failed"), ended ? -1 : (code ?? -1)));
    if (request.signal?.aborted === true) cancel();
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // No such group: everything in it has ended.
  }
}

function keepFirst(limit: number) {
  const decoder = new StringDecoder("utf8");
  let kept = "";
  let cut = false;
  return {
    take: (chunk: Buffer): void => {
      if (cut) return;
      kept += decoder.write(chunk);
      cut = kept.length > limit;
      kept = kept.slice(0, limit);
    },
    text: (): string => kept,
    truncated: (): boolean => cut,
  };
}
