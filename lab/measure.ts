import { existsSync } from "node:fs";
import { join } from "node:path";
import type { MetricStore } from "../src/local/lab-metric-store.ts";
import type { Hosts } from "./hosts.ts";
import type { Sample } from "./messages.ts";
import { everyPeriod } from "./runtime.ts";
import { hostDimensions, type ServiceName, serviceDimensions, services } from "./topology.ts";
import { usedBytes } from "./volume.ts";

/** Puts what a process measured where its service's alarm looks for it. */
export const takeSamples =
  (metrics: MetricStore) =>
  (host: string, at: number, samples: readonly Sample[]): void => {
    for (const { name, values, service } of samples) {
      const dimensions = service === undefined ? hostDimensions(host) : serviceDimensions(service as ServiceName);
      metrics.put({ namespace: "Lab/Service", name, dimensions }, at, values);
    }
  };

/** Measures hosts from outside at each period's end, then evaluates the alarms a little later. Gives what stops it. */
export function startTimers(
  options: { readonly period: number; readonly hosts: Hosts; readonly wanted: readonly ServiceName[] },
  metrics: MetricStore,
  evaluate: () => Promise<void>,
): () => void {
  const { hosts, wanted, period } = options;
  const put = (host: string, name: string, at: number, value: number): void =>
    metrics.put({ namespace: "Lab/Host", name, dimensions: hostDimensions(host) }, at, [value]);
  let late: NodeJS.Timeout | undefined;
  const stop = everyPeriod(period, (at) => {
    for (const service of wanted) {
      for (const host of hosts.of(service)) put(host, "ProcessRunning", at, 1);
      measureVolume(service, hosts, (host, value) => put(host, "DiskUsedPercent", at, value));
    }
    // The processes report at this same instant: their samples need a moment to arrive.
    late = setTimeout(() => void evaluate(), period * 350);
    late.unref();
  });
  return () => {
    stop();
    clearTimeout(late);
  };
}

function measureVolume(service: ServiceName, hosts: Hosts, put: (host: string, value: number) => void): void {
  const { capacity } = services[service];
  if (capacity === undefined) return;
  for (const host of hosts.of(service)) {
    const volume = join(hosts.root(host), "var", "lib", service);
    if (existsSync(volume)) put(host, (usedBytes(volume) / capacity) * 100);
  }
}
