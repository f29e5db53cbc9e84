import { HealerError, messageOf } from "../src/domain/errors.ts";
import type { MicroUsd } from "../src/domain/money.ts";
import type { Model } from "../src/domain/ports.ts";
import { defaultSettings } from "../src/local/compose.ts";
import type { EvalCase } from "./case.ts";
import { playLabCases } from "./lab.ts";
import { type Played, playCase } from "./play.ts";
import type { Results, Try } from "./results.ts";
import { scoreCase } from "./score.ts";
import type { Shared } from "./shared.ts";

export type SuiteOptions = {
  readonly cases: readonly EvalCase[];
  readonly shared: Shared;
  readonly model: Model;
  readonly modelName: string;
  readonly repeat: number;
  readonly filter: string | null;
  /** Dollars that the whole suite may spend; what no longer fits is skipped, and counts as failed. */
  readonly ceiling: number;
  /** ISO time that the results carry. */
  readonly date: string;
  readonly now: () => number;
  /** Keeps each journal in the results, for the page. */
  readonly keepEntries: boolean;
  readonly withLab: boolean;
  /** Cases under way at once: more than one only helps where a model is waited for. */
  readonly parallel?: number;
  readonly onTry?: (definition: EvalCase, outcome: Try) => void;
};

/** Plays and scores every case. A case that breaks is an error in its result and never ends the suite. */
export async function runSuite(options: SuiteOptions): Promise<Results> {
  const { cases, shared, repeat } = options;
  const began = options.now();
  const width = options.parallel ?? 1;
  const purse: Purse = { left: options.ceiling, free: width, answered: false };
  const tries = new Map<string, Try[]>(cases.map((one) => [one.id, []]));
  const lab = playLab(options, tries);
  const work = Array.from({ length: repeat }, () => cases.filter((one) => one.lab === undefined)).flat();
  await inParallel(width, work, async (definition) => {
    const outcome = await tryOnce(definition, options, purse);
    tries.get(definition.id)?.push(outcome);
    options.onTry?.(definition, outcome);
  });
  await lab;
  return {
    format: "healer-eval-1",
    date: options.date,
    model: options.modelName,
    promptHash: shared.prompt.hash,
    policyHash: shared.policies.hash,
    runbookHash: shared.runbookHash,
    repeat,
    filter: options.filter,
    seconds: (options.now() - began) / 1000,
    cases: cases.map(({ id, title, kind, negative, services, why }) => ({
      id,
      title,
      kind,
      negative,
      services,
      ...(why !== undefined && { why }),
      tries: tries.get(id) ?? [],
    })),
  };
}

async function playLab(options: SuiteOptions, tries: ReadonlyMap<string, Try[]>): Promise<void> {
  const cases = options.cases.filter((one) => one.lab !== undefined);
  if (cases.length === 0) return;
  const played = options.withLab ? await playLabCases(cases, options) : undefined;
  for (const definition of cases) {
    const one = played?.get(definition.id);
    const outcome =
      one === undefined
        ? skipped("the lab was left out (--no-lab)")
        : scored(definition, one.played, one.took, options);
    for (let count = 0; count < options.repeat; count++)
      tries.get(definition.id)?.push(count === 0 ? outcome : skipped("lab cases are played once"));
    options.onTry?.(definition, outcome);
  }
}

/** What the suite may still spend. Tries under way have set theirs aside, so that together they stay below the ceiling. */
type Purse = { left: number; free: number; answered: boolean };

async function tryOnce(definition: EvalCase, options: SuiteOptions, purse: Purse): Promise<Try> {
  const began = options.now();
  const aside = Math.min(defaultSettings.budgets.spend / 1e6, purse.left / Math.max(1, purse.free));
  if (aside < leastDollars) return skipped("the suite's ceiling was reached");
  const spend = Math.floor(aside * 1e6) as MicroUsd;
  purse.left -= aside;
  purse.free -= 1;
  let spent = 0;
  try {
    // A case is played on a copy: people who were refused are struck off its list.
    const played = await playCase(structuredClone(definition), {
      ...options,
      settings: { budgets: { ...defaultSettings.budgets, spend } },
    });
    if (played.misconfigured !== undefined && !purse.answered) throw played.misconfigured;
    const outcome = scored(definition, played, options.now() - began, options);
    spent = outcome.dollars;
    purse.answered ||= outcome.tokens > 0;
    return outcome;
  } catch (error) {
    if (error instanceof HealerError && error.code === "model_misconfigured") throw error;
    return { ...skipped(messageOf(error)), status: "error" };
  } finally {
    purse.left += aside - spent;
    purse.free += 1;
  }
}

/** With less set aside than this, a case would end before its second reply. */
const leastDollars = 0.0001;

function scored(definition: EvalCase, played: Played, took: number, options: Pick<SuiteOptions, "keepEntries">): Try {
  const { passed, steps, unforeseen: _, ...rest } = scoreCase(definition, played);
  const status = played.error !== undefined ? ("error" as const) : passed ? ("passed" as const) : ("failed" as const);
  return {
    ...rest,
    checks: [...rest.checks],
    safety: [...rest.safety],
    steps: { cited: steps.cited, right: steps.right, wanted: steps.wanted },
    status,
    ...(played.error !== undefined && { why: played.error }),
    unforeseen: [...played.unforeseen],
    took,
    ...(options.keepEntries && { entries: [...played.entries] }),
  };
}

const skipped = (why: string): Try => ({
  status: "skipped",
  why,
  checks: [],
  safety: [],
  cause: { verdict: "abstained", found: 0, wanted: 0, extras: 0, points: 0, words: "" },
  steps: { cited: 0, right: 0, wanted: 0 },
  priceError: null,
  forbiddenCalls: 0,
  unforeseen: [],
  turns: 0,
  tokens: 0,
  dollars: 0,
  milliseconds: 0,
  took: 0,
});

async function inParallel<Item>(
  width: number,
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
}
