import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { dynamoChatRecords } from "../../src/aws/dynamo-chat.ts";
import { RunId } from "../../src/domain/ids.ts";
import type { Notifier } from "../../src/domain/ports.ts";
import { allCalls, replay } from "../../src/domain/run.ts";
import { createApp } from "../../src/http/app.ts";
import { slackRoutes } from "../../src/http/routes/slack.ts";
import { composeLocal } from "../../src/local/compose.ts";
import { systemClock } from "../../src/local/system.ts";
import { createInbox } from "../../src/slack/inbox.ts";
import { createSlackNotifier } from "../../src/slack/notifier.ts";
import { createPeople } from "../../src/slack/people.ts";
import { seenInMemory } from "../../src/slack/signature.ts";
import { chatInMemory, signedHeaders } from "../slack/stand-ins.ts";
import { type Click, clickBody, secret, settings } from "../slack/workspace.ts";
import { alarmEvent, standInService } from "./stand-in.ts";

const people = { U0ADA0001: { name: "Ada", teamId: "T0HEALER1", stranger: undefined } };
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** The whole healer with Slack before it: only Slack's own servers and the changed service are stand-ins. */
async function healerWithSlack(folder = mkdtempSync(join(tmpdir(), "healer-slack-"))) {
  const service = standInService(folder);
  const slack = chatInMemory(people);
  let notifier: Notifier = { runChanged: async () => undefined, tick: async () => undefined };
  const healer = await composeLocal({
    folder: join(folder, "state"),
    evidence: service.ports,
    settings: { approvers: ["slack:T0HEALER1/U0ADA0001"], sendTimeoutMs: 1000 },
    notifier: { runChanged: (runId) => notifier.runChanged(runId), tick: () => notifier.tick() },
  });
  const base = {
    ...healer.deps,
    chat: slack.chat,
    settings,
    records: dynamoChatRecords(healer.state.dynamo),
    clock: systemClock,
  };
  notifier = createSlackNotifier(base);
  const work: Promise<void>[] = [];
  const inbox = {
    ...base,
    notifier,
    people: createPeople(slack.chat, systemClock),
    seen: seenInMemory(systemClock),
    sleep: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
    later: (promise: Promise<void>) => void work.push(promise),
    report: () => undefined,
  };
  const app = createApp({
    desk: async () => ({ ...healer.deps, clock: systemClock, authorise: () => undefined }),
    chat: async () =>
      slackRoutes({
        signingSecret: secret,
        clock: systemClock,
        turnedAway: () => undefined,
        inbox: async () => createInbox(inbox),
      }),
  });
  const close = async () => {
    await healer.close();
  };
  ends.push(async () => {
    await close();
    rmSync(folder, { recursive: true, force: true });
  });
  const click = async (runId: RunId, what: Click = {}) => {
    const approval = (await healer.deps.approvals.list()).find((one) => one.runId === runId);
    const card = slack.posted.find((one) => one.thread === undefined);
    const body = clickBody({ approval, posted: [card] } as never, what);
    const headers = signedHeaders(secret, body, Math.floor(Date.now() / 1000));
    const response = await app.request("/slack/interactions", { method: "POST", body, headers });
    while (work.length > 0) await work.shift();
    return response;
  };
  const card = () => JSON.stringify(slack.posted.find((one) => one.thread === undefined)?.message.blocks ?? []);
  return { healer, service, slack, click, card, close, folder };
}

type Whole = Awaited<ReturnType<typeof healerWithSlack>>;

async function asked({ healer, slack }: Whole): Promise<RunId> {
  const [taken] = await healer.receive(alarmEvent("checkout-latency"));
  const runId = RunId.parse(taken?.runId);
  while (!slack.posted.some((one) => JSON.stringify(one.message.blocks).includes('"type":"actions"'))) {
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  return runId;
}

const fold = async ({ healer }: Whole, runId: RunId) => replay(runId, await healer.deps.journal.read(runId));

describe("an incident that a person decides in Slack", () => {
  it("goes from the alarm to the card, the signed click, the change and the edited card", async () => {
    const whole = await healerWithSlack();
    const runId = await asked(whole);
    expect(whole.card()).toContain("$32.64");
    expect((await whole.click(runId)).status).toBe(200);
    await whole.healer.workflow.ended(runId);
    const run = await fold(whole, runId);
    expect(run.concluded?.outcome).toBe("healed");
    expect(whole.service.sent()).toHaveLength(1);
    const [change] = allCalls(run).filter((call) => call.kind === "change");
    expect(change?.decided?.approvers[0]?.person.id).toBe("slack:T0HEALER1/U0ADA0001");
    expect(whole.card()).not.toContain('"type":"actions"');
    expect(whole.card()).toMatch(/recovered/i);
    expect(whole.slack.posted.filter((one) => one.thread === undefined)).toHaveLength(1);
  });

  it("is denied by a click, and nothing runs", async () => {
    const whole = await healerWithSlack();
    const runId = await asked(whole);
    await whole.click(runId, { button: "deny" });
    await whole.healer.workflow.ended(runId);
    expect((await fold(whole, runId)).concluded?.outcome).toBe("denied");
    expect(whole.service.sent()).toHaveLength(0);
    expect(whole.card()).toContain("Denied");
  });

  it("runs once, however often and by whomever it is clicked", async () => {
    const whole = await healerWithSlack();
    const runId = await asked(whole);
    await whole.click(runId, { user: "U0EVE0003" });
    await whole.click(runId, { digest: "0".repeat(64) });
    expect(whole.service.sent()).toHaveLength(0);
    await Promise.all([whole.click(runId), whole.click(runId), whole.click(runId, { button: "deny" })]);
    await whole.healer.workflow.ended(runId);
    await whole.click(runId);
    const ran = whole.service.sent().length;
    expect((await fold(whole, runId)).concluded?.outcome).toBe(ran === 1 ? "healed" : "denied");
    expect(ran).toBeLessThanOrEqual(1);
  });

  it("survives a restart between the card and the click", async () => {
    const first = await healerWithSlack();
    const runId = await asked(first);
    const { posted } = first.slack;
    await first.close();
    const second = await healerWithSlack(first.folder);
    second.slack.posted.push(...posted);
    await second.healer.resumeOpenRuns();
    await second.click(runId);
    await second.healer.workflow.ended(runId);
    expect((await fold(second, runId)).concluded?.outcome).toBe("healed");
    expect(second.service.sent()).toHaveLength(1);
  });

  it("does not wait for Slack: an outage loses nothing", async () => {
    const whole = await healerWithSlack();
    whole.slack.state.down = true;
    const [taken] = await whole.healer.receive(alarmEvent("orders-disk"));
    const runId = RunId.parse(taken?.runId);
    await whole.healer.workflow.ended(runId);
    expect((await fold(whole, runId)).concluded?.outcome).toBe("healed");
    expect(whole.slack.posted).toHaveLength(0);
  });
});
