import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { createEmulator } from "emulate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { messageOf } from "../../src/slack/block-kit.ts";
import { createSlackChat, type SlackChat } from "../../src/slack/client.ts";
import { noLinks } from "../../src/slack/links.ts";
import { changeModal } from "../../src/slack/modals.ts";
import { cardOfState, messageOfState, previewStates } from "../../src/slack/preview/cards.ts";
import { sampleRun } from "../../src/slack/preview/sample-run.ts";
import { plainWords } from "./workspace.ts";

const clock = { now: () => Date.now() };
const sleep = async () => undefined;
const message = { text: "hello", blocks: [{ type: "divider" as const }] };

describe("against the Slack emulator", () => {
  const token = "xoxb-test-token";
  let emulator: { readonly url: string; close(): Promise<void> };
  let chat: SlackChat;
  let channel = "";
  const api = async (method: string, args: Record<string, string>) => {
    const response = await fetch(`${emulator.url}/api/${method}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(args),
    });
    return (await response.json()) as Record<string, never> & {
      channels: { id: string; name: string }[];
      members: { id: string; name: string }[];
      messages: { ts: string; text: string; blocks: unknown[]; thread_ts?: string; reply_count?: number }[];
      trigger_id: string;
    };
  };

  beforeAll(async () => {
    const seed = {
      tokens: { [token]: { login: "admin", scopes: ["chat:write", "users:read"] } },
      slack: {
        users: [{ name: "ada", real_name: "Ada", email: "ada@example.com" }],
        channels: [{ name: "incidents" }],
      },
    };
    emulator = await createEmulator({ service: "slack", port: 0, seed });
    chat = createSlackChat({ token, clock, sleep, apiUrl: `${emulator.url}/api/` });
    channel = (await api("conversations.list", {})).channels.find((one) => one.name === "incidents")?.id ?? "";
  });
  afterAll(() => emulator.close());

  it("posts a card, edits it in place and answers in its thread", async () => {
    const [pending, recovered] = ["pending", "recovered"].map((name) => {
      const state = previewStates.find((one) => one.name === name);
      if (state === undefined) throw new Error(name);
      return messageOfState(state, noLinks);
    });
    if (pending === undefined || recovered === undefined) throw new Error("no states");
    const place = await chat.post(channel, pending);
    await chat.post(channel, message, { ts: place.ts, broadcast: false });
    expect(await chat.update(place, recovered)).toBe("updated");
    const { messages } = await api("conversations.history", { channel });
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({ ts: place.ts, text: recovered.text, blocks: recovered.blocks });
    expect((await api("conversations.replies", { channel, ts: place.ts })).messages).toHaveLength(2);
  });

  it.each(previewStates.map((state) => state.name))("the state %s arrives as it was sent", async (name) => {
    const card = cardOfState(previewStates.find((one) => one.name === name) ?? (undefined as never));
    if (card === undefined) throw new Error(name);
    const sent = messageOf(card);
    const place = await chat.post(channel, sent);
    const { messages } = await api("conversations.history", {
      channel,
      oldest: place.ts,
      inclusive: "true",
      limit: "1",
    });
    expect(messages[0]?.blocks).toEqual(sent.blocks);
  });

  it("says that an edited message is gone after somebody deleted it", async () => {
    const place = await chat.post(channel, message);
    await chat.remove(place);
    expect(await chat.update(place, message)).toBe("gone");
  });

  it("whispers, opens a form with a fresh trigger, and is refused with a made-up one", async () => {
    const user = (await api("users.list", {})).members.find((one) => one.name === "ada")?.id ?? "";
    await chat.whisper(channel, user, { text: "for you" });
    const { approval } = sampleRun(plainWords, []);
    const { trigger_id } = await api("views.generateTriggerId", { user_id: user });
    await chat.open(trigger_id, changeModal(approval, { channel, ts: "1.2" }));
    await expect(chat.open("made.up", changeModal(approval, { channel, ts: "1.2" }))).rejects.toMatchObject({
      code: "upstream_failed",
    });
  });

  it("knows a member by name and nobody by a made-up id", async () => {
    const user = (await api("users.list", {})).members.find((one) => one.name === "ada")?.id ?? "";
    expect(await chat.person(user)).toMatchObject({ name: "ada", stranger: undefined });
    await expect(chat.person("U0NOBODY9")).rejects.toThrow("user_not_found");
  });

  it("names what is missing when the channel is wrong", async () => {
    await expect(chat.post("C0NOWHERE", message)).rejects.toMatchObject({
      retryable: false,
      hint: expect.stringContaining("channel's id"),
    });
  });

  it("does not send what Slack would refuse, which the emulator would take", async () => {
    const nonsense = { text: "a", blocks: [{ type: "nonsense" } as never] };
    await expect(chat.post(channel, nonsense)).rejects.toThrow("not valid Block Kit");
  });
});

type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => void;

/** A Slack that behaves as told. */
async function withSlack(
  answer: Answer,
  test: (chat: SlackChat, state: { calls: number; slept: number[] }) => Promise<void>,
) {
  const state = { calls: 0, slept: [] as number[], now: 0 };
  const server = createServer((request, response) => {
    state.calls += 1;
    answer(request, response, state.calls);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const chat = createSlackChat({
    token: "xoxb-1",
    clock: { now: () => state.now },
    sleep: async (milliseconds) => {
      state.slept.push(milliseconds);
      state.now += milliseconds;
    },
    apiUrl: `http://127.0.0.1:${port}/api/`,
    timeoutMs: 200,
  });
  try {
    await test(chat, state);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

const json = (response: ServerResponse, status: number, body: unknown, headers = {}) => {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
};

describe("when Slack is in trouble", () => {
  it("waits out a short rate limit and then sends", async () => {
    const answer: Answer = (_request, response, count) =>
      count === 1
        ? json(response, 429, { ok: false, error: "ratelimited" }, { "retry-after": "3" })
        : json(response, 200, { ok: true, ts: "1.2", channel: "C1" });
    await withSlack(answer, async (chat, state) => {
      expect(await chat.post("C1", message)).toEqual({ channel: "C1", ts: "1.2" });
      expect([state.calls, state.slept]).toEqual([2, [3000]]);
    });
  });

  it("gives up on a long rate limit at once, and does not knock again before it is over", async () => {
    const answer: Answer = (_request, response) =>
      json(response, 429, { ok: false, error: "ratelimited" }, { "retry-after": "120" });
    await withSlack(answer, async (chat, state) => {
      await expect(chat.post("C1", message)).rejects.toMatchObject({ code: "upstream_failed", retryable: true });
      await expect(chat.post("C1", message)).rejects.toThrow("120 s");
      expect([state.calls, state.slept]).toEqual([1, []]);
    });
  });

  it("tries three times on a server error, then rejects as retryable", async () => {
    const answer: Answer = (_request, response) => json(response, 503, {});
    await withSlack(answer, async (chat, state) => {
      await expect(chat.update({ channel: "C1", ts: "1.2" }, message)).rejects.toMatchObject({ retryable: true });
      expect(state.calls).toBe(3);
    });
  });

  it("does not wait for an answer that never comes", async () => {
    const answer: Answer = () => undefined;
    await withSlack(answer, async (chat, state) => {
      await expect(chat.person("U1")).rejects.toMatchObject({ code: "upstream_failed", retryable: true });
      expect(state.calls).toBe(3);
    });
  });

  it("says which scope is missing and never shows the token", async () => {
    const answer: Answer = (_request, response) =>
      json(response, 200, { ok: false, error: "missing_scope", needed: "users:read", provided: "chat:write" });
    await withSlack(answer, async (chat) => {
      const failure = await chat.person("U1").then(
        () => undefined,
        (error: Error) => error,
      );
      expect(failure?.message).toContain("users:read");
      expect(inspect(failure, { depth: 9 })).not.toContain("xoxb-1");
    });
  });

  it("learns its own workspace and app from the token", async () => {
    const answer: Answer = (request, response) =>
      request.url?.endsWith("auth.test")
        ? json(response, 200, { ok: true, team_id: "T1", bot_id: "B1", user_id: "U9" })
        : json(response, 200, { ok: true, bot: { id: "B1", app_id: "A1" } });
    await withSlack(answer, async (chat) => {
      expect(await chat.self()).toEqual({ teamId: "T1", appId: "A1" });
    });
  });

  it("recognises who decides nothing: bots, guests, strangers, accounts that are gone", async () => {
    const flags = ["is_bot", "is_restricted", "is_ultra_restricted", "is_stranger", "deleted"];
    const answer: Answer = (_request, response, count) =>
      json(response, 200, { ok: true, user: { id: "U1", name: "x", team_id: "T1", [flags[count - 1] ?? ""]: true } });
    await withSlack(answer, async (chat) => {
      for (const flag of flags) expect((await chat.person("U1")).stranger, flag).toBeDefined();
      expect((await chat.person("U1")).stranger).toBeUndefined();
    });
  });
});
