import { describe, expect, test, vi } from "vitest";
import { runSsm } from "../../evals/simulation/attacks.ts";
import { approvalIdFor } from "../../src/agent/ask.ts";
import { Approval } from "../../src/domain/approval.ts";
import { callId } from "../../src/domain/ids.ts";
import type { Preview } from "../../src/domain/ports.ts";
import { okResult } from "../../src/domain/tool.ts";
import {
  assessed,
  assessment,
  call,
  digest,
  finished,
  first,
  minute,
  plan,
  replied,
  runId,
  runStarted,
  start,
  type Together,
} from "../domain/story.ts";
import { openDesk } from "./desk.ts";

const input = {
  ...(runSsm("surge", "set-capacity", { instances: 4 }).input as object),
  findings: ["t1c1-metric", "t9c9-invented"],
};
const shown = okResult("x", "x", { findings: [{ id: "t1c1-metric", summary: "s", source: "m" }] });
const waiting: Together[] = [
  runStarted(),
  [
    replied(1, [call(1, 0, { input: input as never }), call(1, 1, { kind: "read" })]),
    finished(callId(1, 1), false, { result: shown }),
  ],
  assessed("ask"),
];
const approvalId = approvalIdFor(runId, first);
const ada = { id: "slack:ada", name: "Ada", via: "slack" } as const;

/** The card is out and the journal says so. */
async function asking() {
  const desk = await openDesk();
  const run = await desk.write(...waiting);
  const { events } = await desk.perform(run);
  const opened = await openDesk();
  await opened.store.approvals.create((await desk.store.approvals.get(approvalId)) as Approval);
  return { desk: opened, run: await opened.write(...waiting, [...events]), asked: events[0] };
}

const automation: Together[] = [
  ...waiting.slice(0, 2),
  assessed("ask", first, {
    assessment: assessment({ plan: { ...plan, document: { ...plan.document, type: "Automation" } } }),
  }),
];
const foreseen = {
  known: true,
  mutatingSteps: 1,
  readOnlySteps: 2,
  undeterminedSteps: 0,
  regions: ["eu-west-1"],
  targets: 1,
} as const;

describe("the preview of an automation", () => {
  const askWith = async (of: Preview["of"], story = automation) => {
    const desk = await openDesk({ change: ({ ports }) => ({ ports: { ...ports, preview: { of } } }) });
    const { events } = await desk.perform(await desk.write(...story));
    const record = await desk.store.approvals.get(approvalId);
    return { event: events[0], preview: record?.card.preview, valid: Approval.safeParse(record).success };
  };

  test("stands on the card and in the journal, as people are shown it", async () => {
    const preview = { ...foreseen, regions: [...foreseen.regions] };
    expect(await askWith(async () => preview)).toMatchObject({ valid: true, preview, event: { preview } });
  });

  test("that fails or never comes stops nothing: the card says why there is none", async () => {
    const failed = await askWith(async () => Promise.reject(new Error("no role")));
    expect(failed.preview).toEqual({ known: false, why: "no role" });
    const soon = new AbortController();
    const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValue(soon.signal);
    setTimeout(() => soon.abort(), 20);
    try {
      const late = await askWith(() => new Promise(() => undefined));
      expect(late.preview).toEqual({ known: false, why: "it took too long" });
    } finally {
      timeout.mockRestore();
    }
  });

  test("changes neither what is decided nor by how many, whatever it says", async () => {
    const preview = { ...foreseen, regions: [...foreseen.regions] };
    const asks = await Promise.all([
      askWith(async () => preview),
      askWith(async () => ({ ...preview, mutatingSteps: 0, targets: 0 })),
      askWith(async () => ({ known: false, why: "approved already, quorum 0" })),
    ]);
    const said = asks.map(({ event }) => {
      const { preview: _, ...rest } = event?.type === "approval_requested" ? event : { preview: undefined };
      return rest;
    });
    expect(said[0]).toMatchObject({ digest: expect.any(String), quorum: 1 });
    expect(said[1]).toEqual(said[0]);
    expect(said[2]).toEqual(said[0]);
  });

  test("is not asked for where a command runs, and an older record without one still parses", async () => {
    const none = await askWith(async () => Promise.reject(new Error("asked")), waiting);
    expect(none).toMatchObject({ valid: true, preview: undefined });
    expect(none.event).not.toHaveProperty("preview");
  });
});

