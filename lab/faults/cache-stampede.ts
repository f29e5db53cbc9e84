import { rmSync } from "node:fs";
import { join } from "node:path";
import { writeSnapshot } from "../snapshot.ts";
import type { Fault } from "./types.ts";

const host = "recommendations-1";

export const cacheStampede: Fault = {
  service: "recommendations",
  breaks:
    "A new catalogue version empties the cache, and every request waits for the slow model. A restart starts cold again.",
  async inject(hosts) {
    rmSync(join(hosts.root(host), "var/cache/snapshot.json"), { force: true });
    hosts.fault(host, "cache-stampede", true);
  },
  async clear(hosts) {
    writeSnapshot(hosts.root(host));
    hosts.fault(host, "cache-stampede", false);
  },
};
