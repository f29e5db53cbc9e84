import { HealerError } from "../domain/errors.ts";
import type { Clock, CommandRunner, Evidence } from "../domain/ports.ts";
import { asgFleet } from "./asg-fleet.ts";
import { changeHistory } from "./change-history.ts";
import {
  autoScalingSdk,
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
import { ssmCommands } from "./ssm-commands.ts";
import { ssmPreview } from "./ssm-preview.ts";
import { ssmProbe } from "./ssm-probe.ts";

/** The ports of one account and region, with the credentials and endpoints that the environment names. */
export function awsEvidence(place: {
  readonly clock: Clock;
  readonly account: string;
  readonly region: string;
  /** The deployed document for probes; without it they go as fixed text through AWS-RunShellScript. */
  readonly probeDocument?: string;
}): Evidence {
  const { clock, region, probeDocument } = place;
  const where = { region };
  const [ssm, sendSdk, cloudWatch] = [ssmSdk(where), ssmSdkWithoutRetries(where), cloudWatchSdk(where)];
  const [autoScaling, tagging] = [autoScalingSdk(where), taggingSdk(where)];
  return {
    logs: cloudWatchLogs({ clock, sdk: logsSdk(where) }),
    metrics: cloudWatchMetrics(cloudWatch),
    alarms: cloudWatchAlarms(cloudWatch),
    commands: onlyIn(region, ssmCommands({ clock, sdk: ssm, sendSdk })),
    fleet: asgFleet({ ...place, ssm, autoScaling, tagging }),
    inventory: awsInventory({ ...place, tagging }),
    changes: changeHistory({ clock, cloudTrail: cloudTrailSdk(where), autoScaling, ssm }),
    preview: ssmPreview({ sdk: ssm }),
    probe: ssmProbe({ sdk: ssm, sendSdk, ...(probeDocument !== undefined && { document: probeDocument }) }),
  };
}

/** What was approved names its region; clients of another one must not send it there. */
const onlyIn = (region: string, commands: CommandRunner): CommandRunner => ({
  ...commands,
  async send(plan, actionId) {
    if (plan.region === region) return commands.send(plan, actionId);
    throw new HealerError("bad_state", `the plan is for ${plan.region}, these clients are for ${region}`, {
      hint: `Start healer with AWS_REGION=${plan.region}. Nothing was sent.`,
    });
  },
});
