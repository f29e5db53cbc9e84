import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { slackConfig } from "../../src/slack/config.ts";
import { connectSlack } from "../../src/slack/connect.ts";
import { sampleRunId } from "../../src/slack/preview/sample-parts.ts";
import { incidentsOf, journalOf, recordsInMemory } from "./stand-ins.ts";
import { openWorkspace } from "./workspace.ts";

const calls: string[] = [];
let apiUrl = "";
let tokenIsGood = true;
const answers: Readonly<Record<string, object>> = {
  "auth.test": { team_id: "T0HEALER1", bot_id: "B1" },
  "bots.info": { bot: { app_id: "A0HEALER1" } },
  "usergroups.users.list": { users: ["U0ADA0001", "U0GRACE02"] },
  "chat.postMessage": { channel: "C0INCIDENT", ts: "1.2" },
};
const server = createServer((request, response) => {
  const method = request.url?.split("/").at(-1) ?? "";
  calls.push(method);
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(tokenIsGood ? { ok: true, ...answers[method] } : { ok: false, error: "invalid_auth" }));
});

beforeEach(async () => {
  calls.length = 0;
  tokenIsGood = true;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function connect(more: Readonly<Record<string, string>> = {}) {
  const workspace = await openWorkspace();
  const config = slackConfig({
    SLACK_BOT_TOKEN: "xoxb-1",
    SLACK_SIGNING_SECRET: "8f742231b10e8888abcd99yyyzzz85a5",
    SLACK_CHANNEL: "C0INCIDENT",
    SLACK_API_URL: apiUrl,
    ...more,
  });
  if (config === undefined) throw new Error("no config");
  return connectSlack(config, ["slack-group:T0HEALER1/S0ONCALL1", "terminal:ada"], {
    clock: workspace.clock,
    sleep: async () => undefined,
    journal: journalOf(() => workspace.kept.entries),
    incidents: incidentsOf([workspace.kept.incident]),
    approvals: workspace.approvals,
    records: recordsInMemory(),
  });
}

it("a token, a secret and a channel connect a workspace, and the card is posted", async () => {
  const slack = await connect();
  const operators = ["slack-group:T0HEALER1/S0ONCALL1", "terminal:ada"];
  expect(slack.settings).toMatchObject({ teamId: "T0HEALER1", appId: "A0HEALER1", operators });
  expect(slack.settings.escalation).toBeUndefined();
  await slack.notifier.runChanged(sampleRunId);
  expect(calls.filter((call) => call === "chat.postMessage")).toHaveLength(2);
});

it("named workspace and app are not asked for again", async () => {
  await connect({ SLACK_TEAM_ID: "T1", SLACK_APP_ID: "A1" });
  expect(calls).not.toContain("auth.test");
});

it("a token that is no good stops the start, and says what to check", async () => {
  tokenIsGood = false;
  await expect(connect()).rejects.toMatchObject({ code: "upstream_failed", hint: expect.stringContaining("xoxb-") });
});
