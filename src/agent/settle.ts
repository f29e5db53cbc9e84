import { HealerError } from "../domain/errors.ts";
import { allCalls, type Run } from "../domain/run.ts";
import { approvalIdFor } from "./ask.ts";
import type { AgentDeps } from "./deps.ts";
import { noteRecovery } from "./recovery.ts";

/**
 * Brings the projections up to a concluded run: nothing waits for a person any more, and the incident is closed. Done
 * again after a crash it changes nothing.
 */
export async function settle(run: Run, deps: AgentDeps): Promise<void> {
  const { started, concluded } = run;
  if (started === undefined || concluded === undefined) return;
  const incident = await deps.incidents.get(started.incidentId);
  if (incident === undefined || incident.status === "closed") return;
  await voidLeftovers(run, `The run ended: ${concluded.reason}`, deps);
  if (incident.status === "recovered") await noteRecovery(run.runId, incident.stateAt, deps);
  const closedAt = new Date(run.lastAt).toISOString();
  const { outcome } = concluded;
  await deps.incidents.update(started.incidentId, (now) => ({ ...now, status: "closed", closedAt, outcome }));
  await deps.notifier.runChanged(run.runId).catch(() => undefined);
}

/** The record comes before the journal's word of it, so a driver that died in between left one that the run never saw. */
async function voidLeftovers(run: Run, comment: string, deps: AgentDeps): Promise<void> {
  for (const call of allCalls(run)) {
    if (call.assessed?.decision.verdict !== "ask" || call.decided !== undefined) continue;
    const decision = { kind: "void", comment, at: deps.ports.clock.now() } as const;
    await deps.approvals.decide(approvalIdFor(run.runId, call.callId), decision).catch(ignoreRefusal);
  }
}

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof HealerError) || error.code !== "approval_refused") throw error;
}
