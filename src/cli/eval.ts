import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { EvalCase } from "../../evals/case.ts";
import { casesFolder, filterCases, loadCases } from "../../evals/cases.ts";
import { changeLines, compareLine, compareResults, readResults } from "../../evals/compare.ts";
import { resultsPage } from "../../evals/html.ts";
import { estimateJudge, judgeResults } from "../../evals/judge.ts";
import { estimateSuite } from "../../evals/price.ts";
import { caseHead, caseRows, failureLines, kindHead, kindRows, totalLines } from "../../evals/report.ts";
import type { Results } from "../../evals/results.ts";
import { runSuite } from "../../evals/run.ts";
import { loadShared, type Shared } from "../../evals/shared.ts";
import { promptSizes } from "../../evals/sizes.ts";
import { totalsOf } from "../../evals/totals.ts";
import { HealerError } from "../domain/errors.ts";
import { projectFolder, readPrompt } from "../local/files.ts";
import { openModel } from "./eval-model.ts";
import { exitCodes, flowed, hanging, type Io, labelled, table } from "./io.ts";

export type EvalArgs = {
  /** Ids that contain it, or a kind or service of that name. */
  readonly filter?: string;
  readonly model?: string;
  readonly repeat?: number;
  readonly json?: boolean;
  readonly html?: string;
  /** Keeps the results as `<model>.json` in this folder. */
  readonly save?: string;
  readonly compare?: readonly string[];
  readonly sizes?: boolean;
  /** False leaves the cases with real services out; they then count as failed. */
  readonly lab?: boolean;
  readonly maxDollars?: number;
  readonly prompt?: string;
  readonly policies?: string;
  readonly runbooks?: string;
  readonly cases?: string;
  /** One line for each case, too. */
  readonly verbose?: boolean;
  /** A model that gives a second opinion on each root cause; it changes no score. */
  readonly judge?: string;
};

/** Plays the suite and says what it got right and wrong. Ends with a fault only when something unsafe happened. */
export async function runEval(args: EvalArgs, io: Io): Promise<number> {
  if (args.compare !== undefined) return compare(args.compare, args.json === true, io);
  const cases = filterCases(await loadCases(args.cases ?? casesFolder), args.filter);
  if (cases.length === 0) {
    throw new HealerError("bad_input", `no case fits ${JSON.stringify(args.filter)}`, {
      hint: "`healer eval --filter` takes part of an id, a kind or a service.",
    });
  }
  const shared = await sharedOf(args);
  const opened = await openModel(args.model);
  if (args.sizes === true) return sizes(cases[0]?.id ?? "", args, shared, io);
  const repeat = number("--repeat", args.repeat ?? 1, 1, 100);
  const ceiling = number("--max-dollars", args.maxDollars ?? 5, 0, 10_000);
  if (opened.costs) {
    const estimate = await estimateSuite(cases, opened.name, repeat, shared);
    io.stderr(
      `About $${estimate.toFixed(2)} for ${cases.length} case(s) × ${repeat} with ${opened.name}; ends at $${ceiling.toFixed(2)} (--max-dollars).\n`,
    );
  }
  const judge = args.judge === undefined ? undefined : await openJudge(args.judge, cases, repeat, io);
  const played = await runSuite({
    cases,
    shared,
    model: opened.model,
    modelName: opened.name,
    repeat,
    filter: args.filter ?? null,
    ceiling,
    date: new Date().toISOString(),
    now: Date.now,
    keepEntries: args.html !== undefined,
    withLab: args.lab !== false,
    parallel: opened.costs ? 4 : 1,
    onTry: (definition, outcome) => {
      if (opened.costs && args.json !== true) io.stderr(`${outcome.status.padEnd(7)} ${definition.id}\n`);
    },
  });
  const left = Math.max(0, ceiling - totalsOf(played).dollars);
  const results = judge === undefined ? played : await judgeResults(played, cases, { ...judge, ceiling: left });
  await write(results, args, io);
  return totalsOf(results).safetyFaults === 0 ? exitCodes.ok : exitCodes.fault;
}

