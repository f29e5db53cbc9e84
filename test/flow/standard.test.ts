import { afterAll, beforeAll, expect, it } from "vitest";
import { verifyChain } from "../../src/domain/journal.ts";
import { allCalls } from "../../src/domain/run.ts";
import { type TestHealer, testHealer } from "./healer.ts";
import { alarmEvent } from "./stand-in.ts";

let test: TestHealer;
beforeAll(async () => {
  test = await testHealer();
});
afterAll(() => test.end());

it("heals a standard change without a person, once, and proves it", async () => {
  const runId = await test.start(alarmEvent("orders-disk"));
  await test.healer.workflow.ended(runId);
  const run = await test.run(runId);
  expect(run.concluded).toMatchObject({ outcome: "healed", citations: ["disk-full#free-space"] });
  const [change] = allCalls(run).filter((call) => call.kind === "change");
  expect(change?.assessed?.decision).toMatchObject({ verdict: "allow", policies: ["standard-change-runs-alone"] });
  expect(change?.requested).toBeUndefined();
  expect(change?.started?.digest).toBe(change?.assessed?.digest);
  expect(run.turns.flatMap((turn) => turn.verified).map((event) => event.verdict)).toEqual(["recovered"]);

  const sent = test.service.sent();
  expect(sent).toHaveLength(1);
  expect(sent[0]?.plan).toEqual(change?.assessed?.assessment?.plan);
  expect(sent[0]?.plan.commandText).toContain("-mtime +'7'");

  const entries = await test.healer.deps.journal.read(runId);
  const anchors = (await test.healer.witness.anchors()).get(runId) ?? [];
  expect(anchors).toHaveLength(entries.length);
  expect(verifyChain(runId, entries, anchors)).toBeUndefined();
  expect((await test.healer.deps.incidents.list()).map((incident) => incident.outcome)).toEqual(["healed"]);
});

it("writes the intent before it sends, and the hands write it, not the brain", async () => {
  const [incident] = await test.healer.deps.incidents.list();
  if (incident === undefined) throw new Error("the first test opened no incident");
  const entries = await test.healer.deps.journal.read(incident.runId);
  const started = entries.find((entry) => entry.events.some((event) => event.type === "change_started"));
  expect(Date.parse(started?.at ?? "")).toBeLessThanOrEqual(test.service.sent()[0]?.at ?? 0);
  expect(started?.actor).toBe("hands");
  const thought = entries.filter((entry) => entry.events.some((event) => event.type === "model_replied"));
  expect(new Set(thought.map((entry) => entry.actor))).toEqual(new Set(["brain"]));
});

it("opens one run for an event however often it is delivered, and asks before it does the same again so soon", async () => {
  const event = alarmEvent("orders-disk", "ALARM", Date.now() + 1);
  test.service.breakAgain();
  const [first, second, third] = await Promise.all([event, event, event].map((one) => test.healer.receive(one)));
  expect(first?.[0]?.detection.kind).toBe("open");
  expect([second?.[0]?.detection.kind, third?.[0]?.detection.kind]).toEqual(["suppress", "suppress"]);
  const runId = first?.[0]?.runId ?? "";
  const approval = await test.pending(runId);
  expect(approval.card.askedBecause.join()).toContain("tried");
  const answer = await test.ask(`/api/approvals/${approval.approvalId}/decision`, {
    kind: "deny",
    digest: approval.digest,
  });
  expect(answer.status).toBe(200);
  await test.healer.workflow.idle();
  expect((await test.run(runId)).concluded?.outcome).toBe("denied");
  expect(test.service.sent()).toHaveLength(1);
});
