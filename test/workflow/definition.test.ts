import aslValidator from "asl-validator";
import { describe, expect, it } from "vitest";
import { HealerError } from "../../src/domain/errors.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { randomIds } from "../../src/local/system.ts";
import { type Invoke, localWorkflow } from "../../src/local/workflow.ts";
import { workflowDefinition } from "../../src/workflow/definition.ts";

const times = { approvalSeconds: 1800, taskSeconds: 900 };
const document = workflowDefinition({ brain: "arn:brain", hands: "arn:hands" }, times);

type State = {
  readonly Type: string;
  readonly Resource?: string;
  readonly Parameters?: { readonly FunctionName: string; readonly Payload: { readonly body: object } };
  readonly TimeoutSeconds?: number;
  readonly HeartbeatSeconds?: number;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly { readonly Next: string }[];
  readonly Catch?: readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[];
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[]; readonly MaxAttempts?: number }[];
};
const states = Object.entries(document.States as Readonly<Record<string, State>>);
const tasks = states.filter(([, state]) => state.Type === "Task");
const nextOf = (state: State): readonly string[] =>
  [state.Next, state.Default, ...(state.Choices ?? []), ...(state.Catch ?? [])].flatMap((next) =>
    next === undefined ? [] : typeof next === "string" ? [next] : [next.Next],
  );

