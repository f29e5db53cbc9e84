import { severityOf } from "../detect/severity.ts";
import { openIncident } from "../detect/take-in.ts";
import type { Incident } from "../domain/incident.ts";
import type { IncidentStore, JournalStore } from "../domain/ports.ts";
import { replay } from "../domain/run.ts";

/** Writes the Incidents projection anew from the journal, the only truth. Answers how many there are. */
export async function rebuildIncidents(stores: {
  readonly journal: JournalStore;
  readonly incidents: IncidentStore;
}): Promise<number> {
  const runIds = await stores.journal.runIds();
  for (const runId of runIds) {
    const run = replay(runId, await stores.journal.read(runId));
    if (run.started === undefined) continue;
    const { alarm, incidentId } = run.started;
    const opened = openIncident(alarm, { incidentId, runId }, severityOf(alarm), run.startedAt);
    const closed: Incident = {
      ...opened,
      status: "closed",
      closedAt: new Date(run.lastAt).toISOString(),
      ...(run.concluded && { outcome: run.concluded.outcome }),
    };
    await stores.incidents.put(run.concluded === undefined ? opened : closed);
  }
  return runIds.length;
}
