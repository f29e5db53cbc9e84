import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ChildSpec, Sample } from "./messages.ts";
import { ensureSnapshot } from "./snapshot.ts";
import { createSupervisor, type Supervisor } from "./supervisor.ts";
import { authorityPath, ensureTls } from "./tls.ts";
import { hostName, type ServiceName, serviceOf, services } from "./topology.ts";

/** The lab's machines: which run, where their files are, and the traffic that reaches them. */
export type Hosts = {
  readonly root: (host: string) => string;
  readonly running: (host: string) => boolean;
  /** Running hosts of a service, by number. */
  readonly of: (service: ServiceName) => readonly string[];
  readonly port: (host: string) => number | undefined;
  readonly pid: (host: string) => number | undefined;
  readonly start: (host: string) => Promise<void>;
  readonly stop: (host: string) => Promise<void>;
  readonly fault: (host: string, name: string, on: boolean) => void;
  readonly reload: (host: string) => void;
  readonly traffic: (service: ServiceName, perSecond: number) => void;
  readonly desired: (service: ServiceName) => number;
  /** Starts or stops hosts until as many run as are wanted; the number outlives the lab's process. */
  readonly setDesired: (service: ServiceName, count: number) => Promise<void>;
  readonly openEdge: () => Promise<void>;
  readonly stopAll: () => Promise<void>;
};

type HostsOptions = {
  readonly folder: string;
  readonly period: number;
  readonly wanted: readonly ServiceName[];
  readonly onSamples: (host: string, at: number, samples: readonly Sample[]) => void;
};

export function createHosts(options: HostsOptions): Hosts {
  const { folder, wanted } = options;
  const traffic = new Map(wanted.map((service) => [service, services[service].perSecond]));
  const supervisor: Supervisor = createSupervisor(options.onSamples, () => tellEdge(supervisor, traffic));
  const root = (host: string): string => join(folder, "hosts", host);
  const start = (host: string): Promise<void> => supervisor.start(prepare(host, root(host), options));
  return {
    root,
    start,
    of: (service) => runningOf(service, supervisor),
    running: (host) => supervisor.port(host) !== undefined,
    port: supervisor.port,
    pid: supervisor.pid,
    stop: supervisor.stop,
    fault: (host, name, on) => supervisor.send(host, { type: "fault", name, on }),
    reload: (host) => supervisor.send(host, { type: "reload" }),
    traffic(service, perSecond) {
      traffic.set(service, perSecond);
      tellEdge(supervisor, traffic);
    },
    desired: (service) => readDesired(folder)[service] ?? services[service].hosts,
    async setDesired(service, count) {
      writeFileSync(join(folder, "desired.json"), JSON.stringify({ ...readDesired(folder), [service]: count }));
      const all = allOf(service);
      await Promise.all([...all.slice(0, count).map(start), ...all.slice(count).map(supervisor.stop)]);
    },
    async openEdge() {
      const settings = { authority: authorityPath(folder) };
      await supervisor.start({ service: "edge", host: "edge", root: root("edge"), period: options.period, settings });
    },
    stopAll: supervisor.stopAll,
  };
}

const allOf = (service: ServiceName): readonly string[] =>
  Array.from({ length: services[service].group?.maximum ?? services[service].hosts }, (_, index) =>
    hostName(service, index + 1),
  );

const runningOf = (service: ServiceName, supervisor: Supervisor): readonly string[] =>
  allOf(service).filter((host) => supervisor.port(host) !== undefined);

function tellEdge(supervisor: Supervisor, traffic: ReadonlyMap<ServiceName, number>): void {
  const routes = [...traffic].map(([service, perSecond]) => ({
    service,
    ports: runningOf(service, supervisor).flatMap((host) => supervisor.port(host) ?? []),
    perSecond,
  }));
  supervisor.send("edge", { type: "routes", routes });
  // The carrier is played by the edge: for the shipping service it is a party outside.
  const port = supervisor.port("edge") ?? 0;
  for (const host of runningOf("shipping", supervisor)) supervisor.send(host, { type: "upstream", port });
}

/** What a host needs on its disk before its service starts. */
function prepare(host: string, root: string, options: HostsOptions): ChildSpec {
  const service = serviceOf(host);
  if (service === "gateway") ensureTls(options.folder, root);
  if (service === "recommendations") ensureSnapshot(root);
  const settings = { capacity: String(services[service].capacity ?? 0) };
  return { service, host, root, period: options.period, settings };
}

function readDesired(folder: string): Readonly<Record<string, number>> {
  try {
    return JSON.parse(readFileSync(join(folder, "desired.json"), "utf8")) as Record<string, number>;
  } catch {
    return {};
  }
}
