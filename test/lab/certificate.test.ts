import { createPrivateKey, X509Certificate } from "node:crypto";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, describe, expect, it } from "vitest";
import { createAuthority, type Identity, issueCertificate } from "../../lab/certificate.ts";

const day = 86_400_000;
const now = Date.now();
const authority = createAuthority("Test Authority", { from: now - day, until: now + 30 * day });
const signer = { name: "Test Authority", key: createPrivateKey(authority.key) };
const open: https.Server[] = [];
afterAll(() => {
  for (const server of open) server.close();
});

/** What a client that trusts only our authority meets: the answer, or the code of its refusal. */
async function meet(identity: Identity, servername = "shop.test"): Promise<string> {
  const server = https.createServer({ cert: identity.certificate, key: identity.key }, (_, response) =>
    response.end("hello"),
  );
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve) => {
    const options = { host: "127.0.0.1", port, ca: authority.certificate, servername, agent: false as const };
    const call = https.get(options, (response) => response.on("data", (chunk) => resolve(String(chunk))));
    call.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

describe("certificates of the lab", () => {
  it("are taken by a client that trusts the authority", async () => {
    expect(await meet(issueCertificate(signer, "shop.test", { from: now - day, until: now + day }))).toBe("hello");
  });

  it("are refused once their end has passed", async () => {
    const ended = issueCertificate(signer, "shop.test", { from: now - 2 * day, until: now - day });
    expect(await meet(ended)).toBe("CERT_HAS_EXPIRED");
  });

  it("are refused under another name, and when somebody else signed them", async () => {
    const sound = issueCertificate(signer, "shop.test", { from: now - day, until: now + day });
    expect(await meet(sound, "other.test")).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
    const stranger = createAuthority("Test Authority", { from: now - day, until: now + day });
    const forged = { name: "Test Authority", key: createPrivateKey(stranger.key) };
    expect(await meet(issueCertificate(forged, "shop.test", { from: now - day, until: now + day }))).toBe(
      "CERT_SIGNATURE_FAILURE",
    );
  });

  it("say what was asked for, also after the year 2049", () => {
    const until = Date.UTC(2055, 0, 2, 3, 4, 5);
    const read = new X509Certificate(issueCertificate(signer, "shop.test", { from: now, until }).certificate);
    expect(Date.parse(read.validTo)).toBe(until);
    expect(read.subject).toBe("CN=shop.test");
    expect(read.subjectAltName).toBe("DNS:shop.test, IP Address:127.0.0.1");
    expect(new X509Certificate(authority.certificate).ca).toBe(true);
  });
});
