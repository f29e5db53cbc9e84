import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import https from "node:https";
import { join } from "node:path";
import { listen, type Runtime, reply } from "../runtime.ts";

const day = 86_400_000;

/** Speaks TLS with the certificate in `etc/tls`, which it reads when it starts and when it is reloaded. */
export async function start(runtime: Runtime): Promise<void> {
  let context = load(runtime);
  const server = https.createServer(context, (request, response) => {
    request.resume();
    if (request.url !== "/health") runtime.log("INFO", `request forwarded path=${request.url} tls=TLSv1.3`);
    reply(response, 200, { ok: true });
  });
  server.on("tlsClientError", (error) => runtime.log("ERROR", `TLS handshake failed error="${error.message}"`));
  runtime.on((message) => {
    if (message.type !== "reload") return;
    context = load(runtime);
    server.setSecureContext(context);
  });
  setInterval(() => {
    const left = daysLeft(context.cert);
    if (left < 7)
      runtime.log("WARN", `certificate ${left < 0 ? "has expired" : "expires soon"} days_left=${left.toFixed(1)}`);
  }, 1_000);
  await listen(server);
}

const daysLeft = (cert: Buffer): number => (Date.parse(new X509Certificate(cert).validTo) - Date.now()) / day;

function load(runtime: Runtime): { cert: Buffer; key: Buffer } {
  const cert = readFileSync(join(runtime.root, "etc/tls/certificate.pem"));
  const { subject, validTo, serialNumber } = new X509Certificate(cert);
  runtime.log("INFO", `certificate loaded subject="${subject}" serial=${serialNumber} not_after="${validTo}"`);
  return { cert, key: readFileSync(join(runtime.root, "etc/tls/key.pem")) };
}
