import { globSync } from "node:fs";
import { registerHooks } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { declareFactoryPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import {
  DryRunStatus,
  determineHitLimitReached,
  TestStatus,
  toMutantRunResult,
} from "@stryker-mutator/api/test-runner";
import fc from "fast-check";
import * as collected from "./collect.mjs";

/**
 * Runs the test files in one process that lives on from mutant to mutant. Stryker's own runner starts a worker for each,
 * which for ten thousand mutants is most of the time. What `beforeAll` makes is made anew each time: nothing that a test
 * left in an object reaches the next mutant.
 */
const testFiles = ["test/domain/*.test.ts", "test/governance/**/*.test.ts", "test/runbook/*.test.ts"];
/** About time, and about data that lies outside the project. */
const leftOut = /\/(hostile|labelled)\.test\.ts$/;

/** How Stryker's instrumented code knows which mutant is on and whose test it runs in. */
globalThis.__stryker__ ??= {};
const shared = globalThis.__stryker__;

function createRunner() {
  return {
    capabilities: () => ({ reloadEnvironment: false }),
    init: async () => {
      registerHooks({
        resolve: (name, context, next) =>
          name === "vitest" && /\/test\/(?!mutation\/).*\.ts$/.test(context.parentURL ?? "")
            ? { url: import.meta.resolve("./collect.mjs"), shortCircuit: true }
            : next(name, context),
      });
      // The same cases in every run, and few: a mutant that survives waits for all of them.
      fc.configureGlobal({ seed: 20261123, numRuns: 25 });
    },
    dryRun: async () => {
      await load();
      const tests = await runTests(() => true, false);
      return { status: DryRunStatus.Complete, tests, mutantCoverage: shared.mutantCoverage };
    },
    mutantRun: async ({ activeMutant, testFilter, hitLimit, mutantActivation }) => {
      if (mutantActivation === "runtime") await load();
      Object.assign(shared, { activeMutant: activeMutant.id, hitCount: 0, hitLimit });
      try {
        await load();
        const wanted = testFilter && new Set(testFilter);
        const tests = await runTests((id) => wanted?.has(id) ?? true, true);
        const over = determineHitLimitReached(shared.hitCount, hitLimit);
        return toMutantRunResult(over ?? { status: DryRunStatus.Complete, tests });
      } finally {
        Object.assign(shared, { activeMutant: undefined, hitCount: undefined, hitLimit: undefined });
      }
    },
  };
}

async function load() {
  if (collected.files.length > 0) return;
  for (const path of globSync(testFiles).sort()) {
    if (leftOut.test(path)) continue;
    collected.open(path);
    await import(pathToFileURL(resolve(path)).href);
  }
}

async function runTests(isWanted, stopAtFirst) {
  const results = [];
  for (const { path, before, tests } of collected.files) {
    const due = tests.filter(({ id }) => isWanted(id));
    const [first] = due;
    if (first === undefined) continue;
    const prepared = { id: first.id, run: () => before.reduce((done, work) => done.then(work), Promise.resolve()) };
    for (const one of before.length > 0 ? [prepared, ...due] : due) {
      const result = { ...(await attempt(one, one === prepared)), name: one.id, fileName: resolve(path) };
      if (one !== prepared || result.status === TestStatus.Failed) results.push(result);
      if (stopAtFirst && result.status === TestStatus.Failed) return results;
    }
  }
  return results;
}

async function attempt({ id, run }, preparing) {
  const began = performance.now();
  const spent = () => performance.now() - began;
  shared.currentTestId = preparing ? undefined : id;
  try {
    await run();
    return { id, status: TestStatus.Success, timeSpentMs: spent() };
  } catch (error) {
    return { id, status: TestStatus.Failed, timeSpentMs: spent(), failureMessage: String(error?.message ?? error) };
  } finally {
    shared.currentTestId = undefined;
  }
}

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, "in-process", createRunner)];
