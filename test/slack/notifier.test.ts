import { describe, expect, it } from "vitest";
import { decideApproval } from "../../src/agent/decision.ts";
import type { Person } from "../../src/domain/approval.ts";
import { HealerError } from "../../src/domain/errors.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { createSlackNotifier } from "../../src/slack/notifier.ts";
import { minute, sampleRunId } from "../../src/slack/preview/sample-parts.ts";
import { type SampleStep, sampleRun } from "../../src/slack/preview/sample-run.ts";
import { approvalsInMemory, incidentsOf, journalOf, recordsInMemory } from "./stand-ins.ts";
import { click, openWorkspace, plainWords, settings, type Workspace } from "./workspace.ts";

const ada: Person = { id: "slack:T0HEALER1/U0ADA0001", name: "Ada", via: "slack" };
const approve: SampleStep = { kind: "decide", after: 6, decision: { kind: "approve", person: ada, comment: "" } };
const ran: readonly SampleStep[] = [approve, { kind: "start" }, { kind: "finish" }];
const journal = (steps: readonly SampleStep[]) => [...sampleRun(plainWords, steps).entries];
const cards = (workspace: Workspace) => workspace.posted.filter((one) => one.thread === undefined);
const thread = (workspace: Workspace) =>
  workspace.posted.filter((one) => one.thread !== undefined).map((one) => one.message.text);
const decide = (workspace: Workspace) => {
  const { approvalId, digest } = workspace.approval;
  return decideApproval(
    approvalId,
    { kind: "approve", person: ada, digest, comment: "", at: workspace.clock.at },
    workspace,
  );
};

/** The same incident told by somebody who has posted nothing yet. */
const afresh = (workspace: Workspace) => ({
  chat: workspace.chat,
  settings,
  records: recordsInMemory(),
  journal: journalOf(() => workspace.kept.entries),
  incidents: incidentsOf([workspace.kept.incident]),
  approvals: workspace.approvals,
  clock: workspace.clock,
});

describe("one message per incident", () => {
  it("is edited in place from asking to recovered, with its details in the thread", async () => {
    const workspace = await openWorkspace();
    await decide(workspace);
    for (const steps of [[approve], ran, [...ran, { kind: "verify", verdict: "recovered" } as const]]) {
      workspace.kept.entries = journal(steps);
      await workspace.running.notifier.runChanged(sampleRunId);
    }
    expect(cards(workspace)).toHaveLength(1);
    expect(cards(workspace)[0]?.edits).toBe(3);
    expect(cards(workspace)[0]?.message.text).toBe("Recovered: web-latency-p99");
    expect(thread(workspace)).toEqual(["Details", "Recovered"]);
  });

  it("shown again without a change, by any process, calls Slack no more", async () => {
    const workspace = await openWorkspace();
    workspace.restart();
    await workspace.running.notifier.runChanged(sampleRunId);
    await workspace.running.notifier.tick();
    expect(workspace.posted).toHaveLength(2);
    expect(cards(workspace)[0]?.edits).toBe(0);
  });

  it("stays one when two processes tell of it at the same moment", async () => {
    const workspace = await openWorkspace();
    const base = afresh(workspace);
    workspace.posted.length = 0;
    const tellers = [createSlackNotifier(base), createSlackNotifier(base), createSlackNotifier(base)];
    await Promise.all(tellers.map((teller) => teller.runChanged(sampleRunId)));
    expect(cards(workspace)).toHaveLength(1);
    expect(thread(workspace)).toEqual(["Details"]);
  });

  it("shows the newest state even when the run moves on while the card is being sent", async () => {
    const workspace = await openWorkspace();
    await decide(workspace);
    const update = workspace.chat.update;
    workspace.chat.update = async (place, message) => {
      workspace.kept.entries = journal([...ran, { kind: "verify", verdict: "recovered" }]);
      return update(place, message);
    };
    await workspace.running.notifier.runChanged(sampleRunId);
    expect(cards(workspace)[0]?.message.text).toContain("Recovered");
  });

  it("comes back when somebody deletes it, with working buttons", async () => {
    const workspace = await openWorkspace();
    workspace.posted.length = 0;
    await decide(workspace);
    await workspace.running.notifier.runChanged(sampleRunId);
    expect(cards(workspace)[0]?.message.text).toContain("Approved");
    const record = await workspace.records.get(sampleRunId);
    expect(record?.places.map((place) => place.ts)).toEqual([cards(workspace)[0]?.place.ts]);
  });

  it("posts nothing about a run that nobody has to look at, and everything where that is wanted", async () => {
    const workspace = await openWorkspace();
    workspace.posted.length = 0;
    workspace.kept.entries = journal([]).slice(0, 3);
    const base = { ...afresh(workspace), approvals: approvalsInMemory([]) };
    await createSlackNotifier(base).runChanged(sampleRunId);
    await createSlackNotifier(base).tick();
    expect(workspace.posted).toEqual([]);
    await createSlackNotifier({ ...base, settings: { ...settings, tell: "all" } }).runChanged(sampleRunId);
    expect(cards(workspace)).toHaveLength(1);
  });
});

