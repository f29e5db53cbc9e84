import { inProcess } from "./restart-heals.ts";

export const hungWorker = inProcess("reports", "hung-worker", {
  breaks: "A ledger report without rows never gives its lock back, so the worker waits for ever and the queue grows.",
  heals: "A restart; the queue is on disk and is worked off.",
});
