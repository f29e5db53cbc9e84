import { AsyncLocalStorage } from "node:async_hooks";
import type { Hono } from "hono";
import * as z from "zod";
import type { Deadline } from "./internal.ts";

/** The part of a function's context that is used here. */
export type Invocation = { getRemainingTimeInMillis(): number };

/** Time that is left for writing down and returning what a step found. */
const reserveMs = 20_000;

const invocations = new AsyncLocalStorage<AbortSignal>();

/** Aborts shortly before the present invocation's time is over. */
export const deadline: Deadline = () => {
  const signal = invocations.getStore();
  if (signal === undefined) throw new Error("no invocation is running");
  return signal;
};

/**
 * Invocations by the state machine: `{route, body}` for one of the routes that this function stands for. What can pass by
 * itself is thrown as `Retryable`, which the document retries; the rest under its own code, which it escalates. `flush` is
 * awaited before the function answers, since it may be frozen after that.
 */
export function fromWorkflow(app: Hono, routes: readonly string[], flush = async () => {}) {
  const Call = z.strictObject({
    route: z.enum(routes as [string, ...string[]]),
    body: z.record(z.string(), z.unknown()),
  });
  return (event: unknown, invocation: Invocation): Promise<unknown> =>
    within(invocation, async (signal) => {
      const { route, body } = Call.parse(event);
      const answer = await post(app, route, JSON.stringify(body));
      if (answer.ok) return answer.value;
      // Cut off by our own deadline: the journal has what was done, and the next invocation has the full time again.
      const outOfTime = signal.aborted && answer.retryable && outOfTimeRoutes.has(route);
      if (outOfTime) return { callId: "", seconds: 0, status: "continue", runId: body["runId"] };
      throw statesError(answer);
    }).finally(flush);
}

const outOfTimeRoutes: ReadonlySet<string> = new Set(["/internal/drive", "/internal/act"]);

type QueueEvent = { readonly Records: readonly { readonly messageId: string; readonly body: string }[] };
type StreamEvent = {
  readonly Records: readonly {
    readonly eventName?: string;
    readonly dynamodb?: { readonly SequenceNumber?: string; readonly NewImage?: Image };
  }[];
};
type Image = Readonly<Record<string, { readonly S?: string; readonly N?: string }>>;
export type BatchAnswer = { readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] };

/** A batch of an ordered queue. From the first failure on nothing counts as done: later events must not overtake it. */
export const fromQueue =
  (app: Hono, route: string) =>
  ({ Records }: QueueEvent, invocation: Invocation): Promise<BatchAnswer> =>
    inOrder(
      Records.map(({ messageId, body }) => ({ id: messageId, body })),
      app,
      route,
      invocation,
    );

/** New entries of the Audit table, one request for each; the stream begins again at the first that failed. */
export const fromStream =
  (app: Hono, route: string) =>
  ({ Records }: StreamEvent, invocation: Invocation): Promise<BatchAnswer> => {
    const entries = Records.flatMap(({ eventName, dynamodb }) =>
      eventName === "INSERT" && dynamodb?.NewImage !== undefined
        ? [{ id: dynamodb.SequenceNumber ?? "", body: JSON.stringify(anchorOf(dynamodb.NewImage)) }]
        : [],
    );
    return inOrder(entries, app, route, invocation);
  };

/** Called by a schedule: one request without a body. Rejects when it fails, so that it shows among the function's errors. */
export const fromSchedule = (app: Hono, route: string) => (_event: unknown, invocation: Invocation) =>
  within(invocation, async () => {
    const answer = await post(app, route, "{}");
    if (!answer.ok) throw statesError(answer);
    return answer.value;
  });

const anchorOf = ({ runId, seq, hash, at }: Image) => ({
  runId: runId?.S,
  seq: Number(seq?.N),
  hash: hash?.S,
  at: at?.S,
});

type Message = { readonly id: string; readonly body: string };

const inOrder = (messages: readonly Message[], app: Hono, route: string, invocation: Invocation) =>
  within(invocation, async (signal): Promise<BatchAnswer> => {
    for (const [index, { id, body }] of messages.entries()) {
      const answer = signal.aborted ? outOfTime : await post(app, route, body);
      if (answer.ok) continue;
      // One line for the log's metric filter and for whoever reads the dead letters; the event itself stays in the queue.
      console.error(JSON.stringify({ level: "ERROR", message: "not taken", route, id, ...answer }));
      return { batchItemFailures: messages.slice(index).map((message) => ({ itemIdentifier: message.id })) };
    }
    return { batchItemFailures: [] };
  });

type Refusal = { readonly ok: false; readonly type: string; readonly title: string; readonly retryable: boolean };
type Answer = Refusal | { readonly ok: true; readonly value: unknown };

const outOfTime: Refusal = { ok: false, type: "out_of_time", title: "taken up again by the next one", retryable: true };

async function post(app: Hono, route: string, body: string): Promise<Answer> {
  const response = await app.request(route, { method: "POST", body });
  const value: unknown = await response.json().catch(() => ({}));
  return response.ok ? { ok: true, value } : refusalOf(value, response.status);
}

const Problem = z.object({
  type: z.string().default("bug"),
  title: z.string().optional(),
  problems: z.unknown().optional(),
  hint: z.string().default(""),
  retryable: z.boolean().default(false),
});

function refusalOf(value: unknown, status: number): Refusal {
  const { type, title, problems, hint, retryable } = Problem.catch({ type: "bug", hint: "", retryable: false }).parse(
    value,
  );
  const what = title ?? (problems === undefined ? `status ${status}` : JSON.stringify(problems));
  return { ok: false, type, title: `${what} ${hint}`.trim().slice(0, 2_000), retryable };
}

/** Step Functions matches a function's failure by the error's name. */
function statesError({ type, title, retryable }: Refusal): Error {
  const error = new Error(`${type}: ${title}`);
  error.name = retryable ? "Retryable" : type;
  return error;
}

function within<Value>(invocation: Invocation, work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
  const left = Math.max(0, invocation.getRemainingTimeInMillis());
  const signal = AbortSignal.timeout(left - Math.min(reserveMs, left / 4));
  return invocations.run(signal, () => work(signal));
}