describe("the document", () => {
  it("is valid Amazon States Language", () => {
    // A copy: the validator writes defaults into what it reads.
    const { isValid, errorsText } = aslValidator(structuredClone(document), { checkArn: false });
    expect(errorsText()).toBe("");
    expect(isValid).toBe(true);
  });

  it("is the same bytes for the same names, and JSON throughout", () => {
    const again = workflowDefinition({ brain: "arn:brain", hands: "arn:hands" }, times);
    expect(JSON.stringify(again)).toBe(JSON.stringify(document));
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  it.each(tasks)("%s ends in time: it has a timeout, and any heartbeat is shorter", (_, state) => {
    expect(state.TimeoutSeconds).toBeGreaterThan(0);
    expect(state.TimeoutSeconds).toBeLessThanOrEqual(document.TimeoutSeconds);
    if (state.HeartbeatSeconds !== undefined) expect(state.HeartbeatSeconds).toBeLessThan(state.TimeoutSeconds ?? 0);
  });

  it.each(tasks)("%s hands out a task token exactly where it waits for one", (_, state) => {
    const waits = state.Resource?.endsWith(".waitForTaskToken") === true;
    expect(JSON.stringify(state.Parameters).includes("$$.Task.Token")).toBe(waits);
  });

  it.each(tasks)("%s carries ids, and no content", (name, state) => {
    const allowed = ["runId.$", "callId.$", "taskToken.$", ...(name === "Escalate" ? ["error.$"] : [])];
    expect(allowed).toEqual(expect.arrayContaining(Object.keys(state.Parameters?.Payload.body ?? {})));
  });

  it.each(tasks.filter(([name]) => name !== "Escalate"))("%s catches every error, and its way out ends", (_, state) => {
    const caught = state.Catch?.at(-1);
    expect(caught?.ErrorEquals).toEqual(["States.ALL"]);
    expect(reaches(caught?.Next ?? "", "Done")).toBe(true);
  });

  it("comes to its end from every state, and goes to none that does not exist", () => {
    for (const [name, state] of states) {
      for (const next of nextOf(state)) expect(Object.keys(document.States)).toContain(next);
      expect(reaches(name, "Done")).toBe(true);
    }
    expect(document.States["Done"]).toEqual({ Type: "Succeed" });
    expect(Object.keys(document.States).filter((name) => !reaches(document.StartAt, name))).toEqual([]);
  });

  it("lets only Act reach the hands, and only the brain do all the rest", () => {
    const byHands = tasks.filter(([, state]) => state.Parameters?.FunctionName === "arn:hands");
    expect(byHands.map(([name]) => name)).toEqual(["Act"]);
  });

  it("retries what passes by itself, a bounded number of times", () => {
    for (const [, state] of tasks) {
      expect(state.Retry?.flatMap((retry) => retry.ErrorEquals)).toEqual(
        expect.arrayContaining(state === document.States["Escalate"] ? ["States.ALL"] : ["Retryable"]),
      );
      for (const retry of state.Retry ?? []) expect(retry.MaxAttempts).toBeLessThanOrEqual(5);
    }
  });
});

function reaches(from: string, to: string, seen = new Set<string>()): boolean {
  if (from === to) return true;
  const state = document.States[from] as State | undefined;
  if (state === undefined || seen.has(from)) return false;
  seen.add(from);
  return nextOf(state).some((next) => reaches(next, to, seen));
}

type Step = { readonly status: string; readonly seconds?: number } | Error;
const runId = "run-0001" as RunId;

/** Runs the real document in the local engine against scripted answers, and answers the routes that it called. */
async function engine(answers: Readonly<Record<string, readonly Step[]>>, onAsk?: (token: string) => void) {
  const called: (readonly [string, string, unknown])[] = [];
  const left = Object.fromEntries(Object.entries(answers).map(([route, steps]) => [route, [...steps]]));
  const invoke: Invoke = async (functionName, route, body) => {
    called.push([functionName, route, body]);
    const { taskToken } = body as { readonly taskToken?: string };
    if (taskToken !== undefined) onAsk?.(taskToken);
    const answer = left[route]?.shift() ?? { status: "done" };
    if (answer instanceof Error) throw answer;
    return { runId, callId: "t1c0", seconds: 0, ...answer };
  };
  const workflow = await localWorkflow(document, invoke, randomIds);
  const routes = () => called.map(([, route]) => route.replace("/internal/", ""));
  return { workflow, called, routes };
}

describe("the local engine", () => {
  it("drives on, asks and waits for the token, acts, settles, waits, and is done", async () => {
    const { workflow, routes, called } = await engine(
      {
        "/internal/drive": [
          { status: "continue" },
          { status: "ask" },
          { status: "act" },
          { status: "wait", seconds: 1 },
          { status: "done" },
        ],
        "/internal/act": [{ status: "wait", seconds: 1 }, { status: "continue" }],
      },
      (token) => setTimeout(() => workflow.resume(token), 50),
    );
    await workflow.start(runId);
    await workflow.ended(runId);
    expect(routes()).toEqual(["drive", "drive", "ask", "drive", "act", "act", "drive", "drive"]);
    expect(called.filter(([name]) => name === "arn:hands").map(([, route]) => route)).toEqual([
      "/internal/act",
      "/internal/act",
    ]);
    expect(called[2]?.[2]).toMatchObject({ runId, callId: "t1c0", taskToken: expect.stringMatching(/^[a-z0-9]{40}$/) });
  });

  it("stays in a wait until its own token comes, and starts nothing twice", async () => {
    const tokens: string[] = [];
    const { workflow, routes } = await engine({ "/internal/drive": [{ status: "ask" }] }, (token) => {
      tokens.push(token);
    });
    await workflow.start(runId);
    while (tokens.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await workflow.resume("another token");
    await workflow.start(runId);
    expect(routes()).toEqual(["drive", "ask"]);
    await workflow.resume(tokens[0] ?? "");
    await workflow.ended(runId);
    await workflow.resume(tokens[0] ?? "");
    expect(routes()).toEqual(["drive", "ask", "drive"]);
  });

  it("tries again what may pass by itself", async () => {
    const busy = new HealerError("upstream_failed", "busy", { hint: "", retryable: true });
    const { workflow, routes } = await engine({ "/internal/drive": [busy, { status: "done" }] });
    await workflow.start(runId);
    await workflow.ended(runId);
    expect(routes()).toEqual(["drive", "drive"]);
  });

  it.each([
    ["an error that will not pass", new HealerError("bad_state", "the table is gone", { hint: "" })],
    ["a bug", new TypeError("the table is gone")],
  ])("escalates on %s, saying what it was", async (_, error) => {
    const { workflow, called, routes } = await engine({ "/internal/drive": [error] });
    await workflow.start(runId);
    await workflow.ended(runId);
    expect(routes()).toEqual(["drive", "escalate"]);
    expect(called[1]?.[2]).toMatchObject({ runId, error: expect.stringContaining("the table is gone") });
  });

  it("ends where it stands when it is stopped", async () => {
    const { workflow } = await engine({ "/internal/drive": [{ status: "wait", seconds: 600 }] });
    await workflow.start(runId);
    workflow.stop();
    await workflow.idle();
  });
});
