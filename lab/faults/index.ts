import { badDeploy } from "./bad-deploy.ts";
import { cacheStampede } from "./cache-stampede.ts";
import { certificateExpired } from "./certificate-expired.ts";
import { diskFull } from "./disk-full.ts";
import { hungWorker } from "./hung-worker.ts";
import { memoryLeak } from "./memory-leak.ts";
import { poolExhausted } from "./pool-exhausted.ts";
import { trafficSurge } from "./traffic-surge.ts";
import type { Fault } from "./types.ts";
import { upstreamDependencyDown } from "./upstream-dependency-down.ts";

export const faults = {
  "disk-full": diskFull,
  "memory-leak": memoryLeak,
  "hung-worker": hungWorker,
  "bad-deploy": badDeploy,
  "pool-exhausted": poolExhausted,
  "certificate-expired": certificateExpired,
  "traffic-surge": trafficSurge,
  "upstream-dependency-down": upstreamDependencyDown,
  "cache-stampede": cacheStampede,
} as const satisfies Readonly<Record<string, Fault>>;
export type FaultName = keyof typeof faults;
