import type { Approval, ApprovalDecision } from "./approval.ts";
import type { ChatRecord } from "./chat-record.ts";
import type { ApprovalId, IncidentId, RunId } from "./ids.ts";
import type { Incident } from "./incident.ts";
import type { Entry } from "./journal.ts";
import type { ModelReply, ModelRequest } from "./message.ts";
import type { CostModel, Runbook } from "./runbook.ts";
import type { ChangeHandle, PlannedAction, PriceQuote } from "./tool.ts";

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
};

/** The ports that look at the place where the alarm fired: the lab's, an account's, or none. */
export type Evidence = Pick<
  Ports,
  "logs" | "metrics" | "alarms" | "commands" | "fleet" | "inventory" | "changes" | "probe"
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

// ---- evidence -------------------------------------------------------------------------------------------------

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
  /** False when a budget or the service cut the read short. */
  readonly exhausted: boolean;
  readonly note?: string;
};
export type LogSource = {
  /** Hands events to `take` as they come, oldest first. Rejects with `not_found` for a group that does not exist. */
  read(query: LogQuery, take: (event: LogEvent) => void): Promise<LogReadSummary>;
  /** Log groups whose name contains the text, at most 20. */
  groups(containing: string): Promise<readonly string[]>;
};

export type MetricIdentity = {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
};
export type MetricQuery = MetricIdentity & {
  /** CloudWatch statistic: Average, Sum, Minimum, Maximum, SampleCount, p99 … */
  readonly stat: string;
  /** Seconds. */
  readonly period: number;
  readonly start: number;
  readonly end: number;
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
  readonly metric: MetricIdentity & { readonly stat: string; readonly period: number };
  readonly comparison: ">" | ">=" | "<" | "<=";
  readonly threshold: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly treatMissingData: "breaching" | "notBreaching" | "ignore" | "missing";
};
export type AlarmSource = {
  /** Undefined when the alarm is gone or watches no single metric: then no recovery can be measured on it. */
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
export type Inventory = {
  /** Resources of this type (`ecs:service`) whose ARN ends with the text. One without any tag may not be listed. */
  find(type: string, arnEnd: string): Promise<readonly ListedResource[]>;
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

// ---- change ---------------------------------------------------------------------------------------------------

export type CommandOutcome = {
  readonly target: string;
  readonly state: "succeeded" | "failed" | "timed_out" | "cancelled" | "undeliverable";
  readonly exitCode: number;
  /** At most 24,000 characters, as the service keeps. */
  readonly stdout: string;
  /** At most 8,000 characters. */
  readonly stderr: string;
  readonly truncated: boolean;
};
export type CommandStatus = {
  readonly state: "running" | "succeeded" | "failed";
  readonly outcomes: readonly CommandOutcome[];
};
export type CommandRunner = {
  /** Undefined when no such document and version exists. */
  document(
    name: string,
    version: string,
  ): Promise<{ readonly type: "Command" | "Automation"; readonly version: string; readonly hash: string } | undefined>;
  /** Not idempotent at the service: called once for one action id, after its intent is durable. */
  send(plan: PlannedAction, actionId: string): Promise<ChangeHandle>;
  /** The handle of what was sent under this action id, or undefined when the service never took it. */
  find(plan: PlannedAction, actionId: string): Promise<ChangeHandle | undefined>;
  status(handle: ChangeHandle, plan: PlannedAction): Promise<CommandStatus>;
};

export type FleetMember = {
  readonly id: string;
  readonly healthy: boolean;
  readonly group: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
};
export type FleetGroup = {
  readonly name: string;
  readonly instanceType: string;
  readonly desired: number;
  readonly maximum: number;
  readonly members: readonly FleetMember[];
};
export type Fleet = {
  member(id: string): Promise<FleetMember | undefined>;
  group(name: string): Promise<FleetGroup | undefined>;
};

// ---- truth, time and people -----------------------------------------------------------------------------------

export type JournalStore = {
  /** Rejects with `journal_conflict` when `seq` is not the next free slot: two drivers can never both win. */
  append(entry: Entry): Promise<void>;
  read(runId: RunId): Promise<readonly Entry[]>;
  /** Every run that has an entry. */
  runIds(): Promise<readonly RunId[]>;
};

export type IncidentStore = {
  /** Writes it whatever stands there: for rebuilding only. */
  put(incident: Incident): Promise<void>;
  /**
   * Changes what stands there now, under a condition, so that nobody's change is lost. `change` may run more than once and
   * answers undefined to leave it as it is. Answers what stands there in the end.
   */
  update(incidentId: IncidentId, change: (now: Incident) => Incident | undefined): Promise<Incident | undefined>;
  /** Rejects with `journal_conflict` when an incident of this id exists. */
  create(incident: Incident): Promise<void>;
  get(incidentId: IncidentId): Promise<Incident | undefined>;
  list(): Promise<readonly Incident[]>;
};

export type ApprovalStore = {
  create(approval: Approval): Promise<void>;
  get(approvalId: ApprovalId): Promise<Approval | undefined>;
  list(): Promise<readonly Approval[]>;
  /** Applies the pure transition under a condition on the record's version; rejects with `approval_refused`. */
  decide(approvalId: ApprovalId, decision: ApprovalDecision): Promise<Approval>;
  /** Keeps the workflow's token beside the approval, and nowhere else. */
  keepToken(approvalId: ApprovalId, taskToken: string): Promise<void>;
  takeToken(approvalId: ApprovalId): Promise<string | undefined>;
};

/** What changes cost today, over all runs. */
export type SpendStore = {
  /** Micro-dollars reserved on that day (`2026-11-23`, UTC). */
  total(day: string): Promise<number>;
  /** Counts an action's price once, however often it is called, and answers the day's new total. */
  reserve(day: string, actionId: string, amount: number): Promise<number>;
  release(day: string, actionId: string): Promise<void>;
};

/** Who is changing a resource, and what was last done to it: one change at a time, over all incidents. */
export type LockStore = {
  /** Takes every target or none. False while another action holds one of them; a lease that ran out holds nothing. */
  take(targets: readonly string[], lease: Lease): Promise<boolean>;
  /** Gives back what this action holds; what it did stays on record for the cooldown. */
  release(targets: readonly string[], actionId: string): Promise<void>;
  /** The newest action on a target, or undefined. */
  newest(target: string): Promise<(Pick<Lease, "action" | "actionId"> & { readonly at: number }) | undefined>;
};
export type Lease = {
  readonly actionId: string;
  /** What is done, the same text for the same action: `disk-full/delete-old-traces`. */
  readonly action: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly until: number;
};

export type KillSwitchState = {
  readonly stopped: boolean;
  readonly by?: string;
  readonly at?: string;
  readonly why?: string;
};
export type KillSwitch = {
  /** Scopes: `all`, `service:<name>`, `runbook:<id>`. Rejects when it cannot be read; callers then count it as stopped. */
  read(scopes: readonly string[]): Promise<KillSwitchState>;
  set(scope: string, state: KillSwitchState): Promise<void>;
};

export type Model = {
  /** Rejects with `model_unavailable` (retryable) or `model_misconfigured` (terminal). */
  converse(request: ModelRequest, signal: AbortSignal): Promise<ModelReply>;
};

export type Workflow = {
  /** Starts the state machine for a run; starting it again while it runs does nothing. */
  start(runId: RunId): Promise<void>;
  /** Ends an approval's wait. A token that was used or has expired is not an error: the record decides. */
  resume(taskToken: string): Promise<void>;
};

/**
 * Tells people. Both methods read what to say from the journal and the records, so that a call that was lost or failed in
 * an outage is made good by the next one: callers `.catch` it, and nothing waits for it.
 */
export type Notifier = {
  /** Shows where the run stands now: one message per incident, edited in place. Doing it again changes nothing. */
  runChanged(runId: RunId): Promise<void>;
  /** Reminds, escalates and repairs what an outage left stale. Call it about once a minute. */
  tick(): Promise<void>;
};

/** Where each run's card stands in a chat. */
export type ChatRecords = {
  get(runId: RunId): Promise<ChatRecord | undefined>;
  /** False when the stored version is not `record.version - 1`: another writer was first. */
  put(record: ChatRecord): Promise<boolean>;
};

/** Remembers keys for a while: the guard against replayed requests. */
export type SeenOnce = {
  /** True for the first caller with this key; kept until that time (milliseconds since 1970) at least. */
  first(key: string, keepUntil: number): Promise<boolean>;
};
