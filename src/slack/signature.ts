import { createHmac, timingSafeEqual } from "node:crypto";
import type { SeenOnce } from "../domain/ports.ts";

/** Seconds that Slack's clock and ours may differ, in both directions: a future date would keep a stolen request alive. */
const window = 300;

export type SignedRequest = {
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
  /** The bytes as they came, before any parsing. */
  readonly body: Uint8Array;
};

export type SignatureVerdict = { readonly ok: true } | { readonly ok: false; readonly why: string };

/**
 * True only for bytes that Slack signed with this secret within five minutes of `now` (milliseconds since 1970). An empty
 * secret accepts nothing.
 */
export function verifySignature(secret: string, request: SignedRequest, now: number): SignatureVerdict {
  const { timestamp, signature, body } = request;
  if (secret.length === 0) return refuse("no signing secret is configured");
  if (timestamp === undefined || !/^[0-9]{1,12}$/.test(timestamp))
    return refuse("the timestamp is missing or no number");
  if (Math.abs(Math.floor(now / 1000) - Number(timestamp)) > window)
    return refuse("the timestamp is more than five minutes off");
  if (signature === undefined || !/^v0=[0-9a-f]{64}$/.test(signature))
    return refuse("the signature is missing or malformed");
  const expected = createHmac("sha256", secret).update(`v0:${timestamp}:`).update(body).digest();
  const given = Buffer.from(signature.slice(3), "hex");
  return timingSafeEqual(expected, given) ? { ok: true } : refuse("the signature does not match");
}

/** False for a request that was taken before: the same bytes, time and signature. */
export const isFirst = (request: SignedRequest, seen: SeenOnce): Promise<boolean> =>
  seen.first(`slack:${request.timestamp}:${request.signature}`, (Number(request.timestamp) + 2 * window) * 1000);

/** For one process. Several need a shared store behind the same port; the decision itself is idempotent either way. */
export function seenInMemory(clock: { now(): number }): SeenOnce {
  const until = new Map<string, number>();
  return {
    first: async (key, keepUntil) => {
      for (const [old, end] of until) if (end < clock.now()) until.delete(old);
      if (until.has(key)) return false;
      until.set(key, keepUntil);
      return true;
    },
  };
}

const refuse = (why: string): SignatureVerdict => ({ ok: false, why });
