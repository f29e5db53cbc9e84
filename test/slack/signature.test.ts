import { createHmac } from "node:crypto";
import { isValidSlackRequest } from "@slack/bolt";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isFirst, type SignedRequest, seenInMemory, verifySignature } from "../../src/slack/signature.ts";

/** Printed in Slack's own documentation ("Verifying requests from Slack"). */
const documented = {
  secret: "8f742231b10e8888abcd99yyyzzz85a5",
  timestamp: "1531420618",
  signature: "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
  body: "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
};
const at = 1531420618_000;
const bytes = (text: string) => new TextEncoder().encode(text);
const request = (more: Partial<SignedRequest> = {}): SignedRequest => ({
  timestamp: documented.timestamp,
  signature: documented.signature,
  body: bytes(documented.body),
  ...more,
});
const sign = (secret: string, timestamp: string, body: string) =>
  `v0=${createHmac("sha256", secret).update(`v0:${timestamp}:${body}`).digest("hex")}`;

describe("Slack's documented vector", () => {
  it("is accepted", () => {
    expect(verifySignature(documented.secret, request(), at)).toEqual({ ok: true });
  });

  it.each([
    ["one byte of the body changed", { body: bytes(`${documented.body} `) }],
    ["one digit of the signature changed", { signature: documented.signature.replace("a2", "a3") }],
    ["another version", { signature: documented.signature.replace("v0", "v1") }],
    ["upper-case hex", { signature: documented.signature.toUpperCase().replace("V0", "v0") }],
    ["a signature that is too short", { signature: "v0=a2114d57" }],
    ["no signature", { signature: undefined }],
    ["no timestamp", { timestamp: undefined }],
    ["a timestamp that is no number", { timestamp: "NaN" }],
    ["a timestamp with a sign", { timestamp: "+1531420618" }],
    ["a timestamp in scientific notation", { timestamp: "1.5e9" }],
  ] as const)("is refused with %s", (_name, more) => {
    expect(verifySignature(documented.secret, request(more), at).ok).toBe(false);
  });

  it("is refused under an empty or another secret", () => {
    expect(verifySignature("", request({ signature: sign("", documented.timestamp, documented.body) }), at).ok).toBe(
      false,
    );
    expect(verifySignature("another", request(), at).ok).toBe(false);
  });

  it.each([
    [-300, true],
    [300, true],
    [-301, false],
    [301, false],
  ])("with the clock %i s off the answer is %s", (seconds, ok) => {
    expect(verifySignature(documented.secret, request(), at + seconds * 1000).ok).toBe(ok);
  });
});

describe("side by side with Bolt's verifier", () => {
  it("both agree on what is signed, stale or forged", () => {
    const offsets = fc
      .integer({ min: -100_000, max: 0 })
      .map((offset) => (offset > -1000 ? Math.round(offset / 3) : offset));
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), offsets, fc.boolean(), (body, offset, forged) => {
        const timestamp = String(1_700_000_000 + offset);
        const text = body.toWellFormed();
        const signature = sign(forged ? "wrong" : "secret", timestamp, text);
        const ours = verifySignature("secret", { timestamp, signature, body: bytes(text) }, 1_700_000_000_000).ok;
        const headers = { "x-slack-request-timestamp": Number(timestamp), "x-slack-signature": signature };
        const theirs = isValidSlackRequest({
          signingSecret: "secret",
          body: text,
          headers,
          nowMilliseconds: 1_700_000_000_000,
        });
        expect(ours).toBe(theirs);
      }),
    );
  });

  it("ours refuses a date in the future, which Bolt's takes", () => {
    const timestamp = String(1_700_000_000 + 86_400);
    const signature = sign("secret", timestamp, "a");
    const headers = { "x-slack-request-timestamp": Number(timestamp), "x-slack-signature": signature };
    expect(
      isValidSlackRequest({ signingSecret: "secret", body: "a", headers, nowMilliseconds: 1_700_000_000_000 }),
    ).toBe(true);
    expect(verifySignature("secret", { timestamp, signature, body: bytes("a") }, 1_700_000_000_000).ok).toBe(false);
  });
});

describe("the replay guard", () => {
  it("takes the same request once, and keeps it longer than its signature lives", async () => {
    let now = at;
    const seen = seenInMemory({ now: () => now });
    expect(await isFirst(request(), seen)).toBe(true);
    now = at + 300_000;
    expect(verifySignature(documented.secret, request(), now).ok).toBe(true);
    expect(await isFirst(request(), seen)).toBe(false);
    expect(await isFirst(request({ signature: "v0=other" }), seen)).toBe(true);
  });
});
