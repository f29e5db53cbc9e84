import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { HealerError } from "../domain/errors.ts";
import { type Decision, Facts } from "../domain/event.ts";
import { allCalls, replay } from "../domain/run.ts";
import type { Assessment } from "../domain/tool.ts";
import { parseCases, runCases } from "../governance/cases.ts";
import { decide } from "../governance/decide.ts";
import { type Flip, flips, toRunAlone } from "../governance/explain.ts";
import { factTable } from "../governance/facts.ts";
import { loadPolicies, type PolicySet } from "../governance/policy.ts";
import { projectFolder, readPolicyText } from "../local/files.ts";
import { colours, exitCodes, type Io, table } from "./io.ts";
import type { StateArgs } from "./local.ts";
import { journalOf } from "./runs.ts";

export type ExplainArgs = StateArgs & {
  readonly run?: string;
  readonly call?: string;
  readonly policies?: string;
  readonly json?: boolean;
};

type Question = {
  readonly name: string;
  readonly kind: Assessment["kind"];
  readonly facts: Facts;
  readonly decided?: Decision;
};

const CallFile = z.object({ kind: z.enum(["read", "change", "adhoc"]), facts: Facts });

/** Says which policies decided, which facts they saw, and the nearest change of facts that would have flipped it. */
export async function runExplain(args: ExplainArgs, io: Io): Promise<number> {
  const policies = await loadPolicies(await readPolicyText(args.policies));
  for (const question of args.call === undefined ? await questionsOf(args) : [await readCall(args.call)]) {
    const decision = await decide(policies, question.kind, question.facts);
    const near = await flips(policies, question.kind, question.facts);
    const alone = decision.verdict === "allow" ? undefined : await toRunAlone(policies, question.kind, question.facts);
    if (args.json === true)
      io.stdout(`${JSON.stringify({ ...question, decision, flips: near, toRunAlone: alone ?? null })}\n`);
    else io.stdout(explained(question, decision, near, alone, policies, io));
  }
  return exitCodes.ok;
}

async function questionsOf(args: ExplainArgs): Promise<readonly Question[]> {
  if (args.run === undefined)
    throw new HealerError("bad_input", "name a run, or give --call FILE", { hint: "healer policy explain --help" });
  const { entries, close } = await journalOf({ ...args, run: args.run });
  await close();
  const run = replay(entries[0]?.runId as never, entries);
  const questions = allCalls(run).flatMap((call): readonly Question[] => {
    const { assessment, facts, decision } = call.assessed ?? {};
    if (assessment === undefined || facts === undefined || decision === undefined) return [];
    return [
      {
        name: `${call.callId} ${call.tool} ${assessment.plan?.runbook?.action ?? ""}`,
        kind: assessment.kind,
        facts,
        decided: decision,
      },
    ];
  });
  if (questions.length > 0) return questions;
  throw new HealerError("not_found", `${args.run} asked for no change`, {
    hint: "Only changes are assessed; `healer show` tells the run.",
  });
}

async function readCall(file: string): Promise<Question> {
  const text = await readFile(file, "utf8").catch((error: Error) => {
    throw new HealerError("bad_input", `${file} can not be read: ${error.message}`, {
      hint: "Name a JSON file of {kind, facts}.",
    });
  });
  const parsed = CallFile.safeParse(parseJson(text));
  if (!parsed.success)
    throw new HealerError("bad_input", `${file} is not {kind, facts}`, {
      hint: "`healer policy explain <run> --json` prints one.",
    });
  return { name: file, ...parsed.data };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function explained(
  question: Question,
  decision: Decision,
  near: readonly Flip[],
  alone: Flip | undefined,
  policies: PolicySet,
  io: Io,
): string {
  const paint = colours(io);
  const words = (one: Decision) => (one.verdict === "ask" ? `ask ${one.quorum}` : one.verdict);
  const then =
    question.decided === undefined || words(question.decided) === words(decision)
      ? ""
      : `; at the time: ${words(question.decided)}`;
  const facts = Object.entries(question.facts).map(([name, value]) => [
    name,
    String(value),
    factTable[name]?.unit ?? "",
  ]);
  const told = (flip: Flip) =>
    Object.entries(flip.changes)
      .map(([name, value]) => `${name} = ${value} (is ${question.facts[name]})`)
      .join(" and ");
  const changes = near.map((flip) => [told(flip), words(flip.decision), flip.decision.policies.join(", ")]);
  return [
    `${paint.bold(question.name)}: ${paint.bold(words(decision))} by ${decision.policies.join(", ") || "no policy that permits it"}${then}`,
    ...decision.reasons.map((reason) => `  ${reason}`),
    `\n${table(["FACT", "VALUE", "UNIT"], facts, io)}`,
    `Nearest changes that would flip it:\n${changes.length > 0 ? table(["CHANGE", "DECISION", "POLICIES"], changes, io) : "none\n"}`,
    ...(decision.verdict === "allow"
      ? []
      : [`It would run alone with: ${alone === undefined ? "no facts whatever" : told(alone)}\n`]),
    `policies ${policies.hash.slice(0, 12)}\n`,
  ].join("\n");
}

/** Runs the tables of cases in a policy folder against its policies. */
export async function runPolicyTest(args: { readonly dir?: string; readonly json?: boolean }, io: Io): Promise<number> {
  const folder = args.dir ?? join(projectFolder, "policies");
  const policies = await loadPolicies(await readPolicyText(folder));
  const files = (await readdir(join(folder, "tests"))).filter((name) => name.endsWith(".yaml")).sort();
  const results = [];
  for (const file of files) {
    const cases = parseCases(file, await readFile(join(folder, "tests", file), "utf8"));
    for (const result of await runCases(policies, cases)) results.push({ file, ...result });
  }
  const failed = results.filter((result) => !result.passed);
  if (args.json === true) io.stdout(`${JSON.stringify({ policies: policies.ids, results })}\n`);
  else {
    for (const { file, name, expected, got } of failed)
      io.stdout(`FAILED ${file}: ${name}: expected ${expected}, got ${got}\n`);
    io.stdout(
      `${policies.ids.length} policies valid; ${results.length - failed.length} of ${results.length} cases passed\n`,
    );
  }
  return failed.length === 0 ? exitCodes.ok : exitCodes.badInput;
}
