import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import type { Route } from "./messages.ts";
import type { Runtime } from "./runtime.ts";
import { gatewayName } from "./tls.ts";
import { articles } from "./topology.ts";

/** The customers of one service, and what they saw in the running period. */
export type Customers = {
  route: Route;
  readonly outstanding: Map<number, number>;
  requests: number;
  errors: number;
  handshakeFailures: number;
  due: number;
};

const patience = 5_000;
const agent = new http.Agent({ keepAlive: true, maxSockets: 512 });

export const gather = (route: Route): Customers => ({
  route,
  outstanding: new Map(),
  requests: 0,
  errors: 0,
  handshakeFailures: 0,
  due: 0,
});

/** Sends what is due after so many seconds, a little unevenly, as people come. */
export function sendDue(customers: Customers, seconds: number, runtime: Runtime): void {
  customers.due += customers.route.perSecond * seconds * (0.5 + Math.random());
  // A process that was held up must not catch up at once: that would be a surge of its own.
  customers.due = Math.min(customers.due, 20);
  while (customers.due >= 1) {
    customers.due -= 1;
    sendOne(customers, runtime);
  }
}

export function report(runtime: Runtime, customers: Customers): void {
  const { service } = customers.route;
  runtime.measure("RequestRate", customers.requests / runtime.period, service);
  if (customers.requests > 0) runtime.measure("ErrorRate", (customers.errors / customers.requests) * 100, service);
  if (service === "gateway") runtime.measure("HandshakeFailures", customers.handshakeFailures, service);
  customers.requests = 0;
  customers.errors = 0;
  customers.handshakeFailures = 0;
}

function sendOne(customers: Customers, runtime: Runtime): void {
  const port = leastBusy(customers);
  const count = (change: number): void => {
    if (port !== undefined) customers.outstanding.set(port, (customers.outstanding.get(port) ?? 0) + change);
  };
  const began = performance.now();
  let done = false;
  const finish = (status: number, problem: string): void => {
    if (done) return;
    done = true;
    count(-1);
    note(customers, runtime, status, performance.now() - began, problem);
  };
  count(1);
  if (port === undefined) {
    finish(0, "no target is registered");
    return;
  }
  const call = request(customers.route.service, port, runtime);
  call.on("response", (response) => {
    response.resume();
    response.on("end", () => finish(response.statusCode ?? 0, ""));
    response.on("error", (error) => finish(0, error.message));
  });
  call.on("timeout", () => call.destroy(new Error(`no answer in ${patience} ms`)));
  call.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code?.startsWith("CERT_") === true) customers.handshakeFailures += 1;
    finish(0, `${error.code ?? "ERR"}: ${error.message}`);
  });
  call.end(JSON.stringify({ sku: `sku-${pick(articles)}`, quantity: 1 + pick(4) }));
}

const pick = (most: number): number => Math.floor(Math.random() * most);

function note(customers: Customers, runtime: Runtime, status: number, took: number, problem: string): void {
  const { service } = customers.route;
  const failed = status === 0 || status >= 500;
  customers.requests += 1;
  if (failed) customers.errors += 1;
  // A balancer measures answers: a target that was not there must not make the service look quick.
  if (status !== 0 || took >= patience) runtime.measure("Latency", took, service);
  if (!failed && Math.random() > 0.1) return;
  const text = `service=${service} status=${status === 0 ? 503 : status} duration_ms=${Math.round(took)}`;
  runtime.log(failed ? "ERROR" : "INFO", problem === "" ? text : `${text} error="${problem}"`);
}

/** The balancer's choice: fewest requests outstanding, ties at random. */
function leastBusy(customers: Customers): number | undefined {
  const loads = customers.route.ports.map((port) => ({
    port,
    load: (customers.outstanding.get(port) ?? 0) + Math.random() / 2,
  }));
  return loads.sort((left, right) => left.load - right.load)[0]?.port;
}

function request(service: string, port: number, runtime: Runtime): http.ClientRequest {
  const options = { host: "127.0.0.1", port, method: "POST", path: `/${service}`, timeout: patience };
  if (service !== "gateway") return http.request({ ...options, agent });
  const ca = readFileSync(runtime.settings.authority ?? "");
  return https.request({ ...options, agent: false, ca, servername: gatewayName });
}
