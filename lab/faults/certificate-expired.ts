import { join } from "node:path";
import { writeCertificate } from "../tls.ts";
import type { Fault } from "./types.ts";

const host = "gateway-1";

export const certificateExpired: Fault = {
  service: "gateway",
  breaks: "The gateway's certificate ended an hour ago; customers that check it break the handshake off.",
  heals: "Renewing the certificate and reloading the gateway.",
  async inject(hosts) {
    const root = hosts.root(host);
    writeCertificate(join(root, "../.."), root, -1 / 24);
    hosts.reload(host);
  },
  async clear(hosts) {
    const root = hosts.root(host);
    writeCertificate(join(root, "../.."), root, 60);
    hosts.reload(host);
  },
};
