import { createHash } from "node:crypto";
import { detect } from "../detect/detect.ts";
import type { Detection } from "../detect/detection.ts";
import { detectDefaults } from "../detect/detection.ts";
import { dedupeKey } from "../detect/keys.ts";
import { openIncident, takeIn } from "../detect/take-in.ts";
import type { AlarmEvent } from "../domain/alarm.ts";
import { HealerError } from "../domain/errors.ts";
import type { EventOf } from "../domain/event.ts";
import { type ApprovalId, IncidentId, RunId } from "../domain/ids.ts";
import type { Incident } from "../domain/incident.ts";
import { nextEntry } from "../domain/journal.ts";
import type { Workflow } from "../domain/ports.ts";
import { hasChanged, replay } from "../domain/run.ts";
import { decideApproval } from "./decision.ts";
import type { AgentDeps } from "./deps.ts";
import { newestClosed, noteRecovery } from "./recovery.ts";

export type IntakeDeps = AgentDeps & { readonly workflow: Workflow; readonly modelName: string };

export type TakenIn = { readonly detection: Detection; readonly runId?: RunId };

/**
 * Takes in one alarm change: opens a run, attaches to one, suppresses, or closes. Safe to call again with the same event:
 * ids come from the event, the journal's first entry is the lock, and a start that was lost is made up for.
 */
export async function takeEvent(event: AlarmEvent, deps: IntakeDeps): Promise<TakenIn> {
  const now = deps.ports.clock.now();
  const incidents = await deps.incidents.recent(now - rememberedMs);
  const detection = detect(event, incidents, { now });
  const held = incidents.find((incident) => incident.incidentId === detection.incidentId);
  switch (detection.kind) {
    case "open":
      return { detection, runId: await open(event, detection, deps, now) };
    case "attach":
      if (held !== undefined && (await attach(held, event, detection, deps, now)) === "closed")
        return takeEvent(event, deps);
      break;
    case "close":
      if (held !== undefined) await close(held, event, detection, deps, now);
      break;
    case "suppress":
      if (held?.status === "open") await deps.workflow.start(held.runId);
      if (detection.rule === "nothing_open") {
        const last = newestClosed(event.alarmArn, incidents);
        if (last !== undefined) await noteRecovery(last.runId, event.state.at, deps);
      }
      break;
  }
  return { detection, ...(held && { runId: held.runId }) };
}

/**
 * Closed incidents that an event may still belong to: an older event is too old to open anything. One that was closed this
 * instant may be missing; the journal's first entry then shows that its event was taken in before.
 */
const rememberedMs = Math.max(detectDefaults.maxAgeMs, detectDefaults.flapping.windowMs) + 60 * 60_000;

async function open(event: AlarmEvent, detection: Detection, deps: IntakeDeps, now: number): Promise<RunId> {
  const id = createHash("sha256").update(dedupeKey(event)).digest("hex").slice(0, 12);
  const runId = RunId.parse(`run-${id}`);
  const incidentId = IncidentId.parse(`inc-${id}`);
  const incident = openIncident(event, { incidentId, runId }, detection.severity ?? "SEV3", now);
  const entry = nextEntry(undefined, {
    runId,
    at: new Date(now).toISOString(),
    actor: "detector",
    events: [runStarted(event, incidentId, deps)],
  });
  await deps.journal.append(entry).catch(ignoreConflict);
  await deps.incidents.create(incident).catch(ignoreConflict);
  await deps.workflow.start(runId);
  return runId;
}

const runStarted = (alarm: AlarmEvent, incidentId: IncidentId, deps: IntakeDeps): EventOf<"run_started"> => ({
  type: "run_started",
  incidentId,
  alarm,
  mode: deps.settings.mode,
  ...(Object.keys(deps.settings.modes ?? {}).length > 0 && { modes: { ...deps.settings.modes } }),
  environment: deps.settings.environment,
  model: deps.modelName,
  promptHash: deps.prompt.hash,
  policyHash: deps.policies.hash,
  budgets: deps.settings.budgets,
  requester: "healer:detector",
  ...(deps.guardrail && { guardrail: deps.guardrail.name }),
});

/** Answers how the incident stands: one that was closed in the meantime takes nothing in. */
async function attach(
  incident: Incident,
  event: AlarmEvent,
  detection: Detection,
  deps: IntakeDeps,
  now: number,
): Promise<Incident["status"] | undefined> {
  const change = (current: Incident) =>
    current.status === "closed" ? undefined : takeIn(current, event, detection, now);
  return (await deps.incidents.update(incident.incidentId, change))?.status;
}

/** The trouble is gone: nobody needs to decide what was pending, and the run may find out that there is nothing to do. */
async function close(
  incident: Incident,
  event: AlarmEvent,
  detection: Detection,
  deps: IntakeDeps,
  now: number,
): Promise<void> {
  const run = replay(incident.runId, await deps.journal.read(incident.runId));
  await deps.incidents.update(incident.incidentId, (current) => {
    if (current.status === "closed") return undefined;
    const taken = takeIn(current, event, detection, now);
    if (run.concluded !== undefined) return taken;
    const { closedAt: _, ...open } = taken;
    return { ...open, status: "recovered" };
  });
  if (run.concluded !== undefined) return noteRecovery(run.runId, event.state.at, deps);
  if (hasChanged(run)) return;
  const comment = "The alarm went back to OK by itself.";
  for (const approvalId of pendingApprovals(run)) {
    await decideApproval(approvalId, { kind: "void", comment, at: now }, deps);
  }
}

const pendingApprovals = (run: ReturnType<typeof replay>): readonly ApprovalId[] =>
  Object.values(run.calls).flatMap((call) =>
    call.requested !== undefined && call.decided === undefined ? [call.requested.approvalId] : [],
  );

function ignoreConflict(error: unknown): void {
  if (!(error instanceof HealerError) || error.code !== "journal_conflict") throw error;
}
