import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FaultName, faults, instanceId, type Lab, serviceNames, startLab } from "../../lab/index.ts";
import { evidenceOf } from "./evidence.ts";
import { alarmIs, pause, runAction, runCommand } from "./run-action.ts";

const folder = mkdtempSync(join(tmpdir(), "healer-lab-"));
const clock = { now: () => Date.now() };
const events: { detail: { alarmName: string; state: { value: string } } }[] = [];
let lab: Lab;

beforeAll(async () => {
  lab = await startLab({ folder, clock, period: 0.5 });
  lab.onAlarm((event) => events.push(event as (typeof events)[number]));
  await Promise.all(serviceNames.map((service) => alarmIs(lab, service, "OK")));
}, 60_000);

afterAll(async () => {
  await lab.stop();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

const remedies: readonly (readonly [FaultName, string, Readonly<Record<string, string>>])[] = [
  ["disk-full", "delete-old-traces", { "keep-days": "7" }],
  ["memory-leak", "restart-sessions", {}],
  ["hung-worker", "restart-reports", {}],
  ["bad-deploy", "swap-release", {}],
  ["pool-exhausted", "restart-catalog", {}],
  ["certificate-expired", "renew-certificate", {}],
  ["traffic-surge", "set-capacity", { group: "checkout-asg", instances: "4" }],
];

const newest = async (name: string, host: string): Promise<number | undefined> => {
  const metric = { namespace: "Lab/Service", name, dimensions: { InstanceId: instanceId(host) } };
  return (await lab.ports.metrics.query({ ...metric, stat: "Average", period: 0.5, start: 0, end: clock.now() })).at(-1)
    ?.value;
};

/** Injects, and waits for the alarm and for everything that the runbook's diagnosis tells its reader to find. */
async function breakIt(name: FaultName): Promise<void> {
  const evidence = evidenceOf(lab, name, clock.now(), 0.5);
  await lab.inject(name);
  await alarmIs(lab, faults[name].service, "ALARM");
  expect(evidence.length).toBeGreaterThanOrEqual(3);
  for (const item of evidence.filter((one) => one.wanted)) while (!(await item.holds())) await pause(100);
  for (const item of evidence.filter((one) => !one.wanted)) expect(await item.holds(), item.sentence).toBe(false);
}

// All at once, on one lab: a fault that leaked into another service would show.
describe.concurrent("a fault of the lab", { timeout: 90_000 }, () => {
  it.each(remedies)(
    "%s breaks its service for real, and its runbook's action heals it",
    async (name, action, values) => {
      const { service } = faults[name];
      await breakIt(name);
      const status = await runAction(lab, name, action, service, values);
      expect(status.outcomes[0]?.stderr).toBe("");
      expect(status.state).toBe("succeeded");
      await alarmIs(lab, service, "OK");
    },
  );

  it("upstream-dependency-down is healed by nothing on the lab: a restart changes nothing", async () => {
    await breakIt("upstream-dependency-down");
    const since = events.length;
    expect((await runCommand(lab, "shipping", "systemctl restart shipping")).state).toBe("succeeded");
    await pause(4_000);
    const changes = events.slice(since).filter((event) => event.detail.alarmName === "shipping-error-rate-high");
    expect(changes).toEqual([]);
    await lab.clear("upstream-dependency-down");
    await alarmIs(lab, "shipping", "OK");
  });

  it("cache-stampede gets worse by the obvious remedy: a restart throws the warmed entries away", async () => {
    await breakIt("cache-stampede");
    await pause(3_000);
    const before = await newest("CacheEntries", "recommendations-1");
    expect((await runCommand(lab, "recommendations", "systemctl restart recommendations")).state).toBe("succeeded");
    await pause(1_000);
    expect(before).toBeGreaterThan(40);
    expect(await newest("CacheEntries", "recommendations-1")).toBeLessThan(before ?? 0);
    await lab.clear("cache-stampede");
    await alarmIs(lab, "recommendations", "OK");
  });
});
