import { describe, expect, it } from "vitest";
import { createApp } from "../../src/http/app.ts";
import { authoriseByToken } from "../../src/http/tokens.ts";
import { memoryStore } from "../../src/local/memory-store.ts";

const token = "t".repeat(40);
const { incidents, journal, approvals } = memoryStore();
const app = createApp({
  desk: async () => ({
    clock: { now: () => 0 },
    incidents,
    journal,
    approvals,
    workflow: { start: async () => undefined, resume: async () => undefined },
    authorise: authoriseByToken(`ada:${token}`),
    receive: async () => "taken",
  }),
});

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const paths = [
  "/",
  "//",
  "/runs",
  "/runs/",
  "/runs/run-1234",
  "//runs/run-1234",
  "/runs//run-1234",
  "/%72uns/run-1234",
  "/approvals/apr-1234",
  "/approvals/apr-1234/",
  "/approvals%2fapr-1234",
  "/api",
  "/api/",
  "/api/runs",
  "//api/runs",
  "/api//runs",
  "/api/runs/run-1234",
  "/%61pi/runs",
  "/API/runs",
  "/api/approvals",
  "/api/events",
  "/api/events/",
  "/api/approvals/apr-1234/decision",
  "/slack",
  "/slack/",
  "//slack/interactions",
  "/slack/../api/runs",
  "/x/../api/runs",
  "/healthz/",
  "/healthz/../api/runs",
  "/enter/../",
  "/enter/",
  "/internal/act",
  "/;/api/runs",
  "/api/runs?token=x",
  "/api%00/runs",
];
const ask = (path: string, init?: RequestInit) => app.request(new Request(`http://healer.test${path}`, init));

describe("a stranger", () => {
  it.each(methods)("gets nothing by %s, however the path is spelled", async (method) => {
    for (const path of paths) {
      const body = ["GET", "HEAD"].includes(method) ? {} : { body: "{}" };
      const answer = await ask(path, { method, ...body });
      expect([401, 404], `${method} ${path}`).toContain(answer.status);
    }
  });

  it("is known by no part of a token, and by none in the address", async () => {
    for (const headers of [{ cookie: "healer=" }, { cookie: `healer=${token.slice(1)}` }, { authorization: "Bearer" }])
      expect((await ask("/api/runs", { headers })).status).toBe(401);
    expect((await ask(`/api/runs?token=${token}`)).status).toBe(401);
  });
});

describe("whoever has the token", () => {
  it("gets in, so that what strangers are refused is there", async () => {
    const headers = { authorization: `Bearer ${token}` };
    for (const path of ["/", "/api/runs", "/api/approvals"])
      expect((await ask(path, { headers })).status, path).toBe(200);
  });

  it.each([
    ["https://healer.test", true],
    ["http://127.0.0.1:4000", false],
  ])("keeps it from %s in a cookie that no script, no other site and no open line gets", async (origin, secure) => {
    const answer = await app.request(`${origin}/enter?token=${token}`);
    const cookie = answer.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/^healer=t+; Path=\/; HttpOnly;( Secure;)? SameSite=Strict$/);
    expect(cookie.includes("Secure")).toBe(secure);
    // The address that carries the token is told to no other site; our own forms need their origin.
    expect(answer.headers.get("referrer-policy")).toBe("same-origin");
  });
});
