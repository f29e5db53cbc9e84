import { createPrivateKey } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createAuthority, issueCertificate } from "./certificate.ts";

export const gatewayName = "gateway.lab.internal";
const authorityName = "Lab Authority";
const day = 86_400_000;

export const authorityPath = (folder: string): string => join(folder, "authority.pem");

/** Makes the lab's certificate authority and the gateway's first certificate where they are missing. */
export function ensureTls(folder: string, gatewayRoot: string): void {
  if (!existsSync(authorityPath(folder))) {
    const authority = createAuthority(authorityName, { from: Date.now() - day, until: Date.now() + 3_650 * day });
    writeFileSync(join(folder, "authority.key"), authority.key, { mode: 0o600 });
    writeFileSync(authorityPath(folder), authority.certificate);
  }
  if (!existsSync(join(gatewayRoot, "etc/tls/certificate.pem"))) writeCertificate(folder, gatewayRoot, 60);
}

/** Issues the gateway a certificate that ends in so many days; a negative number makes one that has ended. */
export function writeCertificate(folder: string, gatewayRoot: string, days: number): string {
  const key = createPrivateKey(readFileSync(join(folder, "authority.key")));
  const until = Date.now() + days * day;
  const issued = issueCertificate({ name: authorityName, key }, gatewayName, { from: until - 90 * day, until });
  const tls = join(gatewayRoot, "etc/tls");
  mkdirSync(tls, { recursive: true });
  writeFileSync(join(tls, "key.pem"), issued.key, { mode: 0o600 });
  writeFileSync(join(tls, "certificate.pem"), issued.certificate);
  return new Date(until).toISOString();
}
