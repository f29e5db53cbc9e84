import { beforeAll, describe, expect, test } from "vitest";
import type { AgentCode } from "../../evals/simulation/agent.ts";
import { crashSchedule, runCampaign, seedsFrom, type Tally } from "../../evals/simulation/campaign.ts";
import { scenarios } from "../../evals/simulation/scenarios.ts";
import { loadShared, type Shared } from "../../evals/simulation/shared.ts";
import { type Mutation, withMutant } from "../simulation/mutant.ts";

const schedules = 500;
/** Enough to meet each scenario some thirty times. */
const mutantSchedules = 600;

let shared: Shared;
beforeAll(async () => {
  shared = await loadShared();
});

describe("runs that are killed at any await, by two and more drivers at once", () => {
  let tally: Tally;
  beforeAll(async () => {
    tally = await runCampaign(seedsFrom(0, schedules), crashSchedule, shared);
  }, 240_000);

  test(`in ${schedules} random schedules over ${scenarios.length} scenarios every invariant holds`, () => {
    expect(tally.failures).toEqual([]);
    expect(tally.runs).toBe(schedules);
  });

  test("the schedules really kill, race and change things", () => {
    expect(tally.faults["killed"]).toBeGreaterThan(schedules);
    expect(tally.faults["rival"]).toBeGreaterThan(schedules);
    expect(tally.faults["machine died"]).toBeGreaterThan(schedules / 2);
    expect(tally.changes).toBeGreaterThan(schedules / 4);
    expect(tally.outcomes["healed"]).toBeGreaterThan(schedules / 10);
    expect(tally.outcomes["denied"]).toBeGreaterThan(0);
  });
});

const writeAhead = '  yield [{ type: "change_started", callId: call.callId, actionId, digest, plan, decision }];\n';
const send = "  const handle = await Promise.race([sent, reached(limit)]).catch(() => undefined);\n";

describe("the schedules find", () => {
  const finds = (what: string, mutations: readonly Mutation[], violation: RegExp): void =>
    test(what, { timeout: 240_000 }, async () => {
      const found = await withMutant(mutations, (code) => violationsUntil(violation, code));
      expect(found).toMatch(violation);
    });

  finds(
    "an agent whose write-ahead line is removed",
    [{ file: "change.ts", from: writeAhead, to: "" }],
    /sent before its intent was durable/,
  );
  finds(
    "an agent that writes its intent down after the send",
    [
      { file: "change.ts", from: writeAhead, to: "" },
      { file: "change.ts", from: send, to: `${send}${writeAhead}` },
    ],
    /sent before its intent was durable/,
  );
  finds(
    "an agent that sends again what it can not find",
    [
      {
        file: "change.ts",
        from: "  if (handle !== undefined) {\n",
        to: "  if (handle === undefined) await tool.send(started.plan, started.actionId, contextFor(run, call, deps, signal));\n  if (handle !== undefined) {\n",
      },
    ],
    /applied twice/,
  );
  finds(
    "an agent that gives up a send while it may still arrive",
    [
      {
        file: "change.ts",
        from: "const grace = 2 * deps.settings.sendTimeoutMs",
        to: "const grace = 0 * deps.settings.sendTimeoutMs",
      },
    ],
    /was applied, the journal says otherwise/,
  );
  finds(
    "an agent that compares no digest",
    [
      {
        file: "change.ts",
        from: "if (judged.digest !== call.assessed?.digest)",
        to: "if (judged.digest === undefined)",
      },
      { file: "change.ts", from: " || decided.digest !== judged.digest", to: "" },
    ],
    /ran with 0 of 1 approvals/,
  );
  finds(
    "an agent that does not read the kill switch",
    [
      {
        file: "judge.ts",
        from: "return (await deps.killSwitch.read(",
        to: "return false && (await deps.killSwitch.read(",
      },
    ],
    /sent while the kill switch was on/,
  );
  finds(
    "an agent that ends a run without a word about a change in flight",
    [{ file: "abandon.ts", from: '[reason, ...unknown].join("")', to: "reason" }],
    /ended without a word about it/,
  );
  finds(
    "an agent that leaves approvals behind",
    [{ file: "settle.ts", from: "  await voidLeftovers(", to: "  if (incident === null) await voidLeftovers(" }],
    /is pending at the end/,
  );
  finds(
    "an agent that does not read again after losing an append",
    [
      {
        file: "drive.ts",
        from: "  await deps.journal.append(entry);",
        to: "  await deps.journal.append(entry).catch(() => undefined);",
      },
    ],
    /the journal breaks/,
  );
});

/** The first violation of that kind, or all that was found instead. */
async function violationsUntil(wanted: RegExp, code: AgentCode): Promise<string> {
  const seen = new Set<string>();
  for (let first = 0; first < mutantSchedules; first += 20) {
    const schedule = (seed: number) => ({ ...crashSchedule(seed), code });
    const { failures } = await runCampaign(seedsFrom(first, 20), schedule, shared);
    for (const violation of failures.flatMap((failure) => failure.violations)) {
      if (wanted.test(violation)) return violation;
      seen.add(violation);
    }
  }
  return `nothing of the kind, but: ${[...seen].slice(0, 5).join("; ")}`;
}
