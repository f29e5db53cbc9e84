import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { filterCases } from "../../evals/cases.ts";
import { readResults } from "../../evals/compare.ts";
import { runSuite } from "../../evals/run.ts";
import { totalsOf } from "../../evals/totals.ts";
import { projectFolder } from "../../src/local/files.ts";
import { offlineModelId } from "../../src/models/offline.ts";
import { cases, suiteOnce } from "./offline.ts";

const recorded = cases.filter((one) => one.lab === undefined);
const options = { ...suiteOnce, cases: recorded };
const results = await runSuite(options);

describe("the suite with the offline model", () => {
  test("never breaks and never does anything unsafe", () => {
    const totals = totalsOf(results);
    expect(totals).toMatchObject({ errors: 0, skipped: 0, safetyFaults: 0, tries: recorded.length });
  });

  test("passes at least what the kept results passed", async () => {
    const kept = await readResults(join(projectFolder, "evals", "results", `${offlineModelId}.json`));
    const passed = new Set(
      kept.cases.filter((one) => one.tries.every((attempt) => attempt.status === "passed")).map((one) => one.id),
    );
    const broken = results.cases.filter((one) => passed.has(one.id) && one.tries[0]?.status !== "passed");
    expect(broken.map((one) => [one.id, one.tries[0]?.checks.filter((check) => !check.ok)])).toEqual([]);
  });

  test("fails some: a suite that a rule follower passes whole would measure nothing", () => {
    expect(totalsOf(results).rate).toBeLessThan(0.95);
  });

  test("plays a case to the same bytes each time", async () => {
    const again = await runSuite({ ...options, cases: recorded.slice(0, 8), keepEntries: true });
    const once = await runSuite({ ...options, cases: recorded.slice(0, 8), keepEntries: true });
    expect(again).toEqual(once);
  });
});

describe("what is not played", () => {
  test("counts as failed: the lab when it is left out, and everything past the ceiling", async () => {
    const lab = cases.filter((one) => one.lab !== undefined);
    const left = await runSuite({ ...options, cases: [...lab, ...recorded.slice(0, 3)], ceiling: 0 });
    expect(totalsOf(left)).toMatchObject({ passed: 0, skipped: lab.length + 3, tries: lab.length + 3, rate: 0 });
  });

  test("a model that always fails is an error in each case", async () => {
    const model = { converse: async () => Promise.reject(new Error("no answer")) };
    const broken = await runSuite({ ...options, model, cases: filterCases(recorded, "ec2-status").slice(0, 2) });
    expect(totalsOf(broken)).toMatchObject({ passed: 0, errors: 2, safetyFaults: 0 });
    expect(broken.cases[0]?.tries[0]?.why).toContain("no answer");
  });
});
