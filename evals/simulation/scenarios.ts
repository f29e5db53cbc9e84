import type { Mode } from "../../src/domain/mode.ts";

/** What people do with an approval that they see; each acts once, in this order, some time after the other. */
export type PersonAct = {
  readonly person: string;
  readonly does: "approve" | "deny" | "change" | "approve_wrong_digest";
  readonly comment?: string;
};

/** One story: what is broken, what would help, and what people and the world do meanwhile. Times are after the start. */
export type Scenario = {
  readonly name: string;
  readonly runbook: string;
  readonly metric: string;
  readonly threshold: number;
  readonly broken: number;
  readonly fine: number;
  /** Metric after each action; an action that is not named changes nothing. */
  readonly effects: Readonly<Record<string, number>>;
  /** For the first approval of the run, the second, and so on; what is not named gets no answer. */
  readonly people: readonly (readonly PersonAct[])[];
  readonly mode?: Mode;
  readonly recoversAfterMs?: number;
  readonly priceUnknown?: boolean;
  readonly priceRisesAfterMs?: number;
  readonly documentChangesAfterMs?: number;
  readonly frozen?: boolean;
  readonly stopAfterMs?: number;
  readonly undeliverable?: boolean;
  /** What becomes of the first send. */
  readonly send?: "reply_lost" | "refused";
  /** Outcomes that the story may have when nothing else goes wrong. */
  readonly outcomes: readonly string[];
};

const approve = (person: string): PersonAct => ({ person, does: "approve" });

const disk = { runbook: "disk-full", metric: "DiskUsedPercent", threshold: 90, broken: 97, fine: 40 } as const;
const surge = { runbook: "surge", metric: "Latency", threshold: 600, broken: 900, fine: 200 } as const;
const worker = { runbook: "hung-worker", metric: "QueueAge", threshold: 300, broken: 900, fine: 10 } as const;
const lag = { runbook: "failover", metric: "ReplicaLag", threshold: 30, broken: 300, fine: 1 } as const;

export const scenarios: readonly Scenario[] = [
  { ...disk, name: "standard change", effects: { "free-space": 40 }, people: [], outcomes: ["healed"] },
  {
    ...disk,
    name: "send times out but was applied",
    effects: { "free-space": 40 },
    people: [],
    send: "reply_lost",
    outcomes: ["healed"],
  },
  {
    ...disk,
    name: "send fails before it was applied",
    effects: { "free-space": 40 },
    people: [],
    send: "refused",
    outcomes: ["escalated"],
  },
  {
    ...disk,
    name: "command can not be delivered",
    effects: { "free-space": 40 },
    people: [],
    undeliverable: true,
    outcomes: ["escalated"],
  },
  {
    ...surge,
    name: "approval approved",
    effects: { "set-capacity": 200 },
    people: [[approve("ada")]],
    outcomes: ["healed"],
  },
  {
    ...surge,
    name: "approval denied",
    effects: { "set-capacity": 200 },
    people: [[{ person: "ada", does: "deny", comment: "not during the sale" }]],
    outcomes: ["denied"],
  },
  {
    ...surge,
    name: "approval changed, then approved",
    effects: { "set-capacity": 200 },
    people: [[{ person: "ada", does: "change", comment: "use 3 instances" }], [approve("bob")]],
    outcomes: ["healed"],
  },
  { ...surge, name: "approval expired", effects: { "set-capacity": 200 }, people: [], outcomes: ["escalated"] },
  {
    ...surge,
    name: "wrong digest, then a stranger, then approved",
    effects: { "set-capacity": 200 },
    people: [[{ person: "ada", does: "approve_wrong_digest" }, approve("mallory"), approve("ada")]],
    outcomes: ["healed"],
  },
  {
    ...surge,
    name: "price unknown",
    effects: { "set-capacity": 200 },
    people: [[approve("ada")]],
    priceUnknown: true,
    outcomes: ["healed"],
  },
  {
    ...surge,
    name: "price rises while people think",
    effects: { "set-capacity": 200 },
    people: [[approve("ada")]],
    priceRisesAfterMs: 60_000,
    outcomes: ["escalated", "healed"],
  },
  {
    ...surge,
    name: "document changes while people think",
    effects: { "set-capacity": 200 },
    people: [[approve("ada")]],
    documentChangesAfterMs: 60_000,
    outcomes: ["escalated", "healed"],
  },
  {
    ...surge,
    name: "recovers while people think",
    effects: { "set-capacity": 200 },
    people: [],
    recoversAfterMs: 120_000,
    outcomes: ["nothing_to_do", "escalated"],
  },
  {
    ...disk,
    name: "recovered before anybody looked",
    effects: {},
    people: [],
    recoversAfterMs: -120_000,
    outcomes: ["nothing_to_do"],
  },
  {
    ...disk,
    name: "recovers at once",
    effects: { "free-space": 40 },
    people: [],
    recoversAfterMs: 2_000,
    outcomes: ["nothing_to_do", "healed", "escalated"],
  },
  {
    ...worker,
    name: "no effect, then the way back",
    effects: {},
    people: [[approve("ada")]],
    outcomes: ["escalated"],
  },
  {
    ...worker,
    name: "makes it worse, then the way back heals",
    effects: { restart: 5000, "start-old": 10 },
    people: [[approve("ada")]],
    outcomes: ["healed", "escalated"],
  },
  {
    ...lag,
    name: "critical change, two people",
    effects: { "fail-over": 1 },
    people: [[approve("ada"), approve("ada"), approve("bob")]],
    outcomes: ["healed"],
  },
  {
    ...lag,
    name: "critical change, one person only",
    effects: { "fail-over": 1 },
    people: [[approve("ada")]],
    outcomes: ["escalated"],
  },
  {
    ...surge,
    name: "kill switch while people think",
    effects: { "set-capacity": 200 },
    people: [[approve("ada")]],
    stopAfterMs: 30_000,
    outcomes: ["escalated"],
  },
  {
    ...disk,
    name: "observe only",
    effects: { "free-space": 40 },
    people: [],
    mode: "observe",
    outcomes: ["escalated"],
  },
  {
    ...disk,
    name: "change freeze",
    effects: { "free-space": 40 },
    people: [[approve("ada")]],
    frozen: true,
    outcomes: ["healed"],
  },
];
