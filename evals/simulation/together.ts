import { Worker } from "node:worker_threads";
import { faultSchedule, hostileSchedule, runCampaign, type Tally } from "./campaign.ts";
import { loadShared } from "./shared.ts";

export type CampaignKind = "hostile" | "faults";

/** Plays the seeds on several threads; the answer does not depend on how many. */
export async function campaignOnThreads(kind: CampaignKind, seeds: readonly number[], jobs: number): Promise<Tally> {
  if (jobs <= 1) {
    return runCampaign(seeds, kind === "hostile" ? hostileSchedule : faultSchedule, await loadShared());
  }
  const shares = Array.from({ length: jobs }, (_, job) => seeds.filter((_, index) => index % jobs === job));
  const tallies = await Promise.all(shares.filter((share) => share.length > 0).map((share) => onThread(kind, share)));
  return tallies.reduce(added);
}

function onThread(kind: CampaignKind, seeds: readonly number[]): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: { kind, seeds } });
    worker.once("message", resolve);
    worker.once("error", reject);
  });
}

const added = (one: Tally, other: Tally): Tally => ({
  runs: one.runs + other.runs,
  failures: [...one.failures, ...other.failures].sort((left, right) => left.seed - right.seed),
  changes: one.changes + other.changes,
  entries: one.entries + other.entries,
  outcomes: sums(one.outcomes, other.outcomes),
  faults: sums(one.faults, other.faults),
});

function sums(one: Tally["faults"], other: Tally["faults"]): Tally["faults"] {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
  return Object.fromEntries(names.map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]));
}
