import { HealerError } from "../domain/errors.ts";
import type { Ports } from "../domain/ports.ts";

const hint = "Set AWS credentials and a region, or break a service of the lab with --lab.";

/** Ports for a machine with neither AWS nor the lab: they say what is missing, and nothing can be changed. */
export const noEvidence: Pick<Ports, "logs" | "metrics" | "alarms" | "commands" | "fleet"> = {
  logs: {
    read: async ({ group }) => {
      throw new HealerError("not_found", `no log source is configured, so ${group} can not be read`, { hint });
    },
    groups: async () => [],
  },
  metrics: { query: async () => [], neighbours: async () => [] },
  alarms: { describe: async () => undefined },
  commands: {
    document: async () => undefined,
    send: async () => {
      throw new HealerError("bad_state", "no Systems Manager is configured", { hint });
    },
    find: async () => undefined,
    status: async () => ({ state: "failed", outcomes: [] }),
  },
  fleet: { member: async () => undefined, group: async () => undefined },
};
