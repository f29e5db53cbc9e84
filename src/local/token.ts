import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";

/** The token of a state folder's API, readable by its owner only; made on first use. */
export async function apiToken(file: string): Promise<string> {
  const present = await readFile(file, "utf8").catch(() => "");
  if (present.length >= 32) return present.trim();
  const token = randomBytes(24).toString("base64url");
  await writeFile(file, token, { mode: 0o600 });
  return token;
}

/** True for a request that carries the token, as a bearer or in the console's cookie; compared in constant time. */
export function carriesToken(request: Request, token: string): boolean {
  const bearer = /^Bearer (.+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
  const cookie = /(?:^|;\s*)healer=([^;]+)/.exec(request.headers.get("cookie") ?? "")?.[1];
  const given = bearer ?? (cookie === undefined ? "" : decoded(cookie));
  const hash = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(given), hash(token));
}

function decoded(cookie: string): string {
  try {
    return decodeURIComponent(cookie);
  } catch {
    return "";
  }
}
