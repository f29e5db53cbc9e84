import { HealerError } from "../domain/errors.ts";
import type { RunId } from "../domain/ids.ts";
import type { Incident } from "../domain/incident.ts";
import { nextEntry } from "../domain/journal.ts";
import { hasChanged, replay } from "../domain/run.ts";
import type { AgentDeps } from "./deps.ts";

/**
 * Adds to the journal of a concluded run, once, that its alarm went back to OK although the run had changed nothing: what
 * tells whether a change that was only recorded would have been needed.
 */
export async function noteRecovery(runId: RunId, at: string, deps: AgentDeps): Promise<void> {
  const run = replay(runId, await deps.journal.read(runId));
  if (run.concluded === undefined || run.recoveredAt !== undefined || hasChanged(run)) return;
  const entry = nextEntry(
    { seq: run.seq, hash: run.head },
    {
      runId,
      at: new Date(deps.ports.clock.now()).toISOString(),
      actor: "detector",
      events: [{ type: "alarm_recovered", at }],
    },
  );
  // Whoever else writes to a concluded run says the same.
  await deps.journal.append(entry).catch((error: unknown) => {
    if (!(error instanceof HealerError) || error.code !== "journal_conflict") throw error;
  });
}

/** The newest closed incident that this alarm opened. */
export const newestClosed = (alarmArn: string, incidents: readonly Incident[]): Incident | undefined =>
  incidents
    .filter((incident) => incident.status === "closed" && incident.alarmArn === alarmArn)
    .sort((one, other) => Date.parse(one.openedAt) - Date.parse(other.openedAt))
    .at(-1);
