import { describe, expect, test } from "vitest";
import { runFaults, runHostile } from "../../src/cli/adversary.ts";

async function ran(command: typeof runFaults, ...args: readonly string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await command(args, { out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out: out.join("\n"), err: err.join("\n") };
}

describe("the adversaries' commands", () => {
  test.each([
    ["hostile", runHostile],
    ["faults", runFaults],
  ] as const)("%s prints its figures, also as JSON, and plays a seed again", async (kind, command) => {
    const { code, out } = await ran(command, "--runs", "6", "--first", "60", "--jobs", "1");
    expect(code).toBe(0);
    expect(out).toMatch(/seeds 60 to 65/);
    expect(out).toMatch(/runs with a violation 0/);
    const json = JSON.parse((await ran(command, "--runs", "6", "--first", "60", "--jobs", "1", "--json")).out);
    expect(json).toMatchObject({ kind, runs: 6, failures: [] });
    expect(out).toContain(`journal entries       ${json.entries}`);
    const story = await ran(command, "--seed", "60");
    expect(story.code).toBe(0);
    expect(story.out).toMatch(/run_started[\s\S]*run_concluded[\s\S]*every invariant held$/);
    expect((await ran(command, "--seed", "60")).out).toBe(story.out);
  });

  test.each([
    [["--runs", "0"], /--runs takes a whole number/],
    [["--runs", "many"], /not many/],
    [["--seed", "1.5"], /--seed takes/],
    [["--colour"], /colour/],
    [["extra"], /extra/],
  ])("refuse %j with the usage", async (args, words) => {
    const { code, out, err } = await ran(runFaults, ...args);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toMatch(words);
    expect(err).toMatch(/healer eval faults/);
  });

  test("explain themselves", async () => {
    expect(await ran(runHostile, "--help")).toMatchObject({ code: 0, out: expect.stringContaining("--seed N") });
  });
});
