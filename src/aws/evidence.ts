import type { Clock, Ports } from "../domain/ports.ts";
import { asgFleet } from "./asg-fleet.ts";
import { autoScalingSdk, cloudWatchSdk, logsSdk, ssmSdk, ssmSdkWithoutRetries, taggingSdk } from "./clients.ts";
import { cloudWatchAlarms } from "./cloudwatch-alarms.ts";
import { cloudWatchLogs } from "./cloudwatch-logs.ts";
import { cloudWatchMetrics } from "./cloudwatch-metrics.ts";
import { ssmCommands } from "./ssm-commands.ts";

/** The ports of one account and region, with the credentials and endpoints that the environment names. */
export function awsEvidence(place: {
  readonly clock: Clock;
  readonly account: string;
  readonly region: string;
}): Pick<Ports, "logs" | "metrics" | "alarms" | "commands" | "fleet"> {
  const { clock, region } = place;
  const where = { region };
  const [ssm, cloudWatch] = [ssmSdk(where), cloudWatchSdk(where)];
  return {
    logs: cloudWatchLogs({ clock, sdk: logsSdk(where) }),
    metrics: cloudWatchMetrics(cloudWatch),
    alarms: cloudWatchAlarms(cloudWatch),
    commands: ssmCommands({ clock, sdk: ssm, sendSdk: ssmSdkWithoutRetries(where) }),
    fleet: asgFleet({ ...place, ssm, autoScaling: autoScalingSdk(where), tagging: taggingSdk(where) }),
  };
}
