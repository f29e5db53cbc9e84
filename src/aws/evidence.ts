import type { Clock, Ports } from "../domain/ports.ts";
import { asgFleet } from "./asg-fleet.ts";
import { cloudWatchAlarms } from "./cloudwatch-alarms.ts";
import { cloudWatchLogs } from "./cloudwatch-logs.ts";
import { cloudWatchMetrics } from "./cloudwatch-metrics.ts";
import { ssmCommands } from "./ssm-commands.ts";

/** The ports of one account and region, with the credentials and endpoints that the environment names. */
export const awsEvidence = (place: {
  readonly clock: Clock;
  readonly account: string;
  readonly region: string;
}): Pick<Ports, "logs" | "metrics" | "alarms" | "commands" | "fleet"> => ({
  logs: cloudWatchLogs({ clock: place.clock }),
  metrics: cloudWatchMetrics(),
  alarms: cloudWatchAlarms(),
  commands: ssmCommands({ clock: place.clock }),
  fleet: asgFleet(place),
});
