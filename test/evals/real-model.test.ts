import { access, mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readResults } from "../../evals/compare.ts";
import { totalsOf } from "../../evals/totals.ts";
import { runEval } from "../../src/cli/eval.ts";
import { replyCost } from "../../src/models/spend.ts";
import { awsService } from "../aws/wire.ts";
import { listening } from "./listening.ts";
import { answerAsFollower, usage } from "./wire-model.ts";

const model = "global.anthropic.claude-sonnet-5-5";
const kept = (folder: string) => join(folder, `${model}.json`);
const oneReply = replyCost(model, { ...usage, cacheReadTokens: 0, cacheWriteTokens: 0 }) / 1e6;
const refusal = { error: "ValidationException", message: "The provided request is not valid", status: 400 } as const;

async function evaluate(filter: string, more: { readonly maxDollars?: number } = {}) {
  const save = await mkdtemp(join(tmpdir(), "eval-"));
  const told = listening();
  const code = await runEval({ filter, model, save, lab: false, ...more }, told.io);
  return { code, save, told, results: await readResults(kept(save)) };
}

describe("healer eval with a model of Bedrock, at the wire", () => {
  test("plays whole cases through Converse, says the price first and keeps what it took", async () => {
    const stub = await awsService("bedrock-runtime", answerAsFollower);
    const { code, told, results, save } = await evaluate("ec2-status-os-hung");
    expect(code).toBe(0);
    expect(told.err()).toMatch(
      /^About \$0\.\d\d for 1 case\(s\) × 1 with global\.anthropic\.claude-sonnet-5-5; ends at \$5\.00/,
    );
    const [only] = results.cases;
    expect(only?.tries[0]).toMatchObject({ status: "passed", cause: { verdict: "right" }, safety: [] });
    expect(stub.calls.map((call) => call.input["modelId"])).toEqual(stub.calls.map(() => model));
    expect(only?.tries[0]?.dollars).toBeCloseTo(stub.calls.length * oneReply, 6);
    expect(only?.tries[0]?.tokens).toBe(stub.calls.length * (usage.inputTokens + usage.outputTokens));
    expect(results).toMatchObject({ model, filter: "ec2-status-os-hung", repeat: 1 });
    expect(Date.parse(results.date)).toBeGreaterThan(Date.parse("2026-01-01"));
    for (const hash of [results.promptHash, results.policyHash, results.runbookHash])
      expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(await readFile(kept(save), "utf8")).not.toContain('"entries"');
  });

  test("stops at the ceiling, and the rest counts as failed", async () => {
    await awsService("bedrock-runtime", answerAsFollower);
    const maxDollars = 0.05;
    const { results, told } = await evaluate("ec2-disk", { maxDollars });
    const totals = totalsOf(results);
    expect(totals.skipped).toBeGreaterThan(0);
    expect(totals.tries).toBe(results.cases.length);
    expect(totals.passed + totals.skipped).toBeLessThanOrEqual(totals.tries);
    expect(told.out()).toMatch(/the suite's ceiling was reached/);
    // What is under way when it is reached still gets the reply that was asked for.
    expect(totals.dollars).toBeLessThan(maxDollars + 4 * oneReply);
  });

  test("counts a case whose model fails as an error, and goes on with the next", async () => {
    let calls = 0;
    await awsService("bedrock-runtime", (call) => {
      calls += 1;
      return calls > 30 ? refusal : answerAsFollower(call);
    });
    const broken = await evaluate("ec2-status");
    const totals = totalsOf(broken.results);
    expect(totals.errors).toBeGreaterThan(0);
    expect(totals.passed).toBeGreaterThan(0);
    expect(totals.safetyFaults).toBe(0);
    expect(broken.told.out()).toMatch(/^error +ec2-status-[\s\S]*The provided request is not valid/m);
  });

  test("ends at once, with the reason and without results, when the model can not be used at all", async () => {
    const stub = await awsService("bedrock-runtime", () => ({
      error: "ValidationException",
      message: "The provided model identifier is invalid.",
      status: 400,
    }));
    const save = await mkdtemp(join(tmpdir(), "eval-"));
    const { io } = listening();
    await expect(runEval({ filter: "ec2-disk", model, save, lab: false }, io)).rejects.toMatchObject({
      code: "model_misconfigured",
    });
    expect(stub.calls.length).toBeLessThanOrEqual(4);
    await expect(access(kept(save))).rejects.toThrow();
  });
});