describe("asking for an approval", () => {
  test("keeps a whole record before the journal names it, and shows only evidence that a tool returned", async () => {
    const desk = await openDesk();
    const { events } = await desk.perform(await desk.write(...waiting));
    const record = await desk.store.approvals.get(approvalId);
    expect(Approval.safeParse(record).success).toBe(true);
    expect(record).toMatchObject({
      status: "pending",
      digest,
      quorum: 1,
      allowed: ["slack:ada", "slack:bob"],
      requester: "healer:detector",
    });
    expect(record?.card.evidence).toEqual(["t1c1-metric"]);
    expect(events).toEqual([
      { type: "approval_requested", callId: first, approvalId, digest, quorum: 1, expiresAt: record?.expiresAt },
    ]);
  });

  test("again after a crash leaves one card, and the journal says of it what it says itself", async () => {
    const desk = await openDesk();
    const run = await desk.write(...waiting);
    const before = await desk.perform(run);
    desk.clock.set(desk.clock.now() + 5 * minute);
    const again = await desk.perform(run);
    expect(again.events).toEqual(before.events);
    expect(await desk.store.approvals.list()).toHaveLength(1);
  });
});

describe("an approval that is waited for", () => {
  test("pauses the run while it is pending", async () => {
    const { desk, run } = await asking();
    expect(await desk.perform(run)).toEqual({ events: [], pause: { ask: first } });
  });

  test("is taken over with who decided and what they saw", async () => {
    const { desk, run } = await asking();
    await desk.store.approvals.decide(approvalId, {
      kind: "approve",
      person: ada,
      digest,
      comment: "",
      at: start + 5 * minute,
    });
    expect((await desk.perform(run)).events).toMatchObject([
      { type: "approval_decided", outcome: "approved", digest, approvers: [{ person: ada }] },
    ]);
  });

  test("that was denied carries the person's words", async () => {
    const { desk, run } = await asking();
    await desk.store.approvals.decide(approvalId, {
      kind: "deny",
      person: ada,
      digest,
      comment: "no",
      at: start + 5 * minute,
    });
    expect((await desk.perform(run)).events).toMatchObject([
      { outcome: "denied", comment: "no", approvers: [{ person: ada }] },
    ]);
  });

  test("expires at its time, by the clock of whoever looks", async () => {
    const { desk, run, asked } = await asking();
    const expiresAt = asked?.type === "approval_requested" ? Date.parse(asked.expiresAt) : 0;
    desk.clock.set(expiresAt - 1);
    expect((await desk.perform(run)).pause).toEqual({ ask: first });
    desk.clock.set(expiresAt);
    expect((await desk.perform(run)).events).toMatchObject([{ outcome: "expired", approvers: [] }]);
  });

  test("is void when the alarm went back to OK by itself, but not when a change of this run may be why", async () => {
    const { desk, run } = await asking();
    const incident = { incidentId: run.started?.incidentId, status: "recovered", openedAt: "" } as never;
    await desk.store.incidents.put(incident);
    expect(
      (
        await desk.perform({
          ...run,
          calls: {
            ...run.calls,
            t1c1: { ...run.calls[callId(1, 1)], finished: { ...run.calls[callId(1, 1)]?.finished, applied: true } },
          },
          turns: run.turns.map((turn) => ({
            ...turn,
            verified: [{ type: "verified", calls: [callId(1, 1)], verdict: "worse", measured: "", datapoints: [] }],
          })),
        } as never)
      ).pause,
    ).toEqual({ ask: first });
    expect((await desk.perform(run)).events).toMatchObject([{ outcome: "void" }]);
  });
});
