import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createPeople } from "../../src/slack/people.ts";
import { seenInMemory } from "../../src/slack/signature.ts";
import { runSocketMode } from "../../src/slack/socket-mode.ts";
import { incidentsOf, journalOf } from "./stand-ins.ts";
import { clickBody, openWorkspace, settings, type Workspace } from "./workspace.ts";

/** The least of RFC 6455 that serves one client: short text frames, client frames unmasked. */
function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  const length =
    payload.length < 126
      ? Buffer.from([payload.length])
      : Buffer.from([126, payload.length >> 8, payload.length & 255]);
  return Buffer.concat([Buffer.from([0x81]), length, payload]);
}

function unframe(data: Buffer): string {
  const short = (data[1] ?? 0) & 127;
  const at = short === 126 ? 4 : 2;
  const mask = data.subarray(at, at + 4);
  return Buffer.from(data.subarray(at + 4))
    .map((byte, index) => byte ^ (mask[index % 4] ?? 0))
    .toString();
}

async function slackSockets(answer: (opens: number) => object | undefined = () => undefined) {
  const sockets: Socket[] = [];
  const received: Record<string, unknown>[] = [];
  const counts = { opened: 0 };
  const server = createServer((_request, response) => {
    counts.opened += 1;
    const { port } = server.address() as AddressInfo;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(answer(counts.opened) ?? { ok: true, url: `ws://127.0.0.1:${port}/link` }));
  });
  server.on("upgrade", (request, socket: Socket) => {
    const key = `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash("sha1").update(key).digest("base64");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.on("data", (data: Buffer) => {
      if (((data[0] ?? 0) & 15) === 1) received.push(JSON.parse(unframe(data)) as Record<string, unknown>);
      else socket.end();
    });
    socket.on("error", () => undefined);
    sockets.push(socket);
    socket.write(frame(JSON.stringify({ type: "hello" })));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const send = (value: object) => sockets.at(-1)?.write(frame(JSON.stringify(value)));
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { apiUrl: `http://127.0.0.1:${port}/`, sockets, received, counts, send, stop };
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function connected(workspace: Workspace, slack: Awaited<ReturnType<typeof slackSockets>>) {
  const aborter = new AbortController();
  const ended = runSocketMode(
    { appToken: "xapp-1", apiUrl: slack.apiUrl, signal: aborter.signal },
    {
      chat: workspace.chat,
      settings,
      records: workspace.records,
      journal: journalOf(() => workspace.kept.entries),
      incidents: incidentsOf([workspace.kept.incident]),
      approvals: workspace.approvals,
      clock: workspace.clock,
      notifier: workspace.running.notifier,
      workflow: workspace.workflow,
      killSwitch: workspace.killSwitch,
      people: createPeople(workspace.chat, workspace.clock),
      seen: seenInMemory(workspace.clock),
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, Math.min(milliseconds, 20))),
      later: () => undefined,
      report: (outcome) => void workspace.outcomes.push(outcome),
    },
  );
  closers.push(async () => {
    aborter.abort();
    await slack.stop();
    await ended.catch(() => undefined);
  });
  return ended;
}

const until = async (holds: () => boolean) => {
  for (let tries = 0; tries < 400 && !holds(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(holds()).toBe(true);
};
const payloadOf = (workspace: Workspace, click = {}) =>
  JSON.parse(decodeURIComponent(clickBody(workspace, click).slice("payload=".length))) as object;

describe("Socket Mode", () => {
  it("acknowledges a click by its envelope and decides it, once however often it comes", async () => {
    const [workspace, slack] = [await openWorkspace(), await slackSockets()];
    void connected(workspace, slack);
    await until(() => slack.sockets.length === 1);
    for (let sent = 0; sent < 2; sent += 1) {
      slack.send({
        type: "interactive",
        envelope_id: "e-1",
        payload: payloadOf(workspace),
        accepts_response_payload: true,
      });
      await until(() => slack.received.length === sent + 1);
    }
    expect(slack.received).toEqual([{ envelope_id: "e-1" }, { envelope_id: "e-1" }]);
    await until(() => workspace.workflow.resumed.length === 1);
    expect(workspace.outcomes).toMatchObject([{ did: "decided" }]);
  });

  it("checks the clicker as strictly as over HTTP", async () => {
    const [workspace, slack] = [await openWorkspace(), await slackSockets()];
    void connected(workspace, slack);
    await until(() => slack.sockets.length === 1);
    slack.send({ type: "interactive", envelope_id: "e-1", payload: payloadOf(workspace, { user: "U0EVE0003" }) });
    await until(() => workspace.outcomes.length === 1);
    expect(workspace.outcomes).toMatchObject([{ did: "refused" }]);
  });

  it("answers a slash command in the acknowledgement", async () => {
    const [workspace, slack] = [await openWorkspace(), await slackSockets()];
    void connected(workspace, slack);
    await until(() => slack.sockets.length === 1);
    const payload = {
      command: "/healer",
      text: "status",
      team_id: "T0HEALER1",
      user_id: "U0ADA0001",
      channel_id: "C1",
      api_app_id: "A0HEALER1",
    };
    slack.send({ type: "slash_commands", envelope_id: "e-2", payload });
    await until(() => slack.received.length === 1);
    expect(slack.received[0]).toMatchObject({ envelope_id: "e-2", payload: { text: "1 open, 1 waiting" } });
  });

  it("connects again when Slack says goodbye, and after a server error", async () => {
    const workspace = await openWorkspace();
    const slack = await slackSockets((opens) => (opens === 2 ? { ok: "neither" } : undefined));
    void connected(workspace, slack);
    await until(() => slack.sockets.length === 1);
    slack.send({ type: "disconnect", reason: "refresh_requested" });
    await until(() => slack.sockets.length === 2);
    expect(slack.counts.opened).toBe(3);
  });

  it("rejects at once when the token is no good", async () => {
    const workspace = await openWorkspace();
    const slack = await slackSockets(() => ({ ok: false, error: "invalid_auth" }));
    await expect(connected(workspace, slack)).rejects.toThrow("invalid_auth");
    expect(slack.counts.opened).toBe(1);
  });
});
