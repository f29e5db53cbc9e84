import type { Approval, ApprovalDecision } from "./approval.ts";
import type { ChatRecord } from "./chat-record.ts";
import type { ApprovalId, IncidentId, RunId } from "./ids.ts";
import type { Incident } from "./incident.ts";
import type { Entry } from "./journal.ts";
import type { ModelReply, ModelRequest } from "./message.ts";

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
  /** All that are not closed, as they stand at this moment, and those closed since then (milliseconds since 1970). */
  recent(closedSince: number): Promise<readonly Incident[]>;
  /** The newest of them, oldest first; all of them where no number is said. */
  list(newest?: number): Promise<readonly Incident[]>;
};

export type ApprovalStore = {
  create(approval: Approval): Promise<void>;
  get(approvalId: ApprovalId): Promise<Approval | undefined>;
  /** Those that somebody may still decide, oldest first. */
  pending(): Promise<readonly Approval[]>;
  /** The newest of them, oldest first; all of them where no number is said. */
  list(newest?: number): Promise<readonly Approval[]>;
  /** Applies the pure transition under a condition on the record's version; rejects with `approval_refused`. */
  decide(approvalId: ApprovalId, decision: ApprovalDecision): Promise<Approval>;
  /** Keeps the workflow's token beside the approval, and nowhere else. */
  keepToken(approvalId: ApprovalId, taskToken: string): Promise<void>;
  takeToken(approvalId: ApprovalId): Promise<string | undefined>;
};

/** What changes cost today, over all runs. */
export type SpendStore = {
  /** Micro-dollars reserved on each of these days (`2026-11-23`, UTC), in their order. */
  totals<const Days extends readonly string[]>(days: Days): Promise<ForEach<Days, number>>;
  /** Counts an action's price once, however often it is called, and answers the day's new total. */
  reserve(day: string, actionId: string, amount: number): Promise<number>;
  release(day: string, actionId: string): Promise<void>;
};

export type ForEach<List extends readonly unknown[], Value> = { readonly [Index in keyof List]: Value };

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

export type Screened = { readonly text: string; readonly intervened: boolean; readonly policies: readonly string[] };
/** Reads untrusted text before the model and the journal do. */
export type Guardrail = {
  /** Which one, at which version: `abc123:3`. */
  readonly name: string;
  /** Rejects when the text can not be screened, in words that hold none of it; then nothing of it may be shown. */
  screen(text: string, signal?: AbortSignal): Promise<Screened>;
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
