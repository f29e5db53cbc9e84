import type { CommandRunner, Fleet, Preview } from "./ports-change.ts";
import type {
  AlarmSource,
  ChangeHistory,
  HostProbe,
  IncidentHistory,
  Inventory,
  LogSource,
  MetricSource,
  PriceList,
  RunbookLibrary,
} from "./ports-evidence.ts";

export type * from "./ports-change.ts";
export * from "./ports-evidence.ts";
export type * from "./ports-records.ts";

/** Everything outside the pure core, one port each. src/aws and src/local implement the same types. */
export type Ports = {
  readonly clock: Clock;
  readonly logs: LogSource;
  readonly metrics: MetricSource;
  readonly alarms: AlarmSource;
  readonly runbooks: RunbookLibrary;
  readonly pricing: PriceList;
  readonly commands: CommandRunner;
  readonly fleet: Fleet;
  readonly calendar: Calendar;
  readonly inventory: Inventory;
  readonly changes: ChangeHistory;
  readonly probe: HostProbe;
  readonly history: IncidentHistory;
  readonly preview: Preview;
};

/** The ports that look at the place where the alarm fired: the lab's, an account's, or none. */
export type Evidence = Pick<
  Ports,
  "logs" | "metrics" | "alarms" | "commands" | "fleet" | "inventory" | "changes" | "probe" | "preview"
>;

export type Clock = {
  /** Milliseconds since 1970. */
  now(): number;
};

export type Calendar = {
  /** Why nothing may change without a person at that time (milliseconds since 1970), or undefined. */
  freezeAt(now: number): string | undefined;
};

/** Random ids of the given length, lower-case letters and digits. */
export type Ids = { next(length: number): string };
