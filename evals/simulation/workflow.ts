import { HealerError, messageOf } from "../../src/domain/errors.ts";
import type { RunId } from "../../src/domain/ids.ts";
import type { Workflow } from "../../src/domain/ports.ts";
import type { StateMachineDocument } from "../../src/workflow/definition.ts";
import { type Process, type ProcessHost, startProcess } from "./process.ts";

/** Does what an internal route does, in a process of its own. */
export type Invoke = (process: Process, route: string, body: Readonly<Record<string, string>>) => Promise<unknown>;

export type SimulatedWorkflow = Workflow & {
  isRunning(runId: RunId): boolean;
  /** A second execution of the same run, which should never be and must do no harm. */
  startAgain(runId: RunId): void;
  /** The machine dies: every execution and every function with it. */
  die(): void;
};

type Box = Readonly<Record<string, unknown>> & {
  readonly Retry?: readonly Retry[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
};
type Retry = {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly MaxAttempts: number;
  readonly BackoffRate: number;
};
type Data = Readonly<Record<string, unknown>>;

/** Runs the deployed state machine document in simulated time. */
export function simulatedWorkflow(
  document: StateMachineDocument,
  host: ProcessHost,
  invoke: Invoke,
): SimulatedWorkflow {
  const { time, random } = host;
  const running = new Map<RunId, number>();
  const waits = new Map<string, () => void>();
  const processes = new Set<Process>();
  let generation = 0;
  let tokens = 0;

  const sleep = (seconds: number): Promise<void> =>
    new Promise((resolve) =>
      time.after(seconds * 1000, () => {
        resolve();
        time.letRun();
      }),
    );

  async function invokeOnce(box: Box, data: Data): Promise<Data> {
    const { route, body } = (box["Parameters"] as { Payload: { route: string; body: Record<string, string> } }).Payload;
    const token = `token-${++tokens}`;
    const sent = Object.entries(body).map(([key, path]) => [key.replace(/\.\$$/, ""), read(path, data, token)]);
    const waiting = String(box["Resource"]).endsWith(".waitForTaskToken");
    const decided = waiting ? new Promise<void>((resolve) => waits.set(token, resolve)) : undefined;
    const { process, ended } = startProcess(route, host, (started) => invoke(started, route, Object.fromEntries(sent)));
    processes.add(process);
    const end = await ended;
    processes.delete(process);
    if (end === "died") throw named(random.chance(0.95) ? "States.Timeout" : "Lambda.Unknown", "the function died");
    if ("error" in end) throw end.error;
    if (decided !== undefined) await Promise.race([decided, sleep(Number(box["TimeoutSeconds"]))]);
    return waiting ? data : { ...data, ...(end.value as Data) };
  }

  async function task(box: Box, data: Data, isOver: () => boolean): Promise<{ next: string; data: Data }> {
    for (let attempt = 0; ; attempt++) {
      try {
        return { data: await invokeOnce(box, data), next: String(box["Next"]) };
      } catch (error) {
        if (isOver()) return { next: "", data };
        const name = nameOf(error);
        const retry = box.Retry?.find((one) => matches(one.ErrorEquals, name));
        if (retry !== undefined && attempt < retry.MaxAttempts) {
          await sleep(retry.IntervalSeconds * retry.BackoffRate ** attempt);
          continue;
        }
        const caught = box.Catch?.find((one) => matches(one.ErrorEquals, name));
        if (caught === undefined) return { next: "", data };
        const Cause = messageOf(error);
        return { next: caught.Next, data: { ...data, error: { Error: name, Cause } } };
      }
    }
  }

  async function execute(runId: RunId): Promise<void> {
    const born = generation;
    const isOver = () => generation !== born;
    running.set(runId, (running.get(runId) ?? 0) + 1);
    let data: Data = { runId };
    for (let name = document.StartAt; name !== "" && !isOver(); ) {
      const box = document.States[name] as Box;
      if (box["Type"] === "Succeed") break;
      if (box["Type"] === "Wait") {
        await sleep(Number(data["seconds"]));
        name = String(box["Next"]);
      } else if (box["Type"] === "Choice") name = chosen(box, data);
      else ({ next: name, data } = await task(box, data, isOver));
    }
    if (!isOver()) running.set(runId, (running.get(runId) ?? 1) - 1);
  }

  const isRunning = (runId: RunId): boolean => (running.get(runId) ?? 0) > 0;
  return {
    isRunning,
    async start(runId) {
      if (!isRunning(runId)) void execute(runId);
    },
    startAgain: (runId) => void execute(runId),
    async resume(token) {
      waits.get(token)?.();
      time.letRun();
    },
    die() {
      generation += 1;
      running.clear();
      waits.clear();
      for (const process of processes) process.kill();
    },
  };
}

function chosen(box: Box, data: Data): string {
  const choices = box["Choices"] as readonly { Variable: string; StringEquals: string; Next: string }[];
  const choice = choices.find((one) => read(one.Variable, data, "") === one.StringEquals);
  return choice?.Next ?? String(box["Default"]);
}

function read(path: string, data: Data, token: string): string {
  if (path === "$$.Task.Token") return token;
  const found = path
    .slice(2)
    .split(".")
    .reduce<unknown>((value, key) => (value as Data | undefined)?.[key], data);
  return typeof found === "string" ? found : "";
}

const matches = (names: readonly string[], name: string): boolean =>
  names.includes(name) || names.includes("States.ALL");

const nameOf = (error: unknown): string => {
  if (error instanceof HealerError) return error.retryable ? "Retryable" : error.code;
  return error instanceof Error && error.name.includes(".") ? error.name : "Bug";
};

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });
