import { partitionOf } from "../detect/place.ts";
import { HealerError } from "../domain/errors.ts";
import type { Clock, CommandRunner, Evidence } from "../domain/ports.ts";
import { asgFleet } from "./asg-fleet.ts";
import { changeHistory } from "./change-history.ts";
import {
  autoScalingSdk,
  type ClientOptions,
  cloudTrailSdk,
  cloudWatchSdk,
  logsSdk,
  ssmSdk,
  ssmSdkWithoutRetries,
  taggingSdk,
} from "./clients.ts";
import { cloudWatchAlarms } from "./cloudwatch-alarms.ts";
import { cloudWatchLogs } from "./cloudwatch-logs.ts";
import { cloudWatchMetrics } from "./cloudwatch-metrics.ts";
import { awsInventory } from "./inventory.ts";
import { logsInsights } from "./logs-insights.ts";
import type { Place } from "./place.ts";
import { ssmCommands } from "./ssm-commands.ts";
import { ssmPreview } from "./ssm-preview.ts";
import { ssmProbe } from "./ssm-probe.ts";

export type EvidenceOptions = Place & {
  readonly clock: Clock;
  /** Left out, what the environment names. */
  readonly credentials?: ClientOptions["credentials"];
  /** The deployed document for probes; without it they go as fixed text through AWS-RunShellScript. */
  readonly probeDocument?: string;
  readonly logs?: "filter" | "insights";
};

/** The ports of one account and region. */
export function awsEvidence(options: EvidenceOptions): Evidence {
  const { clock, region, account, credentials, probeDocument } = options;
  const where = { region, ...(credentials !== undefined && { credentials }) };
  const [ssm, sendSdk, cloudWatch] = [ssmSdk(where), ssmSdkWithoutRetries(where), cloudWatchSdk(where)];
  const [autoScaling, tagging, logs] = [autoScalingSdk(where), taggingSdk(where), logsSdk(where)];
  return {
    logs: options.logs === "insights" ? logsInsights({ clock, sdk: logs }) : cloudWatchLogs({ clock, sdk: logs }),
    metrics: cloudWatchMetrics(cloudWatch),
    alarms: cloudWatchAlarms(cloudWatch),
    commands: onlyAt({ account, region }, ssmCommands({ clock, sdk: ssm, sendSdk })),
    fleet: asgFleet({ account, region, partition: partitionOf(region), ssm, autoScaling, tagging }),
    inventory: awsInventory({ ...where, account, partition: partitionOf(region), tagging }),
    changes: changeHistory({ clock, cloudTrail: cloudTrailSdk(where), autoScaling, ssm }),
    preview: ssmPreview({ sdk: ssm }),
    probe: ssmProbe({ sdk: ssm, sendSdk, ...(probeDocument !== undefined && { document: probeDocument }) }),
  };
}

/** What was approved names its account and region; clients of another place must not send it there. */
export const onlyAt = ({ account, region }: Place, commands: CommandRunner): CommandRunner => ({
  ...commands,
  async send(plan, actionId) {
    // On one machine nobody says whose account the credentials belong to.
    const sameAccount = account === "" || plan.account === account;
    if (sameAccount && plan.region === region) return commands.send(plan, actionId);
    const [planned, here] = [`${plan.account} ${plan.region}`, `${account} ${region}`];
    throw new HealerError("bad_state", `the plan is for ${planned}, these clients are for ${here}`, {
      hint: `Start healer with AWS_REGION=${plan.region} and that account's credentials. Nothing was sent.`,
    });
  },
});
