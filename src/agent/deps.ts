import type { Budgets } from "../domain/event.ts";
import type { TokenUsage } from "../domain/message.ts";
import type { Mode } from "../domain/mode.ts";
import type { MicroUsd } from "../domain/money.ts";
import type {
  ApprovalStore,
  Ids,
  IncidentStore,
  JournalStore,
  KillSwitch,
  LockStore,
  Model,
  Notifier,
  Ports,
  SpendStore,
} from "../domain/ports.ts";
import type { Tool } from "../domain/tool.ts";
import type { Policies } from "../governance/policy.ts";
import type { Telemetry } from "./telemetry.ts";

export type Settings = {
  readonly mode: Mode;
  readonly environment: string;
  /** Person ids that may decide approvals; empty means that nobody may and every gated change stays undone. */
  readonly approvers: readonly string[];
  readonly approvalTtlMs: number;
  readonly budgets: Budgets;
  /** A send is given up after this; another driver looks for its fate only after twice as long. */
  readonly sendTimeoutMs: number;
  readonly toolTimeoutMs: number;
  readonly modelTimeoutMs: number;
  readonly maxTokens: number;
  /** Seconds between looks at a running command. */
  readonly pollSeconds: number;
};

/** All that `drive` may touch. Built once by a composition root; src/aws and src/local fill the same shape. */
export type AgentDeps = {
  readonly ports: Ports;
  readonly journal: JournalStore;
  readonly incidents: IncidentStore;
  readonly approvals: ApprovalStore;
  readonly spend: SpendStore;
  readonly locks: LockStore;
  readonly killSwitch: KillSwitch;
  readonly notifier: Notifier;
  readonly model: Model;
  /** Price of a reply; undefined for a model that no table knows, which then counts at the dearest price known. */
  readonly priceOf: (modelId: string, usage: TokenUsage) => MicroUsd;
  readonly ids: Ids;
  readonly policies: Policies;
  readonly tools: ReadonlyMap<string, Tool>;
  readonly prompt: { readonly text: string; readonly hash: string };
  readonly settings: Settings;
  /** Left out, nobody watches. */
  readonly telemetry?: Telemetry;
};
