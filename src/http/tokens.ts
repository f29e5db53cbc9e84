import { createHash, timingSafeEqual } from "node:crypto";
import type { Person } from "../domain/approval.ts";
import { HealerError } from "../domain/errors.ts";

/**
 * Knows callers of the API and the console by a bearer token or the console's cookie. `lines` is one `name:token` a line;
 * a token shorter than 32 characters is refused, because it can be guessed.
 */
export function authoriseByToken(lines: string): (request: Request) => Person | undefined {
  const known = lines
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map(readLine);
  return (request) => {
    const offered = sha256(offeredToken(request));
    // Every line is compared, so that the time says nothing about which one came close.
    const [found] = known.filter(({ hash }) => timingSafeEqual(hash, offered));
    return found && { id: `api:${found.name}`, name: found.name, via: "api" };
  };
}

function readLine(line: string): { readonly name: string; readonly hash: Buffer } {
  const [, name, token] = /^([\w.-]{1,64}):(\S{32,})$/.exec(line) ?? [];
  if (name !== undefined && token !== undefined) return { name, hash: sha256(token) };
  throw new HealerError("bad_state", "the secret ApiTokens: a line is not `name:token` with 32 characters or more", {
    hint: 'echo "ada:$(openssl rand -hex 32)" | npx sst secret set ApiTokens --stage <stage>',
  });
}

function offeredToken(request: Request): string {
  const [, bearer] = /^Bearer (\S+)$/.exec(request.headers.get("authorization") ?? "") ?? [];
  const [, cookie] = /(?:^|;\s*)healer=([^;]+)/.exec(request.headers.get("cookie") ?? "") ?? [];
  return bearer ?? decoded(cookie ?? "");
}

/** As it was set: a token may hold characters that a cookie can not. */
function decoded(cookie: string): string {
  try {
    return decodeURIComponent(cookie);
  } catch {
    return cookie;
  }
}

const sha256 = (text: string): Buffer => createHash("sha256").update(text).digest();
