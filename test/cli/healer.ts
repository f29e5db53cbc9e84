import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** What a person starts. */
export const bin = fileURLToPath(new URL("../../bin/healer.mjs", import.meta.url));

export type Answer = { readonly code: number | null; readonly out: string; readonly err: string };

/** The command line as a person starts it, with no account in its environment and nobody at a terminal. */
export async function healer(args: readonly string[], input = ""): Promise<Answer> {
  const outside = Object.entries(process.env).filter(([name]) => !/^(AWS_|HEALER_|SLACK_|npm_)/.test(name));
  const env = { ...Object.fromEntries(outside), NO_COLOR: "1" };
  const running = spawn(process.execPath, [bin, ...args], {
    env,
    cwd: fileURLToPath(new URL("../../", import.meta.url)),
  });
  const said = { out: "", err: "" };
  running.stdout.on("data", (chunk) => {
    said.out += chunk;
  });
  running.stderr.on("data", (chunk) => {
    said.err += chunk;
  });
  running.stdin.on("error", () => undefined);
  running.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => running.once("close", resolve));
  return { code, ...said };
}

/** Four at a time: each is a process of its own. */
export async function together<Value>(work: readonly (() => Promise<Value>)[]): Promise<readonly Value[]> {
  const results: Value[] = [];
  const queue = [...work.entries()];
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) results[next[0]] = await next[1]();
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  return results;
}