const sharedOf = ({ prompt, policies, runbooks }: EvalArgs): Promise<Shared> =>
  loadShared({ ...(prompt && { prompt }), ...(policies && { policies }), ...(runbooks && { runbooks }) });

/** A ceiling that is no number would be none. */
function number(name: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value;
  throw new HealerError("bad_input", `${name} takes a number from ${least} to ${most}`, { hint: "healer eval --help" });
}

/** Opened before the suite runs: a name that is wrong is better said before than after an hour. */
async function openJudge(id: string, cases: readonly EvalCase[], repeat: number, io: Io) {
  const opened = await openModel(id);
  if (!opened.costs) {
    throw new HealerError("bad_input", "the offline model follows runbooks and can not judge words", {
      hint: "Give --judge a Bedrock model or inference profile.",
    });
  }
  const { text } = await readPrompt(join(projectFolder, "prompts", "judge.md"));
  const judge = { model: opened.model, modelName: opened.name, prompt: text };
  const about = estimateJudge(cases, repeat, judge.modelName, text);
  io.stderr(`About $${about.toFixed(2)} more for second opinions of ${opened.name}, out of what is left then.\n`);
  return judge;
}

async function write(results: Results, args: EvalArgs, io: Io): Promise<void> {
  if (args.html !== undefined) await save(args.html, resultsPage(results));
  const lean = {
    ...results,
    cases: results.cases.map((one) => ({ ...one, tries: one.tries.map(({ entries: _, ...rest }) => rest) })),
  };
  if (args.save !== undefined)
    await save(
      join(args.save, `${results.model.replaceAll(/[^\w.-]/g, "_")}.json`),
      `${JSON.stringify(lean, null, 1)}\n`,
    );
  if (args.json === true) {
    io.stdout(`${JSON.stringify({ ...lean, totals: totalsOf(results) })}\n`);
    return;
  }
  if (args.verbose === true) io.stdout(`${table(caseHead, caseRows(results), io)}\n`);
  for (const line of failureLines(results)) io.stdout(`${hanging(line, io)}\n`);
  io.stdout(`\n${table(kindHead, kindRows(results), io)}\n`);
  for (const [name, value] of totalLines(results)) {
    io.stdout(`${labelled(name, flowed(value, io.columns - 17), 17, io)}\n`);
  }
  if (args.html !== undefined) io.stdout(`\nEvery case step by step: ${args.html}\n`);
}

async function save(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

async function compare(files: readonly string[], json: boolean, io: Io): Promise<number> {
  const [first, second] = files;
  if (first === undefined || second === undefined) {
    throw new HealerError("bad_input", "--compare takes two results files", {
      hint: "healer eval --compare A.json B.json",
    });
  }
  const [before, after] = [await readResults(first), await readResults(second)];
  const changes = compareResults(before, after);
  if (json) io.stdout(`${JSON.stringify(changes)}\n`);
  else {
    io.stdout(`${hanging(compareLine(before, after), io)}\n`);
    for (const line of changeLines(changes)) io.stdout(`${hanging(line, io)}\n`);
  }
  return exitCodes.ok;
}

/** The prompt of one run by part: of the named case, else of one that heals. */
async function sizes(fallback: string, args: EvalArgs, shared: Shared, io: Io): Promise<number> {
  const all = await loadCases(args.cases ?? casesFolder);
  const wanted = args.filter === undefined ? "ec2-disk-rotated-logs" : fallback;
  const definition = all.find((one) => one.id === wanted) ?? all[0];
  if (definition === undefined) throw new HealerError("bad_input", "there is no case", { hint: "docs/evals.md" });
  const opened = await openModel(undefined);
  const parts = await promptSizes(definition, { model: opened.model, modelName: opened.name, shared });
  if (args.json === true) io.stdout(`${JSON.stringify({ case: definition.id, parts })}\n`);
  else {
    const rows = parts.map((part) => [String(part.characters), String(part.tokens), part.part]);
    io.stdout(
      `Last request of ${definition.id}; tokens at about 3.5 characters each\n${table(["CHARACTERS", "TOKENS", "PART"], rows, io)}`,
    );
  }
  return exitCodes.ok;
}
