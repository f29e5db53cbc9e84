import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import * as z from "zod";
import { caseOf } from "../../evals/add.ts";
import { casesFolder } from "../../evals/cases.ts";
import { changesOf, diffDecisions, firstDifference } from "../../evals/diff.ts";
import { type Replayed, replayRun } from "../../evals/replay.ts";
import { tools } from "../../tools/index.ts";
import { HealerError } from "../domain/errors.ts";
import { Entry, verifyChain } from "../domain/journal.ts";
import { loadPolicies } from "../governance/policy.ts";
import { readPolicyText, readPrompt } from "../local/files.ts";
import { loadRunbooks, runbookLibrary } from "../local/runbook-folder.ts";
import { offlineModelId } from "../models/offline.ts";
import { openModel } from "./eval-model.ts";
import { colours, exitCodes, type Io, printable } from "./io.ts";
import type { StateArgs } from "./local.ts";

export type ReplayArgs = StateArgs & {
  /** A run id, or a file that `healer audit export` wrote. */
  readonly run: string;
  readonly prompt?: string;
  readonly model?: string;
  readonly policies?: string;
  readonly runbooks?: string;
  readonly json?: boolean;
};

/** Reads a run's journal; a test hands in its own. */
export type ReadJournal = (args: StateArgs & { readonly run: string }) => Promise<readonly Entry[]>;

/** Runs a journal again with other inputs and says where its decisions part. Sends nothing. */
export async function runReplay(args: ReplayArgs, io: Io, read: ReadJournal = readFromState): Promise<number> {
  const recorded = await journalFrom(args, read);
  const started = recorded[0]?.events[0];
  const recordedModel = started?.type === "run_started" ? started.model : "";
  const replayed = await replayRun(
    recorded,
    await inputsOf(args, started?.type === "run_started" ? started : undefined, recordedModel),
  );
  const changes = diffDecisions(recorded, replayed.entries);
  if (args.json === true) {
    const { identical, stoppedAt = null, unforeseen } = replayed;
    io.stdout(
      `${JSON.stringify({ identical, stoppedAt, unforeseen, firstDifference: firstDifference(recorded, replayed.entries) ?? null, changes, entries: replayed.entries })}\n`,
    );
  } else tell(recorded, replayed, changes, io);
  return exitCodes.ok;
}

type Started = { readonly promptHash: string; readonly policyHash: string };

async function inputsOf(args: ReplayArgs, started: Started | undefined, recordedModel: string) {
  const prompt = await readPrompt(args.prompt);
  const policies = await loadPolicies(await readPolicyText(args.policies));
  const anew = args.model ?? (recordedModel === offlineModelId ? offlineModelId : undefined);
  if (anew === undefined && args.prompt !== undefined) {
    throw new HealerError("bad_input", `the replies of ${recordedModel} were written under another prompt`, {
      hint: "Give --model, and it answers anew.",
    });
  }
  const opened = anew === undefined ? undefined : await openModel(anew);
  const library =
    args.runbooks === undefined ? undefined : runbookLibrary((await loadRunbooks(args.runbooks)).runbooks);
  return {
    prompt,
    policies,
    tools,
    promptHash: args.prompt === undefined ? (started?.promptHash ?? prompt.hash) : prompt.hash,
    policyHash: args.policies === undefined ? (started?.policyHash ?? policies.hash) : policies.hash,
    model: args.model === undefined ? recordedModel : (opened?.name ?? recordedModel),
    ...(opened && { converse: opened.model }),
    ...(library && { runbooks: library }),
  };
}

function tell(recorded: readonly Entry[], replayed: Replayed, changes: ReturnType<typeof diffDecisions>, io: Io): void {
  const paint = colours(io);
  const at = firstDifference(recorded, replayed.entries);
  if (replayed.identical)
    io.stdout(`${paint.green("identical")}: all ${recorded.length} entries have the same bytes\n`);
  else if (changes.length === 0) io.stdout(`the same decisions; the first entry whose bytes differ is ${at}\n`);
  for (const [index, one] of changes.entries()) {
    io.stdout(
      `${index === 0 ? paint.bold(`first divergence, entry ${at}: `) : ""}${printable(one.where)}, ${one.what}\n`,
    );
    io.stdout(`  ${paint.red("-")} ${printable(one.before)}\n  ${paint.green("+")} ${printable(one.after)}\n`);
  }
  for (const line of changesOf(replayed.entries)) io.stdout(`now: ${printable(line)}\n`);
  if (replayed.stoppedAt !== undefined) io.stdout(`The replay ends there: ${printable(replayed.stoppedAt)}.\n`);
}

export type EvalAddArgs = StateArgs & {
  readonly run: string;
  readonly id?: string;
  readonly folder?: string;
  readonly stdout?: boolean;
};

/** Writes a finished run as a case, redacted, for a person to edit. Answers with the file's name. */
export async function runEvalAdd(args: EvalAddArgs, io: Io, read: ReadJournal = readFromState): Promise<number> {
  const made = caseOf(await journalFrom(args, read));
  const text = `# Made from ${args.run.replaceAll(/[^\w.-]/g, "_")}: read it, correct what was expected, and say why.\n${stringify(made, { lineWidth: 140 })}`;
  if (args.stdout === true) {
    io.stdout(text);
    return exitCodes.ok;
  }
  const { writeFile } = await import("node:fs/promises");
  const name = (args.id ?? `from-${recordedName(args.run)}`).replaceAll(/[^\w-]/g, "-");
  const file = join(args.folder ?? casesFolder, `${name}.yaml`);
  await writeFile(file, text, { flag: "wx" }).catch((error: Error) => {
    throw new HealerError("bad_input", `${file} can not be written: ${error.message}`, {
      hint: "Name another id with --id.",
    });
  });
  io.stdout(`${file}\n`);
  return exitCodes.ok;
}

const recordedName = (run: string): string =>
  run
    .split("/")
    .at(-1)
    ?.replace(/\.json$/, "") ?? run;

async function journalFrom(args: StateArgs & { readonly run: string }, read: ReadJournal): Promise<readonly Entry[]> {
  const isFile = await stat(args.run).then(
    (found) => found.isFile(),
    () => false,
  );
  const entries = isFile ? await readPack(args.run) : await read(args);
  const [first] = entries;
  const fault = first && verifyChain(first.runId, entries, []);
  if (first === undefined || fault !== undefined) {
    throw new HealerError("journal_broken", `${args.run}: ${fault?.why ?? "it holds no entry"}`, {
      hint: "Only a journal that verifies is replayed.",
    });
  }
  return entries;
}

/** All that a replay needs of an exported pack. */
const Pack = z.looseObject({ format: z.literal("healer-pack-1"), entries: z.array(Entry) });

async function readPack(file: string): Promise<readonly Entry[]> {
  const text = await readFile(file, "utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const pack = Pack.safeParse(value);
  if (pack.success) return pack.data.entries;
  throw new HealerError("bad_input", `${file} is no pack`, { hint: "`healer audit export` writes one." });
}

const readFromState: ReadJournal = async (args) => {
  const { journalOf } = await import("./runs.ts");
  const { entries, close } = await journalOf(args);
  await close();
  return entries;
};
