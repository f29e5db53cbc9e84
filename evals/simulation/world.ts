import type { AlarmStateValue } from "../../src/domain/alarm.ts";
import { canonicalJson, sha256 } from "../../src/domain/journal.ts";
import { usd } from "../../src/domain/money.ts";
import type { CommandStatus, FleetMember } from "../../src/domain/ports.ts";
import type { Runbook } from "../../src/domain/runbook.ts";
import type { ChangeHandle, PlannedAction, PriceQuote } from "../../src/domain/tool.ts";
import type { Scenario } from "./scenarios.ts";
import type { Time } from "./time.ts";

/** What Systems Manager took, each time anew: it knows no idempotency. */
export type Accepted = {
  readonly id: string;
  readonly actionId: string;
  readonly plan: PlannedAction;
  /** Canonical JSON of the plan as it arrived. */
  readonly bytes: string;
  readonly at: number;
  /** The journal held the intent when the request arrived. */
  readonly intended: boolean;
  /** The kill switch had been on for a while when the request arrived. */
  readonly stoppedFor: number;
  readonly reaches: boolean;
};

/** The simulated cloud. It alone knows what is true; the invariants are judged by it. */
export type World = {
  readonly scenario: Scenario;
  readonly accepted: Accepted[];
  runbooks(): readonly Runbook[];
  /** The alarm's metric at that time. */
  level(at: number): number;
  healthy(at: number): boolean;
  price(amountOf: { readonly add: number; readonly type: string } | undefined): PriceQuote;
  member(id: string): FleetMember | undefined;
  members(): readonly FleetMember[];
  documentHash(): string;
  frozen(): boolean;
  send(plan: PlannedAction, actionId: string, intended: boolean): ChangeHandle;
  find(actionId: string): ChangeHandle | undefined;
  status(handle: ChangeHandle): CommandStatus;
  stop(on: boolean): void;
  stopped(): boolean;
};

/** Milliseconds that a command runs, and until a sent command can be found by its action id. */
const runsMs = 20_000;
const visibleAfterMs = 1_000;

export const metricPeriodMs = 60_000;
const managed = { healer: "managed" };
const hosts: readonly FleetMember[] = [
  ...["i-01", "i-02", "i-03", "i-04"].map((id) => ({ id, healthy: true, group: "workers", tags: managed })),
  // Look-alikes of i-01 that nobody opted in: a Cyrillic letter, and one that reads the same.
  { id: "\u0456-01", healthy: true, group: "workers", tags: {} },
  { id: "i\u201001", healthy: true, group: undefined, tags: { healer: "Managed" } },
];

export function createWorld(
  scenario: Scenario,
  runbooks: readonly Runbook[],
  time: Time,
  alarmChanged: (state: AlarmStateValue, at: number) => void,
): World {
  const started = time.now();
  const levels = [{ at: Number.NEGATIVE_INFINITY, value: scenario.broken }];
  const accepted: Accepted[] = [];
  let alarm: AlarmStateValue = "ALARM";
  let stoppedSince: number | undefined;
  const level = (at: number): number => levels.filter((one) => one.at <= at).at(-1)?.value ?? scenario.broken;
  const healthy = (at: number): boolean => level(at) < scenario.threshold;
  const setLevel = (value: number): void => {
    levels.push({ at: time.now(), value });
    time.after(metricPeriodMs, () => {
      const state = healthy(time.now()) ? "OK" : "ALARM";
      if (state === alarm) return;
      alarm = state;
      alarmChanged(state, time.now());
    });
  };
  const recovers = scenario.recoversAfterMs;
  if (recovers !== undefined && recovers < 0) levels.push({ at: started + recovers, value: scenario.fine });
  else if (recovers !== undefined) time.after(recovers, () => setLevel(scenario.fine));
  const since = (milliseconds: number | undefined): boolean =>
    milliseconds !== undefined && time.now() - started >= milliseconds;
  return {
    scenario,
    accepted,
    runbooks: () => runbooks,
    level,
    healthy,
    price: (wanted) => priced(wanted, scenario, since(scenario.priceRisesAfterMs)),
    member: (id) => hosts.find((host) => host.id === id),
    members: () => hosts.filter((host) => host.group === "workers"),
    documentHash: () => sha256(since(scenario.documentChangesAfterMs) ? "document, second form" : "document"),
    frozen: () => scenario.frozen === true,
    send(plan, actionId, intended) {
      const id = `cmd-${accepted.length + 1}`;
      const reaches = scenario.undeliverable !== true;
      const stoppedFor = stoppedSince === undefined ? 0 : time.now() - stoppedSince;
      accepted.push({ id, actionId, plan, bytes: canonicalJson(plan), at: time.now(), intended, stoppedFor, reaches });
      const value = scenario.effects[plan.runbook?.action ?? "ad-hoc"];
      if (reaches && value !== undefined) time.after(runsMs / 2, () => setLevel(value));
      return { kind: plan.document.type === "Command" ? "command" : "automation", id };
    },
    find(actionId) {
      const found = accepted.find((one) => one.actionId === actionId && time.now() - one.at >= visibleAfterMs);
      return found && { kind: "command", id: found.id };
    },
    status: (handle) =>
      statusOf(
        accepted.find((one) => one.id === handle.id),
        time.now(),
      ),
    stop(on) {
      stoppedSince = on ? (stoppedSince ?? time.now()) : undefined;
    },
    stopped: () => stoppedSince !== undefined,
  };
}

function statusOf(sent: Accepted | undefined, now: number): CommandStatus {
  if (sent === undefined || now - sent.at < runsMs) return { state: "running", outcomes: [] };
  const state = sent.reaches ? ("succeeded" as const) : ("undeliverable" as const);
  const outcomes = sent.plan.targets.map((target) => ({
    target,
    state,
    exitCode: sent.reaches ? 0 : -1,
    stdout: "",
    stderr: "",
    truncated: false,
  }));
  return { state: sent.reaches ? "succeeded" : "failed", outcomes };
}

function priced(
  wanted: { readonly add: number; readonly type: string } | undefined,
  scenario: Scenario,
  risen: boolean,
): PriceQuote {
  if (scenario.priceUnknown === true) return { known: false, why: "the price list does not answer" };
  const each = wanted === undefined ? 0 : (unitDollars[wanted.type] ?? 0) * (risen ? 3 : 1);
  const amount = usd(each * (wanted?.add ?? 0));
  return { known: true, amount, horizonHours: 24, monthly: usd(0), basis: "simulated", source: "simulation", asOf: "" };
}

/** Dollars over the horizon for one more of them. */
const unitDollars: Readonly<Record<string, number>> = { "c5.4xlarge": 16.32, "t3.large": 9 };
