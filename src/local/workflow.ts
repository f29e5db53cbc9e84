import { HealerError, messageOf } from "../domain/errors.ts";
import type { RunId } from "../domain/ids.ts";
import type { Ids, Workflow } from "../domain/ports.ts";
import type { StateMachineDocument } from "../workflow/definition.ts";

/** Calls an internal route, as the deployed state machine invokes a function. */
export type Invoke = (functionName: string, route: string, body: unknown) => Promise<unknown>;

type Payload = { readonly FunctionName: string; readonly Payload: { readonly route: string; readonly body: unknown } };

export type LocalWorkflow = Workflow & {
  /** Resolves when the run's execution is over, or at once where none is running. */
  ended(runId: RunId): Promise<void>;
  /** Resolves when no execution is running. */
  idle(): Promise<void>;
  /** Ends all executions where they stand; the journal has what they did. */
  stop(): void;
};

/**
 * Runs the state machine document in a local Amazon States Language engine. It has no task tokens of its own, so a wait is
 * a promise here, which `resume` settles by the token that the document handed out.
 */
export async function localWorkflow(
  definition: StateMachineDocument,
  invoke: Invoke,
  ids: Ids,
): Promise<LocalWorkflow> {
  const { StateMachine } = await import("aws-local-stepfunctions");
  const machine = new StateMachine(definition as never, { validationOptions: { noValidate: true } });
  const waits = new Map<string, () => void>();
  const running = new Map<RunId, { readonly result: Promise<unknown>; abort(): void }>();
  const call = async (input: unknown) => {
    const { FunctionName, Payload } = input as Payload;
    return { Payload: await invoke(FunctionName, Payload.route, Payload.body).catch(asStatesError) };
  };
  const callAndWait = async (input: unknown) => {
    const { taskToken } = (input as Payload).Payload.body as { readonly taskToken: string };
    const decided = new Promise<void>((resolve) => waits.set(taskToken, resolve));
    await call(input);
    await decided.finally(() => waits.delete(taskToken));
    return {};
  };
  const handlers = handlersFor(definition, call, callAndWait);
  return {
    async start(runId) {
      if (running.has(runId)) return;
      const overrides = { taskResourceLocalHandlers: handlers as never };
      const context = contextFor(runId, ids) as never;
      const { result, abort } = machine.run({ runId }, { overrides, context, noThrowOnAbort: true });
      const ended = result.catch(() => undefined).finally(() => running.delete(runId));
      running.set(runId, { result: ended, abort });
    },
    async resume(taskToken) {
      waits.get(taskToken)?.();
    },
    async ended(runId) {
      await running.get(runId)?.result;
    },
    async idle() {
      while (running.size > 0) await Promise.all([...running.values()].map((execution) => execution.result));
    },
    stop() {
      for (const execution of running.values()) execution.abort();
      // The engine clears its timeouts only once the task is over: a wait left open holds the process for half an hour.
      for (const end of waits.values()) end();
    },
  };
}

/** The document reads its token from the context object once for each wait, so each wait gets a new one. */
const contextFor = (runId: RunId, ids: Ids) => ({
  Execution: { Id: runId },
  Task: {
    get Token() {
      return ids.next(40);
    },
  },
});

type Handler = (input: unknown) => Promise<unknown>;

/** Every Task of the document, by the integration that it names: nothing here knows the states. */
function handlersFor(definition: StateMachineDocument, call: Handler, callAndWait: Handler): Record<string, Handler> {
  const tasks = Object.entries(definition.States).filter(([, state]) => state["Type"] === "Task");
  const waits = (resource: unknown): boolean => String(resource).endsWith(".waitForTaskToken");
  return Object.fromEntries(tasks.map(([name, state]) => [name, waits(state["Resource"]) ? callAndWait : call]));
}

/** The engine matches `Retry` on an error's name, as Step Functions does on a function's error type. */
function asStatesError(error: unknown): never {
  const retryable = error instanceof HealerError && error.retryable;
  const states = new Error(messageOf(error));
  states.name = retryable ? "Retryable" : error instanceof HealerError ? error.code : "Bug";
  throw states;
}
