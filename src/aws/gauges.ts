import type { ApprovalStore, Clock, IncidentStore, SpendStore } from "../domain/ports.ts";

type GaugeDeps = {
  readonly clock: Clock;
  readonly approvals: ApprovalStore;
  readonly incidents: IncidentStore;
  readonly spend: SpendStore;
};

export const gaugeNamespace = "IncidentHealer";

/** Minutes before expiry from which an approval without an answer counts as expiring. */
const soonMs = 5 * 60_000;

/** What the healer's own alarms watch, as one line in CloudWatch's embedded metric format: a log line, no permission. */
export async function gaugeLine({ clock, approvals, incidents, spend }: GaugeDeps): Promise<string> {
  const now = clock.now();
  const waiting = await approvals.pending();
  const open = (await incidents.recent(now)).filter((incident) => incident.status !== "closed");
  const [micro] = await spend.totals([new Date(now).toISOString().slice(0, 10)]);
  const values = {
    ApprovalsWaiting: waiting.length,
    ApprovalsExpiring: waiting.filter(({ expiresAt }) => Date.parse(expiresAt) - now < soonMs).length,
    IncidentsOpen: open.length,
    ChangeDollarsToday: micro / 1e6,
  };
  const Metrics = Object.keys(values).map((Name) => ({ Name, Unit: "None" }));
  const directive = { Namespace: gaugeNamespace, Dimensions: [[]], Metrics };
  return `${JSON.stringify({ _aws: { Timestamp: now, CloudWatchMetrics: [directive] }, ...values })}\n`;
}
