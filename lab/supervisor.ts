import { type ChildProcess, fork } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { HealerError } from "../src/domain/errors.ts";
import type { ChildSpec, FromChild, Sample, ToChild } from "./messages.ts";

export type Supervisor = {
  /** Resolves when the process listens; starting what runs, or is about to, does nothing more. */
  readonly start: (spec: ChildSpec) => Promise<void>;
  /** Resolves when the process is gone. */
  readonly stop: (host: string) => Promise<void>;
  /** Port of a process that listens. */
  readonly port: (host: string) => number | undefined;
  readonly pid: (host: string) => number | undefined;
  readonly send: (host: string, message: ToChild) => void;
  readonly stopAll: () => Promise<void>;
};

type Managed = { readonly child: ChildProcess; readonly listening: Promise<void>; port: number | undefined };

const entry = fileURLToPath(new URL("./child.ts", import.meta.url));
const startWithin = 15_000;
const stopWithin = 1_000;

/** Keeps one child process for each host; a process that dies by itself stays down, as its metrics then show. */
export function createSupervisor(
  onSamples: (host: string, at: number, samples: readonly Sample[]) => void,
  onChange: () => void,
): Supervisor {
  const hosts = new Map<string, Managed>();
  const forget = (host: string, child: ChildProcess): void => {
    if (hosts.get(host)?.child !== child) return;
    hosts.delete(host);
    onChange();
  };
  const begin = (spec: ChildSpec): Managed => {
    const child = launch(spec);
    child.on("message", (message) => {
      const said = message as FromChild;
      if (said.type === "metrics") onSamples(spec.host, said.at, said.samples);
    });
    child.once("exit", () => forget(spec.host, child));
    const listening = readiness(child, spec).then((port) => {
      managed.port = port;
      onChange();
    });
    const managed: Managed = { child, port: undefined, listening };
    hosts.set(spec.host, managed);
    return managed;
  };
  const stop = async (host: string): Promise<void> => {
    const found = hosts.get(host);
    if (found === undefined) return;
    await end(found.child);
    forget(host, found.child);
  };
  return {
    start: (spec) => (hosts.get(spec.host) ?? begin(spec)).listening,
    stop,
    port: (host) => hosts.get(host)?.port,
    pid: (host) => hosts.get(host)?.child.pid,
    send: (host, message) => void hosts.get(host)?.child.send(message),
    stopAll: async () => void (await Promise.all([...hosts.keys()].map(stop))),
  };
}

function launch(spec: ChildSpec): ChildProcess {
  mkdirSync(join(spec.root, "var", "log"), { recursive: true });
  // A crash's stack trace belongs to the service's own log.
  const log = openSync(join(spec.root, "var", "log", `${spec.service}.log`), "a");
  // The arguments are for people who look at `ps`.
  const child = fork(entry, [spec.host, spec.root], {
    cwd: spec.root,
    execArgv: [],
    env: { PATH: process.env.PATH ?? "", LAB_CHILD: JSON.stringify(spec) },
    stdio: ["ignore", log, log, "ipc"],
  });
  closeSync(log);
  return child;
}

function readiness(child: ChildProcess, spec: ChildSpec): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      child.kill("SIGKILL");
      const hint = `Read ${join(spec.root, "var", "log", `${spec.service}.log`)}.`;
      reject(new HealerError("upstream_failed", `lab host ${spec.host} did not start: ${why}`, { hint }));
    };
    const timer = setTimeout(() => fail(`not ready after ${startWithin} ms`), startWithin);
    const gone = (code: number | null): void => {
      clearTimeout(timer);
      fail(`it ended with code ${code}`);
    };
    child.once("exit", gone);
    child.on("error", (error) => fail(error.message));
    child.on("message", (message) => {
      const said = message as FromChild;
      if (said.type !== "ready") return;
      clearTimeout(timer);
      child.off("exit", gone);
      resolve(said.port);
    });
  });
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    const timer = setTimeout(() => child.kill("SIGKILL"), stopWithin);
    child.once("exit", () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill("SIGTERM");
  });
}
