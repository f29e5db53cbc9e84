import { parentPort, workerData } from "node:worker_threads";
import { faultSchedule, hostileSchedule, runCampaign } from "./campaign.ts";
import { loadShared } from "./shared.ts";

/** One thread's share of a campaign. */
const { kind, seeds } = workerData as { readonly kind: "hostile" | "faults"; readonly seeds: readonly number[] };
const schedule = kind === "hostile" ? hostileSchedule : faultSchedule;
const shared = await loadShared();
parentPort?.postMessage(await runCampaign(seeds, schedule, shared));
