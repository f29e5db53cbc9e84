import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Log, openLog } from "./log-file.ts";
import type { ChildSpec, FromChild, Sample, ToChild } from "./messages.ts";

/** What a lab service is given by its process. */
export type Runtime = ChildSpec & {
  readonly log: Log;
  /** Adds a value to the metric of the running period. */
  measure(name: string, value: number, service?: string): void;
  /** Reads a value once each period. */
  gauge(name: string, read: () => number): void;
  /** Runs at the end of each period, before its samples leave. */
  beforeReport(take: () => void): void;
  on(listener: (message: ToChild) => void): void;
};

/** The runtime of this very process, which ends when its parent goes away. */
export function openRuntime(spec: ChildSpec): Runtime {
  const reports: (() => void)[] = [];
  let open = new Map<string, { name: string; service: string | undefined; values: number[] }>();
  const measure = (name: string, value: number, service?: string): void => {
    const key = `${service ?? ""}/${name}`;
    const known = open.get(key) ?? { name, service, values: [] };
    known.values.push(value);
    open.set(key, known);
  };
  everyPeriod(spec.period, (at) => {
    for (const report of reports) report();
    const samples: Sample[] = [...open.values()].map(({ name, service, values }) => ({
      name,
      values,
      ...(service === undefined ? {} : { service }),
    }));
    open = new Map();
    tell({ type: "metrics", at, samples });
  });
  process.on("disconnect", () => process.exit(0));
  return {
    ...spec,
    log: openLog(join(spec.root, "var", "log", `${spec.service}.log`), spec.host),
    measure,
    gauge: (name, read) => void reports.push(() => measure(name, read())),
    beforeReport: (take) => void reports.push(take),
    on: (listener) => void process.on("message", (message) => listener(message as ToChild)),
  };
}

export function tell(message: FromChild): void {
  if (process.connected) process.send?.(message);
}

/**
 * Calls back at every multiple of the period with the start of the period that has just ended: all processes cut time
 * at the same instants, so each period gets one report from each, and none gets two.
 */
export function everyPeriod(seconds: number, take: (at: number) => void): () => void {
  const width = seconds * 1000;
  let next = Math.floor(Date.now() / width) * width + width;
  let timer: NodeJS.Timeout;
  const plan = (): void => {
    timer = setTimeout(() => {
      take(next - width);
      next = Math.max(next + width, Math.floor(Date.now() / width) * width + width);
      plan();
    }, next - Date.now());
    timer.unref();
  };
  plan();
  return () => clearTimeout(timer);
}

/** Serves on a free loopback port and tells the parent. */
export function serve(listener: RequestListener): Promise<Server> {
  return listen(createServer(listener));
}

export function listen<Kind extends Server>(server: Kind): Promise<Kind> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      tell({ type: "ready", port: (server.address() as AddressInfo).port });
      resolve(server);
    });
  });
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

export function reply(response: ServerResponse, status: number, body: unknown): void {
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
