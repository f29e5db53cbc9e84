import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { apiToken, carriesToken } from "../../src/local/token.ts";

const request = (headers: Readonly<Record<string, string>>) => new Request("http://127.0.0.1/", { headers });

it("is made once, is long, and is its owner's alone", async () => {
  const folder = mkdtempSync(join(tmpdir(), "healer-token-"));
  const file = join(folder, "api-token");
  const token = await apiToken(file);
  expect(token).toMatch(/^[\w-]{32,}$/);
  expect(await apiToken(file)).toBe(token);
  expect(statSync(file).mode & 0o077).toBe(0);
  rmSync(folder, { recursive: true });
});

it("is accepted as a bearer and as the console's cookie, and nothing else is", () => {
  const token = "k".repeat(32);
  expect(carriesToken(request({ authorization: `Bearer ${token}` }), token)).toBe(true);
  expect(carriesToken(request({ cookie: `a=b; healer=${token}` }), token)).toBe(true);
  const refused = [
    {},
    { authorization: token },
    { authorization: "Bearer " },
    { authorization: `Bearer ${token}x` },
    { authorization: `Basic ${token}` },
    { cookie: `nothealer=${token}` },
    { cookie: "healer=" },
    { cookie: "healer=%" },
    { cookie: "healer=%E0%A4%A" },
  ];
  for (const headers of refused) expect(carriesToken(request(headers), token)).toBe(false);
});
