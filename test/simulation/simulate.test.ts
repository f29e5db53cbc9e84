import { beforeAll, describe, expect, test } from "vitest";
import { faultSchedule, seedsFrom } from "../../evals/simulation/campaign.ts";
import { scenarios } from "../../evals/simulation/scenarios.ts";
import { loadShared, type Shared } from "../../evals/simulation/shared.ts";
import { simulate } from "../../evals/simulation/simulate.ts";
import { campaignOnThreads } from "../../evals/simulation/together.ts";
import { canonicalJson } from "../../src/domain/journal.ts";

let shared: Shared;
beforeAll(async () => {
  shared = await loadShared();
});

describe("in a calm world", () => {
  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
    "the story '%s' ends as it should",
    async (_, scenario) => {
      for (const seed of seedsFrom(1, 4)) {
        const report = await simulate({ seed, scenario }, shared);
        expect(report.violations).toEqual([]);
        expect(scenario.outcomes).toContain(report.outcomes[0]);
        expect(report.outcomes).toHaveLength(1);
      }
    },
  );

  test("the stories meet every outcome, each verdict and both ways to send", async () => {
    const reports = await Promise.all(scenarios.map((scenario) => simulate({ seed: 1, scenario }, shared)));
    const events = reports.flatMap((report) => report.entries.flatMap((entry) => entry.events));
    const verdicts = events.flatMap((event) => (event.type === "call_assessed" ? [event.decision.verdict] : []));
    const decided = events.flatMap((event) => (event.type === "approval_decided" ? [event.outcome] : []));
    const measured = events.flatMap((event) => (event.type === "verified" ? [event.verdict] : []));
    const sent = events.flatMap((event) => (event.type === "change_sent" ? [event.reconciled] : []));
    expect(new Set(reports.flatMap((report) => report.outcomes))).toEqual(
      new Set(["healed", "escalated", "denied", "nothing_to_do"]),
    );
    expect(new Set(verdicts)).toEqual(new Set(["allow", "ask", "deny"]));
    expect(new Set(decided)).toEqual(new Set(["approved", "denied", "changed", "expired", "void"]));
    expect(new Set(measured)).toEqual(new Set(["recovered", "no_effect", "worse"]));
    expect(new Set(sent)).toEqual(new Set([true, false]));
  });
});

test("the same seed gives the same journal, byte for byte", async () => {
  for (const seed of seedsFrom(0, 12)) {
    const [one, other] = [await simulate(faultSchedule(seed), shared), await simulate(faultSchedule(seed), shared)];
    expect(canonicalJson(one.entries)).toBe(canonicalJson(other.entries));
    expect(one.faults).toEqual(other.faults);
  }
});

const seeds = Number(process.env["HEALER_FAULT_SEEDS"] ?? 1000);

test(`on ${seeds} bad days every invariant holds, however many threads play them`, { timeout: 1_800_000 }, async () => {
  const tally = await campaignOnThreads("faults", seedsFrom(0, seeds), 2);
  expect(tally.failures).toEqual([]);
  expect(tally.runs).toBe(seeds);
  expect(tally.changes).toBeGreaterThan(seeds / 4);
  for (const fault of ["killed", "throttled", "reply_lost", "rival", "machine died"]) {
    expect(tally.faults[fault], fault).toBeGreaterThan(seeds / 5);
  }
  const alone = await campaignOnThreads("faults", seedsFrom(0, 40), 1);
  const together = await campaignOnThreads("faults", seedsFrom(0, 40), 2);
  expect(together).toEqual(alone);
});
