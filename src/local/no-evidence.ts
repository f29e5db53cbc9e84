import { HealerError } from "../domain/errors.ts";
import type { Evidence, IncidentHistory } from "../domain/ports.ts";

const hint = "Set AWS credentials and a region, or break a service of the lab with --lab.";

/** Ports for a machine with neither AWS nor the lab: they say what is missing, and nothing can be changed. */
export const noEvidence: Evidence = {
  logs: {
    read: async ({ group }) => {
      throw new HealerError("not_found", `no log source is configured, so ${group} can not be read`, { hint });
    },
    groups: async () => [],
  },
  metrics: {
    // An empty answer would read as "nothing was measured", which nobody has looked for.
    query: async ({ name }) => {
      throw new HealerError("not_found", `no metric source is configured, so ${name} can not be read`, { hint });
    },
    neighbours: async () => [],
  },
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
  inventory: { find: async () => [], state: async () => undefined },
  changes: { read: async () => ({ changes: [], sources: [], missing: ["no source of changes is configured"] }) },
  probe: {
    run: async ({ target }) => {
      throw new HealerError("bad_state", `no Systems Manager is configured, so ${target} can not be probed`, { hint });
    },
  },
  preview: { of: async () => ({ known: false, why: "no Systems Manager is configured" }) },
};

/** For a machine that remembers no earlier run. */
export const noHistory: IncidentHistory = { similar: async () => ({ runs: [], searched: 0 }) };
