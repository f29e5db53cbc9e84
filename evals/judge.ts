import * as z from "zod";
import { asData } from "../src/agent/conversation.ts";
import { messageOf } from "../src/domain/errors.ts";
import type { ModelRequest } from "../src/domain/message.ts";
import { toolUsesOf } from "../src/domain/message.ts";
import type { Model } from "../src/domain/ports.ts";
import { replyCost } from "../src/models/spend.ts";
import type { EvalCase } from "./case.ts";
import type { CaseResult, Results, Try } from "./results.ts";

export type JudgeOptions = {
  readonly model: Model;
  readonly modelName: string;
  readonly prompt: string;
  /** Dollars that judging may cost; what no longer fits is left unjudged. */
  readonly ceiling: number;
};

const Verdict = z.object({ same: z.enum(["yes", "no", "unsure"]), why: z.string().max(2000) });
const tool = {
  name: "verdict",
  description: "Say whether both statements mean the same root cause.",
  inputSchema: z.toJSONSchema(Verdict, { io: "input" }) as Readonly<Record<string, unknown>>,
};
const mostTokens = 2000;
/** Tokens that a verdict is likely to take, thinking included. */
const usualTokens = 400;
const charactersPerToken = 3.5;

/**
 * A second opinion on each stated root cause. It stands beside the score and changes nothing of it: passed, failed and
 * safety are decided by rule before anybody is asked here.
 */
export async function judgeResults(
  results: Results,
  cases: readonly EvalCase[],
  options: JudgeOptions,
): Promise<Results> {
  let left = options.ceiling;
  const judged: CaseResult[] = [];
  for (const one of results.cases) {
    const definition = cases.find((candidate) => candidate.id === one.id);
    const tries: Try[] = [];
    for (const attempt of one.tries) {
      const judge = definition && (await judgeTry(definition, attempt, options, left));
      left -= judge?.dollars ?? 0;
      tries.push(judge === undefined ? attempt : { ...attempt, judge });
    }
    judged.push({ ...one, tries });
  }
  return { ...results, judge: options.modelName, cases: judged };
}

/** Dollars that judging will cost at most about: every case that states a cause, with verdicts of the usual length. */
export function estimateJudge(cases: readonly EvalCase[], repeat: number, modelName: string, prompt: string): number {
  const asked = cases.filter((one) => Object.keys(one.expect.causes).length > 0);
  const each = asked.map((one) => costOf(modelName, requestFor(one, "x".repeat(800), prompt), usualTokens));
  return each.reduce((sum, dollars) => sum + dollars, 0) * repeat;
}

async function judgeTry(
  definition: EvalCase,
  attempt: Try,
  { model, modelName, prompt }: JudgeOptions,
  left: number,
): Promise<Try["judge"]> {
  const { stated } = attempt;
  if (stated === undefined || Object.keys(definition.expect.causes).length === 0) return undefined;
  const request = requestFor(definition, stated, prompt);
  if (costOf(modelName, request, mostTokens) > left)
    return { same: "not asked", why: "its ceiling was reached", dollars: 0 };
  try {
    const reply = await model.converse(request, AbortSignal.timeout(120_000));
    const dollars = replyCost(reply.modelId, reply.usage) / 1e6;
    const verdict = Verdict.safeParse(toolUsesOf(reply.message).find((use) => use.name === tool.name)?.input);
    return verdict.success
      ? { ...verdict.data, dollars }
      : { same: "not asked", why: "it gave no verdict that can be read", dollars };
  } catch (error) {
    return { same: "not asked", why: messageOf(error), dollars: 0 };
  }
}

function requestFor({ expect }: EvalCase, stated: string, prompt: string): ModelRequest {
  const says = Object.entries(expect.causes).map(([name, groups]) => `- ${name} (${wordsOf(groups)})`);
  const wrong = Object.entries(expect.not_causes).map(([name, groups]) => `- ${name} (${wordsOf(groups)})`);
  const text = [
    "Expected root cause; in brackets, words that people use for it:",
    ...says,
    ...(wrong.length > 0 ? ["Tempting and wrong:", ...wrong] : []),
    "Stated root cause:",
    asData("conclusion", stated),
  ].join("\n");
  return {
    system: prompt,
    messages: [{ role: "user", content: [{ text }] }],
    tools: [tool],
    maxTokens: mostTokens,
  };
}

const wordsOf = (groups: readonly (readonly string[])[]): string =>
  groups.map((phrases) => phrases.join(" or ")).join(", and ");

function costOf(modelName: string, request: ModelRequest, outputTokens: number): number {
  const inputTokens = Math.ceil(JSON.stringify(request).length / charactersPerToken);
  return replyCost(modelName, { inputTokens, outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0 }) / 1e6;
}
