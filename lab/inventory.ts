import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Inventory } from "../src/domain/ports.ts";
import type { Hosts } from "./hosts.ts";
import { currentRelease, previousRelease } from "./releases.ts";
import { hostName, instanceId, serviceNames, serviceOf } from "./topology.ts";

/** Hosts and their groups are all that the lab has: nothing is listed by tag, and a host tells of its process. */
export function createLabInventory(hosts: Hosts): Inventory {
  return {
    find: async () => [],
    async state(dimension, { InstanceId }) {
      const host = dimension === "InstanceId" ? hostOf(InstanceId, hosts) : undefined;
      if (host === undefined) return undefined;
      const runs = hosts.running(host);
      const service = `service ${serviceOf(host)}`;
      return {
        facts: [...(runs ? [`${service} runs as process ${hosts.pid(host)}`] : []), ...releaseOf(hosts.root(host))],
        troubles: runs ? [] : [`${service} is not running`],
        events: [],
      };
    },
  };
}

const hostOf = (id: string | undefined, hosts: Hosts): string | undefined =>
  serviceNames
    .flatMap((service) => Array.from({ length: hosts.desired(service) }, (_, index) => hostName(service, index + 1)))
    .find((name) => instanceId(name) === id);

const releaseOf = (root: string): readonly string[] =>
  existsSync(join(root, "current")) ? [`release ${currentRelease(root)}, before it ${previousRelease(root)}`] : [];
