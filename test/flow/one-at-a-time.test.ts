import { expect, it } from "vitest";
import { decideApproval } from "../../src/agent/decision.ts";
import { allCalls, type Run } from "../../src/domain/run.ts";
import { ada, type TestHealer, testHealer } from "./healer.ts";
import { alarmEvent } from "./stand-in.ts";

const change = (run: Run) => allCalls(run).find((call) => call.kind === "change");

async function withHealer(work: (test: TestHealer) => Promise<void>): Promise<void> {
  const test = await testHealer();
  try {
    await work(test);
  } finally {
    await test.end();
  }
}

it("waits while another incident changes the same resource, and goes on when that one is done", () =>
  withHealer(async (test) => {
    const { locks } = test.healer.deps;
    const runId = await test.start(alarmEvent("checkout-latency"));
    const approval = await test.pending(runId);
    const targets = approval.card.assessment.plan?.targets ?? [];
    const now = Date.now();
    const other = { actionId: "healer:run-of-another:t1c0", action: "another/one", now, until: now + 60_000 };
    expect(await locks.take(targets, other)).toBe(true);
    await decideApproval(
      approval.approvalId,
      { kind: "approve", person: ada, digest: approval.digest, comment: "", at: now },
      test.healer.deps,
    );
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(test.service.sent()).toHaveLength(0);
    expect(change(await test.run(runId))?.started).toBeUndefined();
    await locks.release(targets, other.actionId);
    await test.healer.workflow.ended(runId);
    expect(test.service.sent()).toHaveLength(1);
    expect(await locks.take(targets, { ...other, now: Date.now(), until: Date.now() + 1 })).toBe(true);
  }));

it("asks a person when another run did the same to the same resource a short while ago", () =>
  withHealer(async (test) => {
    const first = await test.start(alarmEvent("orders-disk"));
    await test.healer.workflow.ended(first);
    test.service.breakAgain();
    await test.healer.receive(alarmEvent("orders-disk", "OK", Date.now() + 1));
    const second = await test.start(alarmEvent("orders-disk", "ALARM", Date.now() + 2));
    const approval = await test.pending(second);
    expect(approval.card.askedBecause).toContain("the same action was tried on the same target a short while ago");
    expect(test.service.sent()).toHaveLength(1);
  }));

/** The switch is read right before the send; what was read a moment earlier may still go out, and nothing after that. */
const momentMs = 50;

it("races the kill switch against sends: nothing is sent after it was on", async () => {
  let sent = 0;
  let stopped = 0;
  const moments = [0, 30, 60, 120, 240, 480, 2000];
  for (const moment of moments) {
    await withHealer(async (test) => {
      const runId = await test.start(alarmEvent("orders-disk"));
      // Somewhere between the alarm and the end of the run, another moment in each round.
      await new Promise((resolve) => setTimeout(resolve, moment));
      const state = { stopped: true, by: "terminal:ada", at: new Date().toISOString() };
      await test.healer.deps.killSwitch.set("all", state);
      const stoppedAt = Date.now();
      await test.healer.workflow.ended(runId);
      expect(test.service.sent().filter((line) => line.at > stoppedAt + momentMs)).toEqual([]);
      if (test.service.sent().length > 0) sent += 1;
      else stopped += 1;
    });
  }
  console.log(`of ${moments.length} races ${sent} sent before the switch, ${stopped} were stopped by it`);
  expect(stopped).toBeGreaterThan(0);
  expect(sent).toBeGreaterThan(0);
});
