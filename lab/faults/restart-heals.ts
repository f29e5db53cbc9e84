import { hostName, type ServiceName } from "../topology.ts";
import type { Fault } from "./types.ts";

/** A fault that lives in the process's memory: told to the process, and gone with it. */
export function inProcess(service: ServiceName, name: string, texts: Pick<Fault, "breaks" | "heals">): Fault {
  const host = hostName(service, 1);
  return {
    service,
    ...texts,
    inject: async (hosts) => hosts.fault(host, name, true),
    async clear(hosts) {
      await hosts.stop(host);
      await hosts.start(host);
    },
  };
}
