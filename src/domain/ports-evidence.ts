import type { RunId } from "./ids.ts";
import type { MicroUsd } from "./money.ts";
import type { CommandOutcome } from "./ports-change.ts";
import type { CostModel, Runbook } from "./runbook.ts";
import type { PriceQuote } from "./tool.ts";

export type LogEvent = { readonly timestamp: number; readonly message: string; readonly stream: string };
export type LogQuery = {
  readonly group: string;
  /** Milliseconds since 1970, both ends included. */
  readonly start: number;
  readonly end: number;
  /** Literal text that an event must contain. */
  readonly contains?: string;
  readonly signal?: AbortSignal;
};
export type LogReadSummary = {
  readonly source: string;
  readonly events: number;
  readonly bytesScanned: number;
  /** What the read itself is billed at; absent where reading is free. */
  readonly cost?: MicroUsd;
  /** False when a budget or the service cut the read short. */
  readonly exhausted: boolean;
  readonly note?: string;
};
/** What the service itself makes of all events of a window, also of those that a read did not reach. */
export type LogPatterns = {
  /** The commonest first. */
  readonly patterns: readonly { readonly pattern: string; readonly count: number }[];
  readonly cost: MicroUsd;
};
export type LogSource = {
  /** Hands events to `take` as they come, oldest first. Rejects with `not_found` for a group that does not exist. */
  read(query: LogQuery, take: (event: LogEvent) => void): Promise<LogReadSummary>;
  /** Undefined for a group whose class has no patterns; absent where the source has none at all. */
  patterns?(query: LogQuery): Promise<LogPatterns | undefined>;
  /** Log groups whose name contains the text, at most 20. */
  groups(containing: string): Promise<readonly string[]>;
};

export type MetricIdentity = {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
};
/** One line of an alarm's arithmetic: a metric that feeds it, or an expression over other lines' ids. */
export type MathLine = {
  readonly id: string;
  /** True for the one line whose result the alarm compares. */
  readonly returned: boolean;
  readonly account?: string;
} & (
  | { readonly expression: string; readonly period?: number }
  | { readonly metric: MetricIdentity; readonly stat: string; readonly period: number; readonly unit?: string }
);
export type MetricQuery = MetricIdentity & {
  /** CloudWatch statistic: Average, Sum, Minimum, Maximum, SampleCount, p99 … */
  readonly stat: string;
  /** Seconds. */
  readonly period: number;
  readonly start: number;
  readonly end: number;
  /** Where an alarm watches arithmetic: what to compute. The identity is then only its name. */
  readonly math?: readonly MathLine[];
};
export type MetricPoint = { readonly at: number; readonly value: number };
export type MetricSource = {
  /** Datapoints oldest first; empty when there are none. */
  query(query: MetricQuery): Promise<readonly MetricPoint[]>;
  /** Metrics that share the namespace and these dimensions, at most 50. */
  neighbours(namespace: string, dimensions: Readonly<Record<string, string>>): Promise<readonly MetricIdentity[]>;
};

export type AlarmDefinition = {
  readonly alarmArn: string;
  readonly alarmName: string;
  readonly metric: Omit<MetricQuery, "start" | "end">;
  readonly comparison: ">" | ">=" | "<" | "<=";
  readonly threshold: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly treatMissingData: "breaching" | "notBreaching" | "ignore" | "missing";
};
export type AlarmSource = {
  /** Undefined when the alarm is gone or compares no single series with a fixed threshold: then no recovery can be measured. */
  describe(alarmArn: string): Promise<AlarmDefinition | undefined>;
};

export type RunbookHit = {
  readonly runbookId: string;
  readonly title: string;
  readonly step: string;
  readonly heading: string;
  readonly excerpt: string;
  readonly score: number;
  readonly contentHash: string;
};
export type RunbookQuery = {
  readonly text: string;
  readonly alarm?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly metric?: string;
    readonly dimensions?: Readonly<Record<string, string>>;
    readonly reason?: string;
  };
};
export type RunbookLibrary = {
  search(
    query: RunbookQuery,
    limit: number,
  ): Promise<{ readonly abstained: boolean; readonly reason?: string; readonly hits: readonly RunbookHit[] }>;
  get(id: string): Promise<Runbook | undefined>;
};

