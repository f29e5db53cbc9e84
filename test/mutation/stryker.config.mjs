// @ts-check

/** @type {import("@stryker-mutator/api/core").PartialStrykerOptions} */
export default {
  mutate: ["src/domain/**/*.ts", "src/governance/**/*.ts"],
  plugins: ["./test/mutation/runner.mjs"],
  testRunner: "in-process",
  coverageAnalysis: "perTest",
  // Tables and schemas that are built on import: each of their mutants would need every module and every test anew.
  ignoreStatic: true,
  incremental: true,
  incrementalFile: "reports/mutation/incremental.json",
  concurrency: 1,
  timeoutMS: 20_000,
  // Its preprocessor calls what TypeScript 7 no longer has, and nothing here needs what it rewrites.
  tsconfigFile: "none",
  ignorePatterns: [".sst", "bench", "lab", "slack"],
  reporters: ["clear-text", "html", "json", "progress-append-only"],
  clearTextReporter: { allowColor: false, reportTests: false },
};
