import { Hono } from "hono";
import * as z from "zod";
import { waitForDecision } from "../agent/decision.ts";
import { type Driven, drive, type Permit } from "../agent/drive.ts";
import { escalate } from "../agent/escalate.ts";
import { type IntakeDeps, takeEvent } from "../agent/intake.ts";
import { parseAlarmEvent } from "../detect/parse.ts";
import { CallId, RunId } from "../domain/ids.ts";
import { replay } from "../domain/run.ts";
import { onError, readJson } from "./problem.ts";

const Driving = z.strictObject({ runId: RunId });
const Asking = z.strictObject({ runId: RunId, callId: CallId, taskToken: z.string().min(1).max(2048) });
const Escalating = z.strictObject({ runId: RunId, error: z.string() });

/** How long a function may work: its remaining time, minus what it takes to return. */
export type Deadline = () => AbortSignal;

/** Routes that only EventBridge, the queue and the state machine reach. The public app never mounts this one. */
export function createInternalApp(deps: IntakeDeps, deadline: Deadline): Hono {
  const app = new Hono();
  app.onError(onError);
  app.post("/internal/event", async (context) => {
    const parsed = parseAlarmEvent(await readJson(context, z.unknown(), "bad_event"));
    if (!parsed.ok) return context.json({ type: "bad_event", problems: parsed.problems }, 400);
    const taken = [];
    for (const event of parsed.events) taken.push(await takeEvent(event, deps));
    return context.json({ taken });
  });
  const driving = (permit: Permit) => async (context: Parameters<typeof readJson>[0]) => {
    const { runId } = await readJson(context, Driving);
    const driven = await drive(runId, permit, deps, deadline());
    await tell(deps, runId);
    return context.json(flat(driven));
  };
  app.post("/internal/drive", driving("read"));
  app.post("/internal/act", driving("change"));
  app.post("/internal/ask", async (context) => {
    const { runId, callId, taskToken } = await readJson(context, Asking);
    const run = replay(runId, await deps.journal.read(runId));
    const approvalId = run.calls[callId]?.requested?.approvalId;
    if (approvalId === undefined) return context.json({ type: "not_found", title: `${callId} asks for nothing` }, 404);
    const approval = await waitForDecision(approvalId, taskToken, deps);
    if (approval?.status === "pending") await tell(deps, runId);
    return context.json({ approvalId });
  });
  app.post("/internal/escalate", async (context) => {
    const { runId, error } = await readJson(context, Escalating);
    await escalate(runId, error, deps);
    return context.json({ runId });
  });
  return app;
}

/** An outage of the chat never holds up a run: the next call makes good what this one could not say. */
const tell = (deps: IntakeDeps, runId: RunId): Promise<void> => deps.notifier.runChanged(runId).catch(() => undefined);

/** Every field in every answer: the state machine picks them by path and a missing one would end the execution. */
const flat = (driven: Driven) => ({ callId: "", seconds: 0, ...driven });
