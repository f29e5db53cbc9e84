import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLineSource, mulberry } from "../../bench/digest-lines.ts";
import { digestLines } from "../../src/digest/lines.ts";
import { estimateTokens, renderDigest } from "../../src/digest/render.ts";

const budget = 4000;
const events = 50_000;

/** What root causes look like; at INFO as often as not, because services say such things calmly. */
const causes: readonly string[] = [
  "certificate for payments.internal expired at midnight",
  "schema migration 42 applied on primary, column dropped",
  "feature flag checkout-v2 switched on for everyone",
  "max_connections lowered to 20 by parameter group change",
  "security group rule removed, port 5432 closed",
  "out of memory: killed process 4711 (java)",
  "filesystem /var/data remounted read-only after journal abort",
  "NTP offset 94 seconds, clock stepped backwards",
  "DNS zone reload left out record orders-db",
  "thread pool starved, 200 tasks parked behind one lock",
  "secret rotation finished, old credentials revoked",
  "autoscaling desired capacity set to 1 by scheduled action",
  "index orders_by_customer dropped concurrently",
  "kernel: EXT4-fs error on nvme1n1, inode table unreadable",
  "leader lost quorum, stepping down from term 18",
  "rate limit for partner gateway reduced to 5 per minute",
  "deployment 2026.6.1-rc3 replaced 2026.5.9 on all hosts",
  "NAT gateway deleted, route table now points nowhere",
  "swap exhausted on node 7, kubelet evicting pods",
  "license key invalid since today, falling back to trial mode",
  "queue consumer deadlettered after poison message 991",
  "conntrack table full, dropping packet",
  "object lock prevents deletion of stale lease file",
  "unable to fork new worker, process limit reached",
  "TLS minimum version raised to 1.3, old clients refused",
  "backup volume filled root partition of db primary",
  "cron removed temporary directory still in use by renderer",
  "replication slot inactive, write ahead log retained 900 GB",
  "memory limit of container lowered from 2048 to 256 MiB",
  "proxy upstream list rendered empty from template",
];

describe("rare lines", () => {
  it("are all kept when twenty of them hide among fifty thousand events", async () => {
    const plan = fc.record({
      seed: fc.integer({ min: 1, max: 1e9 }),
      chosen: fc.shuffledSubarray([...causes], { minLength: 20, maxLength: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ seed, chosen }) => {
        const { report } = await digestLines(plantedLines(seed, chosen), { budgetTokens: budget });
        const text = renderDigest(report, budget);
        expect(estimateTokens(text)).toBeLessThan(budget);
        for (const cause of chosen) expect(text).toContain(cause);
        expect(report.ledger.events).toBe(events);
        expect(report.ledger.clustersTotal).toBeGreaterThan(report.ledger.clustersShown);
      }),
      { numRuns: 6 },
    );
  }, 120_000);
});

/** Two hundred statements of unlike words, each said some twenty-five times. */
function everyday(time: string, index: number): string {
  const random = mulberry((Math.floor(index / 10) % 200) + 1);
  const word = () => Array.from({ length: 6 }, () => "abcdefghijklmnop"[Math.floor(random() * 16)]).join("");
  return `${time} INFO [worker-1] jobs.Scheduler: ${word()} ${word()} ${index} ${word()} ${word()} done today`;
}

function* plantedLines(seed: number, chosen: readonly string[]): Generator<string> {
  const random = mulberry(seed);
  const source = createLineSource(seed);
  const places = new Map<number, string>();
  for (const cause of chosen) {
    let place = Math.floor(random() * events);
    while (places.has(place)) place = Math.floor(random() * events);
    places.set(place, cause);
  }
  for (let index = 0; index < events; index++) {
    // A long tail of everyday statements, so that far more clusters exist than fit the budget.
    const line = index % 10 === 0 ? everyday(source().slice(0, 24), index) : source();
    const cause = places.get(index);
    const level = random() < 0.5 ? "INFO" : "ERROR";
    yield cause === undefined ? line : `${line.slice(0, 24)} ${level} [worker-3] ops.Agent: ${cause}`;
  }
}
