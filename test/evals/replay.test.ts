import { cp, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { caseOf } from "../../evals/add.ts";
import { EvalCase } from "../../evals/case.ts";
import { playCase } from "../../evals/play.ts";
import { replayRun } from "../../evals/replay.ts";
import { scoreCase } from "../../evals/score.ts";
import type { Io } from "../../src/cli/io.ts";
import { runEvalAdd, runReplay } from "../../src/cli/replay.ts";
import type { Entry } from "../../src/domain/journal.ts";
import { projectFolder } from "../../src/local/files.ts";
import { cases, offline, play, shared } from "./offline.ts";

const inputs = {
  prompt: shared.prompt,
  policies: shared.policies,
  tools: shared.tools,
  promptHash: shared.prompt.hash,
  policyHash: shared.policies.hash,
  model: offline.modelName,
};

function listening() {
  const said: string[] = [];
  const io: Io = {
    stdout: (text) => void said.push(text),
    stderr: (text) => void said.push(text),
    isTty: false,
    columns: 200,
  };
  return { io, said: () => said.join("") };
}

async function packed(entries: readonly Entry[]): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), "pack-")), "pack.json");
  await writeFile(file, JSON.stringify({ format: "healer-pack-1", run: entries[0]?.runId, entries, anchors: [] }));
  return file;
}

describe("a replay with the same inputs", () => {
  test("gives the journal of every case byte for byte, with the model asked anew and with its recorded replies", {
    timeout: 120_000,
  }, async () => {
    for (const one of cases.filter((candidate) => candidate.lab === undefined)) {
      const { entries } = await playCase(structuredClone(one), offline);
      if (entries.length === 0) continue;
      const anew = await replayRun(entries, { ...inputs, converse: offline.model });
      const repeated = await replayRun(entries, inputs);
      expect([one.id, anew.identical, repeated.identical, anew.unforeseen]).toEqual([one.id, true, true, []]);
    }
  });

  test("says so, from an exported pack", async () => {
    const { io, said } = listening();
    const { entries } = await play("storefront-surge-changed");
    expect(await runReplay({ run: await packed(entries), state: "" }, io)).toBe(0);
    expect(said()).toContain(`identical: all ${entries.length} entries`);
  });
});

describe("a replay with other inputs", () => {
  test("shows what a stricter policy would now ask", async () => {
    const folder = await mkdtemp(join(tmpdir(), "policies-"));
    await cp(join(projectFolder, "policies"), folder, { recursive: true });
    const file = join(folder, "10-may-run.cedar");
    const strict = (await readFile(file, "utf8")).replace("context.targets <= 5", "context.targets <= 0");
    await writeFile(file, strict);
    const { io, said } = listening();
    const { entries } = await play("orders-fn-release");
    await runReplay({ run: await packed(entries), state: "", policies: folder, json: true }, io);
    const told = JSON.parse(said());
    expect(told).toMatchObject({
      identical: false,
      stoppedAt: expect.stringContaining("would now wait for 1 person(s)"),
    });
    expect(told.changes[0]).toMatchObject({
      what: "decision",
      before: expect.stringContaining("allowed"),
      after: expect.stringContaining("asks 1"),
    });
  });

  test("shows what another risk in a runbook would now ask", async () => {
    const folder = await mkdtemp(join(tmpdir(), "runbooks-"));
    const text = await readFile(join(projectFolder, "evals/runbooks/orders-function-release.md"), "utf8");
    await writeFile(join(folder, "orders-function-release.md"), text.replace("risk: low", "risk: critical"));
    const { io, said } = listening();
    const { entries } = await play("orders-fn-release");
    await runReplay({ run: await packed(entries), state: "", runbooks: folder }, io);
    expect(said()).toMatch(/first divergence/);
    expect(said()).toMatch(/asks 2/);
  });

  test("shows a runbook that is gone: the model escalates", async () => {
    const folder = await mkdtemp(join(tmpdir(), "runbooks-"));
    await cp(join(projectFolder, "runbooks/sqs-backlog.md"), join(folder, "sqs-backlog.md"));
    const { io, said } = listening();
    const { entries } = await play("orders-fn-release");
    await runReplay({ run: await packed(entries), state: "", runbooks: folder }, io);
    expect(said()).toMatch(/\+ escalated/);
  });

  test("stops where recorded replies would answer another conversation", async () => {
    const { entries } = await play("orders-fn-release");
    const runbooks = shared.libraryFor({ runbooks: [], without: ["*"] });
    const replayed = await replayRun(entries, { ...inputs, runbooks });
    expect(replayed.stoppedAt).toContain("--model answers anew");
  });

  test("refuses a journal that somebody touched", async () => {
    const { entries } = await play("orders-fn-release");
    const touched = entries.map((entry, index) => (index === 3 ? { ...entry, actor: "mallory" } : entry));
    await expect(runReplay({ run: await packed(touched), state: "" }, listening().io)).rejects.toMatchObject({
      code: "journal_broken",
    });
  });
});

describe("a case made from a run", () => {
  test.each([
    "orders-fn-release",
    "ec2-status-denied",
    "ec2-disk-stopped",
    "carts-hot-key",
    "app-workers-worse",
    "ec2-disk-unmanaged",
    "search-index-stale",
  ])("from %s expects what happened, and it happens again", async (id) => {
    const { entries } = await play(id);
    const made = EvalCase.parse({ id: "made", ...caseOf(entries) });
    const base = cases.find((one) => one.id === id);
    const world = { ...made.world, runbooks: base?.world.runbooks ?? [] };
    const score = scoreCase(made, await playCase({ ...made, world }, offline));
    expect([score.safety, score.checks.filter((check) => !check.ok)]).toEqual([[], []]);
  });

  test("holds no secret that a log line held", async () => {
    const { entries } = await play("orders-fn-release");
    const text = JSON.stringify(entries).replaceAll("order.lines is not iterable", "key AKIAIOSFODNN7EXAMPLE leaked");
    const made = JSON.stringify(caseOf(JSON.parse(text)));
    expect(made).toContain("leaked");
    expect(made).not.toContain("AKIAIOSFODNN7EXAMPLE");
  });

  test("is written once, as YAML that loads", async () => {
    const folder = await mkdtemp(join(tmpdir(), "made-"));
    const { entries } = await play("orders-fn-release");
    const args = { run: await packed(entries), state: "", id: "my-case", folder };
    expect(await runEvalAdd(args, listening().io)).toBe(0);
    const text = await readFile(join(folder, "my-case.yaml"), "utf8");
    expect(EvalCase.safeParse({ id: "x", ...parseYaml(text) }).success).toBe(true);
    await expect(runEvalAdd(args, listening().io)).rejects.toMatchObject({ code: "bad_input" });
  });

  test("is refused for a run that has not ended", async () => {
    const { entries } = await play("orders-fn-release");
    expect(() => caseOf(entries.slice(0, 4))).toThrow(/concluded/);
  });
});
