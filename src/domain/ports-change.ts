import type { AutomationPreview } from "./preview.ts";
import type { ChangeHandle, PlannedAction } from "./tool.ts";

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

export type Preview = {
  /** What an Automation's steps would do. Starts nothing and never rejects: its lack is an answer, and stops nothing. */
  of(plan: PlannedAction, signal: AbortSignal): Promise<AutomationPreview>;
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
