import { attacks } from "./attacks.ts";
import { hostileModel } from "./hostile-model.ts";
import { randomFrom } from "./random.ts";
import { randomMoves } from "./random-moves.ts";
import { type PersonAct, type Scenario, scenarios } from "./scenarios.ts";
import type { Shared } from "./shared.ts";
import { type Options, type Report, simulate } from "./simulate.ts";

/** Everything about a run follows from its seed, so a failing seed is the whole bug report. */
export type Schedule = (seed: number) => Options;

const storyOf = (seed: number): Scenario => scenarios[seed % scenarios.length] as Scenario;
/** Counts the times that every story was told, so that each story meets each kind of day. */
const roundOf = (seed: number): number => Math.floor(seed / scenarios.length);

/** Processes and machines die, others drive the same run, and little else goes wrong. */
export const crashSchedule: Schedule = (seed) => ({
  seed,
  scenario: storyOf(seed),
  rough: { kill: [0.01, 0.03, 0.08][roundOf(seed) % 3] ?? 0, throttle: 0.01, loseReply: 0.01, skewMs: 0 },
  rivals: 0.1 + 0.1 * (roundOf(seed) % 4),
  machineDeaths: roundOf(seed + 7) % 3,
});

/** A bad day: clocks differ and jump, events come twice and out of order, services refuse and answers are lost. */
export const faultSchedule: Schedule = (seed) => ({
  seed,
  scenario: storyOf(seed),
  rough: {
    kill: roundOf(seed) % 2 === 0 ? 0.02 : 0,
    throttle: 0.005 + 0.01 * (roundOf(seed) % 3),
    loseReply: 0.005 + 0.008 * (roundOf(seed) % 4),
    skewMs: [0, 500, 2_500][roundOf(seed) % 3] ?? 0,
  },
  rivals: 0.05 * (roundOf(seed) % 3),
  machineDeaths: roundOf(seed + 7) % 2,
  duplicates: 1 + (roundOf(seed) % 3),
});

/** Every scripted attack first, then random models; half of them before people who approve all they see. */
export const hostileSchedule: Schedule = (seed) => {
  const random = randomFrom(seed);
  const attack = attacks[seed >> 1];
  const scenario = { ...storyOf(random.int(scenarios.length)), people: seed % 2 === 0 ? [] : careless };
  const moves = attack?.moves ?? randomMoves(random);
  const { recoversAfterMs: _, ...lasting } = scenario;
  return {
    seed,
    scenario: { ...lasting, name: attack?.name ?? "a random model" },
    model: () => hostileModel(moves),
    ...(seed % 5 === 0 && { rough: { kill: 0.01, throttle: 0.01, loseReply: 0.01, skewMs: 0 } }),
  };
};

const approves = (person: string): PersonAct => ({ person, does: "approve" });
const careless = Array.from({ length: 40 }, () => [approves("ada"), approves("mallory"), approves("bob")]);

export type Failure = { readonly seed: number; readonly scenario: string; readonly violations: readonly string[] };
export type Tally = {
  readonly runs: number;
  readonly failures: readonly Failure[];
  /** Changes that really reached Systems Manager. */
  readonly changes: number;
  readonly entries: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
};

/** Plays those seeds one after the other. */
export async function runCampaign(
  seeds: readonly number[],
  schedule: Schedule,
  shared: Shared,
  onRun: (report: Report) => void = () => undefined,
): Promise<Tally> {
  const outcomes: Record<string, number> = {};
  const faults: Record<string, number> = {};
  const failures: Failure[] = [];
  let changes = 0;
  let entries = 0;
  for (const seed of seeds) {
    const report = await simulate(schedule(seed), shared);
    const { scenario, violations } = report;
    if (violations.length > 0) failures.push({ seed, scenario, violations });
    for (const outcome of report.outcomes) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    for (const [fault, times] of Object.entries(report.faults)) faults[fault] = (faults[fault] ?? 0) + times;
    changes += report.accepted.length;
    entries += report.entries.length;
    onRun(report);
  }
  return { runs: seeds.length, failures, changes, entries, outcomes, faults };
}

export const seedsFrom = (first: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, index) => first + index);
