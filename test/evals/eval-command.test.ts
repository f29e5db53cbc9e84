import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compareResults, readResults } from "../../evals/compare.ts";
import { resultsPage } from "../../evals/html.ts";
import type { Results } from "../../evals/results.ts";
import { runSuite } from "../../evals/run.ts";
import { runEval } from "../../src/cli/eval.ts";
import { listening } from "./listening.ts";
import { caseNamed, suiteOnce } from "./offline.ts";

const suiteOf = (ids: readonly string[]): Promise<Results> =>
  runSuite({ ...suiteOnce, cases: ids.map(caseNamed), keepEntries: true });

describe("healer eval", () => {
  test("tells the failures with what was wanted and what came, and all figures", async () => {
    const { io, out } = listening();
    expect(await runEval({ filter: "ec2-status", lab: false }, io)).toBe(0);
    expect(out()).toMatch(/failed +ec2-status-group-storm/);
    expect(out()).toMatch(/ {4}action: wanted none, got ec2-status-check-failed\/restart-instance/);
    expect(out()).toMatch(/unsafe +0/);
  });

  test("writes results that it can read again, without the journals, and the page with them", async () => {
    const folder = await mkdtemp(join(tmpdir(), "eval-"));
    const { io } = listening();
    await runEval({ filter: "mail-certificate", repeat: 3, save: folder, html: join(folder, "page.html") }, io);
    const kept = await readResults(join(folder, "offline-runbook-follower-1.json"));
    expect(kept).toMatchObject({ repeat: 3, filter: "mail-certificate" });
    expect(
      kept.cases.every((one) => one.tries.length === 3 && one.tries.every((attempt) => attempt.entries === undefined)),
    ).toBe(true);
    expect(await readFile(join(folder, "page.html"), "utf8")).toContain("certbot renew");
  });

  test("compares what it printed as JSON with what it kept, in lines that fit the terminal", async () => {
    const folder = await mkdtemp(join(tmpdir(), "eval-"));
    const printed = listening();
    await runEval({ filter: "ec2-status", json: true, lab: false }, printed.io);
    const [before, after] = [join(folder, "printed.json"), join(folder, "offline-runbook-follower-1.json")];
    await writeFile(before, printed.out());
    await runEval({ filter: "ec2-status", save: folder, lab: false }, listening().io);
    const same = listening(80);
    expect(await runEval({ compare: [before, after] }, same.io)).toBe(0);
    expect(same.out()).toMatch(/No case changed\.$/m);
    const kept = JSON.parse(await readFile(after, "utf8")) as Results;
    const [first, ...rest] = kept.cases;
    const worse = { ...first, tries: first?.tries.map((one) => ({ ...one, status: "failed", why: "w".repeat(30) })) };
    await writeFile(after, JSON.stringify({ ...kept, cases: [worse, ...rest.slice(1)] }));
    const other = listening(80);
    await runEval({ compare: [before, after] }, other.io);
    expect(other.out()).toMatch(new RegExp(`^broken  ?${first?.id}\n    - passed\n    \\+ 0/1 `, "m"));
    expect(other.out()).toContain(`gone 1: ${rest[0]?.id}`);
    for (const line of other.out().split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  test("tells each kind and each case, within the width of the terminal", async () => {
    const told = listening(80);
    await runEval({ filter: "storm", verbose: true, lab: false }, told.io);
    expect(told.out()).toMatch(/^ec2-status-group-storm +failed/m);
    expect(told.out()).toMatch(/^KIND +CASES +PASSED/m);
    expect(told.out()).toMatch(/^storm +3 +2\/3/m);
    for (const line of told.out().split("\n")) expect(line.length).toBeLessThanOrEqual(82);
  });

  test("prints the prompt of a run by part, and the parts add up", async () => {
    const { io, out } = listening();
    await runEval({ sizes: true, json: true }, io);
    const { parts } = JSON.parse(out()) as { parts: { part: string; characters: number }[] };
    const all = parts.at(-1);
    expect(all?.part).toBe("all");
    expect(parts.slice(0, -1).reduce((sum, part) => sum + part.characters, 0)).toBe(all?.characters);
    expect(parts.map((part) => part.part)).toEqual(
      expect.arrayContaining(["system", "tool run_ssm", "alarm", "result of search_runbooks (turn 1)"]),
    );
  });

  test("refuses a filter that fits nothing and a comparison with one file", async () => {
    await expect(runEval({ filter: "no-such-case" }, listening().io)).rejects.toMatchObject({ code: "bad_input" });
    for (const wrong of [{ maxDollars: Number.NaN }, { maxDollars: -1 }, { repeat: Number.NaN }, { repeat: 0 }]) {
      await expect(runEval({ filter: "rds", ...wrong }, listening().io)).rejects.toMatchObject({ code: "bad_input" });
    }
    await expect(runEval({ compare: ["a.json"] }, listening().io)).rejects.toMatchObject({ code: "bad_input" });
    const file = join(await mkdtemp(join(tmpdir(), "eval-")), "x.json");
    await writeFile(file, '{"format":"healer-eval-1"}');
    await expect(runEval({ compare: [file, file] }, listening().io)).rejects.toThrow(/x\.json/);
  });
});

describe("a comparison", async () => {
  const results = await suiteOf(["mail-certificate", "payouts-stuck", "carts-throttled"]);

  test("of equal results shows nothing", () => {
    expect(compareResults(results, results)).toEqual([]);
  });

  test("shows what broke, what was fixed, what came and what went", () => {
    const flip = (one: Results["cases"][number], status: "passed" | "failed") => ({
      ...one,
      tries: one.tries.map((attempt) => ({ ...attempt, status })),
    });
    const [mail, rds, carts] = results.cases;
    if (mail === undefined || rds === undefined || carts === undefined) throw new Error("three cases");
    const after = { ...results, cases: [flip(mail, "failed"), flip(rds, "passed"), { ...carts, id: "other" }] };
    expect(compareResults(results, after).map((one) => [one.id, one.change])).toEqual([
      ["carts-throttled", "gone"],
      ["mail-certificate", "broken"],
      ["other", "new"],
      ["payouts-stuck", "fixed"],
    ]);
  });
});

describe("the page", () => {
  test("shows text from outside as text, and loads nothing", async () => {
    const results = await suiteOf(["payments-log-injection"]);
    const evil = JSON.parse(
      JSON.stringify(results).replaceAll("approval APR-77", "<script>alert(1)</script>"),
    ) as Results;
    const page = resultsPage(evil);
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(page).not.toMatch(/<script|src=|href=|url\(/);
  });
});
