import type { Facts } from "../src/domain/event.ts";
import type { AlarmDefinition, Ports, RunbookLibrary } from "../src/domain/ports.ts";
import type { AutomationPreview } from "../src/domain/preview.ts";
import type { Runbook } from "../src/domain/runbook.ts";
import { noEvidence } from "../src/local/no-evidence.ts";

const healthy: Omit<AlarmDefinition, "alarmArn"> = {
  alarmName: "as recorded",
  metric: { namespace: "recorded", name: "recorded", dimensions: {}, stat: "Average", period: 60 },
  comparison: ">",
  threshold: 1,
  evaluationPeriods: 1,
  datapointsToAlarm: 1,
  treatMissingData: "missing",
};

/** The ports of a replay: what the recording knows of the world, and nothing else. */
export function replayPorts(
  clock: Ports["clock"],
  runbooks: RunbookLibrary | undefined,
  facts: () => Facts,
  preview: () => AutomationPreview | undefined,
): Ports {
  // Of a recorded runbook only its service and its mode are asked, which the facts have kept.
  const ofRecord = () => {
    const { service = "none", mode, modeFrom } = facts();
    return { services: [String(service)], actions: [], ...(modeFrom === "runbook" && { mode }) } as unknown as Runbook;
  };
  const none: RunbookLibrary = {
    get: async () => ofRecord(),
    search: async () => ({ abstained: true, hits: [] }),
  };
  return {
    ...noEvidence,
    // Only asked where the recorded run was found healthy and could end: any healthy series says so again.
    alarms: { describe: async (alarmArn) => ({ ...healthy, alarmArn }) },
    metrics: {
      query: async () => [0, 1, 2].map((minute) => ({ at: clock.now() - minute * 60_000, value: 0 })),
      neighbours: async () => [],
    },
    clock,
    runbooks: runbooks ?? none,
    pricing: { quote: async () => ({ known: false, why: "a replay asks no price list" }) },
    calendar: { freezeAt: () => (facts()["frozen"] === true ? "as recorded" : undefined) },
    history: { similar: async () => ({ runs: [], searched: 0 }) },
    preview: { of: async () => preview() ?? { known: false, why: "a replay asks for none" } },
  } as Ports;
}