describe("an outage of Slack", () => {
  it("while the card is first posted loses nothing: the next tick posts it", async () => {
    const workspace = await openWorkspace();
    workspace.posted.length = 0;
    const notifier = createSlackNotifier(afresh(workspace));
    workspace.state.down = true;
    await expect(notifier.runChanged(sampleRunId)).rejects.toBeInstanceOf(HealerError);
    workspace.state.down = false;
    await notifier.tick();
    expect(cards(workspace)).toHaveLength(1);
    expect(thread(workspace)).toEqual(["Details"]);
  });

  it("during a reminder gives the claim back, so that the reminder comes later", async () => {
    const workspace = await openWorkspace();
    workspace.clock.at = Date.parse(workspace.approval.expiresAt) - 4 * minute;
    workspace.state.down = true;
    await expect(workspace.running.notifier.tick()).rejects.toThrow("Slack is out");
    workspace.state.down = false;
    await workspace.running.notifier.tick();
    expect(thread(workspace).filter((text) => text.startsWith("Still waiting"))).toHaveLength(1);
  });
});

describe("when nobody answers", () => {
  it("reminds in the thread before expiry, once for each time", async () => {
    const workspace = await openWorkspace();
    const end = Date.parse(workspace.approval.expiresAt);
    for (const before of [11, 10, 9, 5, 4, 1]) {
      workspace.clock.at = end - before * minute;
      await workspace.running.notifier.tick();
    }
    expect(thread(workspace).filter((text) => text.startsWith("Still waiting"))).toHaveLength(2);
  });

  it("posts the card to the second channel with a call for the group; its buttons count there too", async () => {
    const workspace = await openWorkspace();
    workspace.clock.at = Date.parse(workspace.approval.requestedAt) + 10 * minute;
    await workspace.running.notifier.tick();
    await workspace.running.notifier.tick();
    const there = workspace.posted.filter((one) => one.place.channel === "C0ONCALL");
    expect(there.map((one) => one.message.text)).toEqual([
      "Nobody has decided: traffic-surge: add-capacity",
      "Approval needed: web-latency-p99",
    ]);
    expect(JSON.stringify(there[0]?.message.blocks)).toContain('"usergroup_id":"S0ONCALL1"');
    await click(workspace, { channel: "C0ONCALL", ts: there[1]?.place.ts ?? "" });
    expect(workspace.outcomes).toMatchObject([{ did: "decided" }]);
    for (const card of [cards(workspace)[0], there[1]]) expect(card?.message.text).toContain("Approved");
  });

  it("calls the group in the card's own thread where there is no second channel", async () => {
    const workspace = await openWorkspace();
    const escalation = { channel: settings.channel, group: "S0ONCALL1", afterMs: 10 * minute };
    const base = { ...afresh(workspace), records: workspace.records, settings: { ...settings, escalation } };
    workspace.clock.at = Date.parse(workspace.approval.requestedAt) + 10 * minute;
    await createSlackNotifier(base).tick();
    await createSlackNotifier(base).tick();
    expect(cards(workspace)).toHaveLength(1);
    expect(thread(workspace).filter((text) => text.startsWith("Nobody has decided"))).toHaveLength(1);
  });

  it("takes the buttons away at expiry without any click", async () => {
    const workspace = await openWorkspace();
    workspace.clock.at = Date.parse(workspace.approval.expiresAt) + 1;
    await workspace.running.notifier.tick();
    expect(cards(workspace)[0]?.message.text).toContain("Expired");
    expect(JSON.stringify(cards(workspace)[0]?.message.blocks)).not.toContain("actions");
  });

  it("one failing incident does not keep the others from being told", async () => {
    const workspace = await openWorkspace();
    const broken = { ...workspace.kept.incident, incidentId: "inc-broken-1" as never, runId: "run-broken-1" as RunId };
    const read = async (runId: RunId) => {
      if (runId === broken.runId) throw new Error("broken journal");
      return workspace.kept.entries;
    };
    const base = {
      ...afresh(workspace),
      records: workspace.records,
      journal: { ...journalOf(() => []), read },
      incidents: incidentsOf([broken, workspace.kept.incident]),
    };
    await decide(workspace);
    await expect(createSlackNotifier(base).tick()).rejects.toThrow("broken journal");
    expect(cards(workspace)[0]?.message.text).toContain("Approved");
  });
});
