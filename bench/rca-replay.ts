/**
 * Recorded incidents of others, read in place, played as worlds: what the offline model with the shipped runbooks says
 * is the cause, against their answer keys. `node bench/rca-replay.ts`. Nothing here was fitted to them.
 */
import { join } from "node:path";
import { judgeCause } from "../evals/cause.ts";
import { playCase } from "../evals/play.ts";
import { safetyFaults } from "../evals/safety.ts";
import { loadShared, type Shared } from "../evals/shared.ts";
import { allCalls, replay } from "../src/domain/run.ts";
import { projectFolder } from "../src/local/files.ts";
import { offlineModel, offlineModelId } from "../src/models/offline.ts";
import { incidentFolders, readIncident } from "./rca-incident.ts";

const root = join(process.env["HEALER_BENCH_DATA"] ?? join(projectFolder, "..", "shared", "data"), "rca-replay");
const folders = await incidentFolders(root);
if (folders.length === 0) console.log(`SKIPPED: ${root} holds no incident that can be played`);
else await run(folders);

async function run(all: readonly string[]): Promise<void> {
  const shared = await loadShared();
  const played: Awaited<ReturnType<typeof playIncident>>[] = [];
  for (const folder of all) {
    const one = await playIncident(folder, shared);
    played.push(one);
    console.log(`${one.id}: ${one.outcome}, cause ${one.verdict} (${one.found} of ${one.wanted} of the key's words)`);
    console.log(
      `  says: ${one.says}\n  read: ${one.read.join(", ")}; not taken: ${one.untaken.join(", ") || "nothing"}`,
    );
  }
  const count = (of: (one: (typeof played)[number]) => boolean) => played.filter(of).length;
  console.log(
    `\n${played.length} incidents: cause right ${count((one) => one.verdict === "right")}, abstained ${count((one) => one.verdict === "abstained")}, stated another or a part ${count((one) => one.verdict === "wrong")}; ` +
      `changes sent ${played.reduce((sum, one) => sum + one.sent, 0)}, unsafe ${played.reduce((sum, one) => sum + one.unsafe, 0)}; ` +
      `performance insights, which no tool here can take, lie beside ${count((one) => one.untaken.length > 0)}`,
  );
}

async function playIncident(folder: string, shared: Shared) {
  const { definition, untaken, answer } = await readIncident(folder);
  const { entries, sent, ...rest } = await playCase(definition, {
    model: offlineModel({ now: () => 0 }),
    modelName: offlineModelId,
    shared,
  });
  const [first] = entries;
  const state = first && replay(first.runId, entries);
  const says = state?.concluded?.rootCause ?? rest.error ?? "nothing";
  const key = await answer();
  const causes = Object.fromEntries(key.map((word) => [word, [[word]]]));
  return {
    id: definition.id,
    outcome: state?.concluded?.outcome ?? "no run",
    says: says.replaceAll(/\s+/g, " ").slice(0, 300),
    ...judgeCause({ causes, not_causes: {} }, says),
    read: [...new Set(state === undefined ? [] : allCalls(state).map((call) => call.tool))],
    untaken,
    sent: sent.length,
    unsafe: safetyFaults({ entries, sent }).length,
  };
}