export type PriceList = {
  /** Cost model with every `{{parameter}}` filled in. Unknown, ambiguous or failed: `known: false` with the reason. */
  quote(model: CostModel, place: { readonly region: string; readonly horizonHours: number }): Promise<PriceQuote>;
};

/** A resource by its ARN; the tags are its own. */
export type ListedResource = { readonly arn: string; readonly tags: Readonly<Record<string, string>> };
/** How a resource is by its own service's account. All of it is text from outside. */
export type ResourceState = {
  /** State, size and settings, a few words each. */
  readonly facts: readonly string[];
  /** Parts of it that are not well: stopped tasks, unhealthy targets. */
  readonly troubles: readonly string[];
  /** Newest first; `at` in milliseconds since 1970. */
  readonly events: readonly { readonly at: number; readonly text: string }[];
};
export type Inventory = {
  /** Resources of this type (`ecs:service`) whose ARN ends with the text. One without any tag may not be listed. */
  find(type: string, arnEnd: string): Promise<readonly ListedResource[]>;
  /**
   * What the service says about the resource that the dimension names (`ServiceName`). Undefined where no service is asked
   * about such a dimension, or where it knows no such resource. Rejects when the service can not be asked.
   */
  state(dimension: string, dimensions: Readonly<Record<string, string>>): Promise<ResourceState | undefined>;
};

/** Something that somebody changed. `who`, `resources` and `detail` are text from outside. */
export type Change = {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly who: string;
  /** `UpdateService`, `deploy`, `AWS-RunShellScript` … */
  readonly what: string;
  readonly resources: readonly string[];
  readonly detail: string;
  readonly source: string;
  readonly failed: boolean;
  /** Two sources that tell of the same thing give it the same key. */
  readonly key?: string;
};
export type ChangeQuery = {
  readonly start: number;
  readonly end: number;
  /** Ids and names of what is broken; a source that can look something up by name does. */
  readonly resources: readonly string[];
  readonly signal?: AbortSignal;
};
export type ChangeHistory = {
  /** In any order. `missing` says what was not read, and why. Rejects when no source at all could be read. */
  read(query: ChangeQuery): Promise<{
    readonly changes: readonly Change[];
    readonly sources: readonly string[];
    readonly missing: readonly string[];
  }>;
};

export const probeNames = ["disk_space", "memory", "processes", "sockets", "unit_status", "unit_journal"] as const;
/** A read-only look at a host, from a fixed list; the type of `unit` and `lines` is all that a caller chooses. */
export type ProbeRequest = {
  readonly target: string;
  readonly probe: (typeof probeNames)[number];
  readonly unit?: string;
  readonly lines?: number;
  readonly signal?: AbortSignal;
};
export type HostProbe = {
  /** Rejects with `bad_input` for a unit name that is none, and sends nothing then. */
  run(request: ProbeRequest): Promise<CommandOutcome>;
};

/** What an earlier run found and tried; the texts were written by a model or a person. */
export type PastRun = {
  readonly runId: RunId;
  readonly startedAt: number;
  readonly alarmName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** True when it was about this very resource. */
  readonly sameResource: boolean;
  readonly outcome: string;
  readonly rootCause: string;
  readonly tried: readonly { readonly action: string; readonly how: string; readonly measured: string }[];
};
export type IncidentHistory = {
  /** Finished runs with the same fingerprint, the most alike first. */
  similar(
    alarm: {
      readonly namespace: string | undefined;
      readonly metric: string | undefined;
      readonly alarmName: string;
      readonly dimensions: Readonly<Record<string, string>>;
    },
    limit: number,
  ): Promise<{ readonly runs: readonly PastRun[]; readonly searched: number }>;
};
