import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { attacks } from "../../evals/simulation/attacks.ts";
import { faultSchedule, hostileSchedule, seedsFrom, type Tally } from "../../evals/simulation/campaign.ts";
import { loadShared } from "../../evals/simulation/shared.ts";
import { type Report, simulate } from "../../evals/simulation/simulate.ts";
import { type CampaignKind, campaignOnThreads } from "../../evals/simulation/together.ts";
import { messageOf } from "../domain/errors.ts";
import type { RunEvent } from "../domain/event.ts";

export type AdversaryIo = { readonly out: (line: string) => void; readonly err: (line: string) => void };

const exit = { held: 0, broken: 1, usage: 2 } as const;

/** `healer eval hostile`: models that try everything. Exit code 0 when every invariant held, 1 with the seeds where not. */
export const runHostile = (args: readonly string[], io: AdversaryIo): Promise<number> => run("hostile", 2000, args, io);

/** `healer eval faults`: whole incidents on a bad day, in simulated time. Exit codes as for `hostile`. */
export const runFaults = (args: readonly string[], io: AdversaryIo): Promise<number> => run("faults", 2000, args, io);

const usage = (kind: CampaignKind): string => `healer eval ${kind} [--runs N] [--first SEED] [--jobs N] [--json]
healer eval ${kind} --seed N      plays one seed again and prints its journal

Exit codes: 0 every invariant held, 1 one did not, 2 the arguments make no sense.`;

const options = {
  runs: { type: "string" },
  first: { type: "string" },
  jobs: { type: "string" },
  seed: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean" },
} as const;

async function run(kind: CampaignKind, runs: number, args: readonly string[], io: AdversaryIo): Promise<number> {
  const asked = readArguments(args, runs);
  if ("problem" in asked) {
    io.err(`${asked.problem}\n\n${usage(kind)}`);
    return exit.usage;
  }
  if ("help" in asked) {
    io.out(usage(kind));
    return exit.held;
  }
  if (asked.seed !== undefined) return playOne(kind, asked.seed, io);
  const started = performance.now();
  const tally = await campaignOnThreads(kind, seedsFrom(asked.first, asked.runs), asked.jobs);
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  const lines = asked.json ? [JSON.stringify({ kind, seconds, ...tally })] : figures(kind, asked, tally, seconds);
  for (const line of lines) io.out(line);
  return tally.failures.length === 0 ? exit.held : exit.broken;
}

type Asked = {
  readonly runs: number;
  readonly first: number;
  readonly jobs: number;
  readonly seed: number | undefined;
  readonly json: boolean;
};

function readArguments(
  args: readonly string[],
  runs: number,
): Asked | { readonly problem: string } | { readonly help: true } {
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true });
    if (values.help === true) return { help: true };
    return {
      runs: whole("--runs", values.runs, runs, 1),
      first: whole("--first", values.first, 0, 0),
      jobs: whole("--jobs", values.jobs, Math.min(4, availableParallelism()), 1),
      seed: values.seed === undefined ? undefined : whole("--seed", values.seed, 0, 0),
      json: values.json === true,
    };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

function whole(name: string, text: string | undefined, otherwise: number, least: number): number {
  const number = text === undefined ? otherwise : Number(text);
  if (Number.isSafeInteger(number) && number >= least && number <= 10_000_000) return number;
  throw new RangeError(`${name} takes a whole number from ${least} to 10000000, not ${text}`);
}

function figures(kind: CampaignKind, asked: Asked, tally: Tally, seconds: number): readonly string[] {
  const what =
    kind === "hostile" ? `hostile models (${attacks.length} scripted attacks, then random ones)` : "bad days";
  const list = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, times]) => `${name.replaceAll("_", " ")} ${times}`)
      .join(", ") || "none";
  return [
    `${tally.runs} ${what}, seeds ${asked.first} to ${asked.first + asked.runs - 1}, in ${seconds} s on ${asked.jobs} thread(s)`,
    `  changes that ran      ${tally.changes}`,
    `  journal entries       ${tally.entries}`,
    `  outcomes              ${list(tally.outcomes)}`,
    `  faults put in         ${list(tally.faults)}`,
    `  runs with a violation ${tally.failures.length}`,
    ...tally.failures
      .slice(0, 20)
      .flatMap(({ seed, scenario, violations }) => [
        `seed ${seed} (${scenario}):`,
        ...violations.slice(0, 5).map((violation) => `  - ${violation}`),
        `  again: healer eval ${kind} --seed ${seed}`,
      ]),
  ];
}

async function playOne(kind: CampaignKind, seed: number, io: AdversaryIo): Promise<number> {
  const schedule = kind === "hostile" ? hostileSchedule : faultSchedule;
  const report = await simulate(schedule(seed), await loadShared());
  for (const line of story(report)) io.out(line);
  return report.violations.length === 0 ? exit.held : exit.broken;
}

const story = (report: Report): readonly string[] => [
  `seed ${report.seed}: ${report.scenario}`,
  ...report.entries.flatMap((entry) =>
    entry.events.map((event) => `${String(entry.seq).padStart(4)} ${entry.at} ${entry.actor.padEnd(8)} ${told(event)}`),
  ),
  ...report.accepted.map(
    (sent) => `sent ${new Date(sent.at).toISOString()} ${sent.actionId} ${sent.bytes.slice(0, 300)}`,
  ),
  ...(report.violations.length === 0 ? ["every invariant held"] : report.violations.map((one) => `VIOLATION ${one}`)),
];

function told(event: RunEvent): string {
  const { type, ...rest } = event;
  return `${type} ${JSON.stringify(rest).slice(0, 240)}`;
}
