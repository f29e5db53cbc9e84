import type { IncidentHistory, IncidentStore, JournalStore } from "../domain/ports.ts";
import { type Run, replay } from "../domain/run.ts";
import { candidates, pastRunOf } from "../history/similar.ts";

/** Incidents looked through for one answer, newest first: a month of a busy account. */
const mostIncidents = 2_000;
/** Journals read for one answer, finished or not: each is a query of its own. */
const mostJournals = 12;

/** Every run that began at that time (milliseconds since 1970) or later, folded one after the other. */
export async function runsSince(
  journal: Pick<JournalStore, "read" | "runIds">,
  since: number,
): Promise<readonly Run[]> {
  const runs: Run[] = [];
  for (const runId of await journal.runIds()) {
    const run = replay(runId, await journal.read(runId));
    if (run.startedAt >= since) runs.push(run);
  }
  return runs;
}

/** Earlier runs, found in the list of incidents and told from their own journals. */
export function incidentHistory(stores: {
  readonly incidents: Pick<IncidentStore, "list">;
  readonly journal: Pick<JournalStore, "read">;
}): IncidentHistory {
  return {
    async similar(alarm, limit) {
      const incidents = await stores.incidents.list(mostIncidents);
      const alike = candidates(incidents, alarm).slice(0, mostJournals);
      const runs = await Promise.all(
        alike.map(async ({ runId }) => pastRunOf(replay(runId, await stores.journal.read(runId)), alarm)),
      );
      return { runs: runs.filter((run) => run !== undefined).slice(0, limit), searched: incidents.length };
    },
  };
}
