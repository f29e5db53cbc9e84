import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Hono } from "hono";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { composePublicApp } from "../../src/aws/compose-public.ts";
import { deploymentOf } from "../../src/aws/deployment.ts";
import type { Surroundings } from "../../src/aws/environment.ts";
import { openState, type State } from "../../src/local/state.ts";
import { signedHeaders } from "../slack/stand-ins.ts";

const token = "0".repeat(40);
const signingSecret = "f".repeat(32);
const slack = { teamId: "T0123ABC", appId: "A0123ABC", channel: "C0123ABC" };

describe("the public app as it is deployed, on the embedded tables", () => {
  let folder: string;
  let state: State;
  let app: Hono;
  let around: Surroundings;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "healer-public-"));
    state = await openState(folder);
    const { port } = JSON.parse(await readFile(join(folder, "endpoint.json"), "utf8"));
    Object.assign(process.env, {
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "stub",
      AWS_SECRET_ACCESS_KEY: "stub",
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
    });
    around = {
      region: "eu-west-1",
      account: "123456789012",
      deployment: deploymentOf("test", { test: { slack, approvers: ["slack:T0123ABC/U0123ABC"] } }),
      tables: state.dynamo.tables,
      stateMachineArn: undefined,
      anchorBucket: undefined,
      files: ".",
    };
    app = composePublicApp(
      async () => around,
      () => undefined,
      {
        apiTokens: async () => `ada:${token}`,
        slackBotToken: async () => "xoxb-1",
        slackSigningSecret: async () => signingSecret,
      },
    );
  });
  afterAll(async () => {
    await state.close();
    await rm(folder, { recursive: true });
  });

  it("answers its health to everybody and its lists to those it knows", async () => {
    expect((await app.request("/healthz")).status).toBe(200);
    expect((await app.request("/api/runs")).status).toBe(401);
    const known = await app.request("/api/runs", { headers: { authorization: `Bearer ${token}` } });
    expect([known.status, await known.json()]).toEqual([200, []]);
  });

  it("takes from Slack what Slack has signed, once", async () => {
    const body = new URLSearchParams({ payload: JSON.stringify({ type: "shortcut" }) }).toString();
    const unsigned = await app.request("/slack/interactions", { method: "POST", body });
    expect(unsigned.status).toBe(401);
    const headers = signedHeaders(signingSecret, body, Math.floor(Date.now() / 1000));
    const request = () => app.request("/slack/interactions", { method: "POST", body, headers });
    expect((await request()).status).toBeLessThan(500);
    const { Items = [] } = await scan(state);
    expect(Items.map(({ incidentId }) => incidentId?.S)).toEqual([expect.stringMatching(/^seen#/)]);
    expect((await request()).status).toBe(200);
  });

  it("has no door for Slack where the deployment has no Slack", async () => {
    const without = async () => ({ ...around, deployment: deploymentOf("test", {}) });
    const secret = async () => Promise.reject(new Error("there is none"));
    const secrets = { apiTokens: secret, slackBotToken: secret, slackSigningSecret: secret };
    const quiet = composePublicApp(without, () => undefined, secrets);
    expect((await quiet.request("/slack/interactions", { method: "POST", body: "payload={}" })).status).toBe(404);
  });

  it("tells a stranger nothing of settings that can not be read", async () => {
    const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const broken = async () => Promise.reject(new Error("HEALER_SETTINGS: not JSON"));
    const app = composePublicApp(broken, () => undefined, {} as never);
    for (const path of ["/", "/api/runs", "/slack/commands"]) {
      const answer = await app.request(path, { method: path === "/slack/commands" ? "POST" : "GET" });
      expect([answer.status, await answer.text()]).toEqual([503, expect.not.stringContaining("HEALER_SETTINGS")]);
    }
    expect(said.mock.calls.join()).toContain("HEALER_SETTINGS: not JSON");
    said.mockRestore();
  });

  it.each(["event", "drive", "act", "ask", "escalate", "anchor", "told", "tick"])(
    "has no /internal/%s",
    async (name) => {
      const headers = { authorization: `Bearer ${token}` };
      const { status } = await app.request(`/internal/${name}`, { method: "POST", body: "{}", headers });
      expect([401, 404]).toContain(status);
    },
  );
});

async function scan({ dynamo }: State) {
  const { ScanCommand } = await import("@aws-sdk/client-dynamodb");
  return dynamo.client.send(new ScanCommand({ TableName: dynamo.tables.incidents }));
}
