import tls from "node:tls";
import { type Customers, gather, report, sendDue } from "../customers.ts";
import type { Route } from "../messages.ts";
import { type Runtime, reply, serve } from "../runtime.ts";
import { gatewayName } from "../tls.ts";

const tick = 20;
const day = 86_400_000;

/** What stands around the lab's services: their customers, the load balancer, the certificate probe and the carrier. */
export async function start(runtime: Runtime): Promise<void> {
  const everybody = new Map<string, Customers>();
  let carrierDown = false;
  runtime.on((message) => {
    if (message.type === "routes") for (const route of message.routes) apply(route, everybody, runtime);
    if (message.type === "fault") carrierDown = message.on;
  });
  runtime.beforeReport(() => {
    for (const customers of everybody.values()) report(runtime, customers);
    const [port] = everybody.get("gateway")?.route.ports ?? [];
    if (port !== undefined) probeCertificate(port, (days) => runtime.measure("DaysToExpiry", days, "gateway"));
  });
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    for (const customers of everybody.values()) sendDue(customers, (now - last) / 1000, runtime);
    last = now;
  }, tick);
  await serve((request, response) => {
    request.resume();
    if (!carrierDown) return reply(response, 200, { cents: 490 + Math.floor(Math.random() * 900) });
    response.writeHead(503, { "retry-after": "600" }).end();
  });
}

function apply(route: Route, everybody: Map<string, Customers>, runtime: Runtime): void {
  const known = everybody.get(route.service);
  // Customers come when the service has opened: the lab's start is no outage.
  if (known === undefined && route.ports.length === 0) return;
  if (JSON.stringify(known?.route) === JSON.stringify(route)) return;
  if (known === undefined) everybody.set(route.service, gather(route));
  else known.route = route;
  runtime.log("INFO", `targets changed service=${route.service} targets=${route.ports.length}`);
}

/** Reads the certificate that the gateway shows, whether or not anybody would trust it. */
function probeCertificate(port: number, take: (days: number) => void): void {
  const options = { host: "127.0.0.1", port, servername: gatewayName, rejectUnauthorized: false, timeout: 1_000 };
  const socket = tls.connect(options, () => {
    take((Date.parse(socket.getPeerCertificate().valid_to) - Date.now()) / day);
    socket.end();
  });
  socket.on("timeout", () => socket.destroy());
  socket.on("error", () => socket.destroy());
}
