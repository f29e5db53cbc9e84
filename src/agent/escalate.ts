import type { RunId } from "../domain/ids.ts";
import { nextEntry } from "../domain/journal.ts";
import { replay } from "../domain/run.ts";
import { abandoned } from "./abandon.ts";
import type { AgentDeps } from "./deps.ts";
import { drive } from "./drive.ts";

/** Ends a run that failed for good, so that a person hears of it instead of nobody. Does nothing to a concluded run. */
export async function escalate(runId: RunId, error: string, deps: AgentDeps): Promise<void> {
  const run = replay(runId, await deps.journal.read(runId));
  if (run.concluded === undefined && run.seq > 0) {
    const event = abandoned(run, `The run stopped on an error: ${error.slice(0, 500)}`);
    const at = new Date(deps.ports.clock.now()).toISOString();
    const entry = nextEntry({ seq: run.seq, hash: run.head }, { runId, at, actor: "workflow", events: [event] });
    await deps.journal.append(entry);
  }
  await drive(runId, "read", deps, AbortSignal.timeout(deps.settings.toolTimeoutMs));
}
