import { describe, expect, it } from "vitest";
import { HealerError } from "../../src/domain/errors.ts";
import type { MicroUsd } from "../../src/domain/money.ts";
import type { LogQuery, LogSource } from "../../src/domain/ports.ts";
import { alarmAt, clock, execute, now } from "./around.ts";

type Event = { readonly after: number; readonly message: string };

function source(events: readonly Event[], more: Partial<Awaited<ReturnType<LogSource["read"]>>> = {}) {
  const asked: LogQuery[] = [];
  const logs: LogSource = {
    async read(query, take) {
      asked.push(query);
      const found = events
        .map(({ after, message }) => ({ timestamp: alarmAt + after, message, stream: "app" }))
        .filter(({ timestamp }) => timestamp >= query.start && timestamp <= query.end);
      found.forEach(take);
      return { source: "test", events: found.length, bytesScanned: 1_000_000_000, exhausted: true, ...more };
    },
    groups: async (part) => ["/app/orders", "/app/checkout"].filter((group) => group.includes(part)),
  };
  return { logs, asked };
}

describe("fetch_logs", () => {
  it("condenses the time around the alarm, and marks what is new against the time before", async () => {
    const usual = Array.from({ length: 40 }, (_, n) => ({
      after: -1_900_000 + n * 40_000,
      message: `GET /orders/${n} 200`,
    }));
    const { logs, asked } = source([...usual, { after: -1000, message: "ERROR ENOSPC: no space left on device" }]);
    const result = await execute("fetch_logs", { group: "/app/orders" }, { logs, clock });
    expect(result.status).toBe("ok");
    expect(result.forModel).toContain("ENOSPC");
    expect(result.findings.length).toBeGreaterThanOrEqual(1);
    for (const { id } of result.findings) {
      expect(id).toMatch(/^t1c0-log-?\w*/);
      expect(result.forModel).toContain(`[${id}]`);
    }
    const [read, baseline] = asked;
    expect([read?.start, read?.end]).toEqual([alarmAt - 15 * 60_000, now]);
    expect(baseline?.end).toBe((read?.start ?? 0) - 1);
    expect((baseline?.end ?? 0) - (baseline?.start ?? 0) + 1).toBe((read?.end ?? 0) - (read?.start ?? 0));
  });

  it.each([
    ["counts what the scan cost, the baseline included", [{ after: 0, message: "x" }], 5_000, 10_000],
    ["counts what a scan cost that found nothing", [], 5_000, 5_000],
    ["costs nothing where reading is free, however much was read", [{ after: 0, message: "x" }], undefined, 0],
  ] as const)("%s", async (_, events, price, total) => {
    const { logs } = source(events, price === undefined ? {} : { cost: price as MicroUsd });
    const { cost } = await execute("fetch_logs", { group: "/app/orders" }, { logs, clock });
    expect(cost).toBe(total);
  });

  it("adds the service's own patterns when the read was cut short, without a secret, and what they cost", async () => {
    const { logs } = source([{ after: 0, message: "x" }], { exhausted: false, note: "only the first 10000" });
    const pattern = `[ERROR] ${"\n"}password=hunter2hunter2 disk \u202efull`;
    const patterns = async () => ({ patterns: [{ pattern, count: 12_034 }], cost: 7 as MicroUsd });
    const result = await execute("fetch_logs", { group: "/app/orders" }, { logs: { ...logs, patterns }, clock });
    const [line, ...more] = result.forModel.split("\n").filter((each) => each.startsWith("| 12034 x "));
    expect(line).toMatch(/^\| 12034 x \[ERROR\] ⏎ password=\[redacted-\S+\] disk \\u\{202e\}full$/);
    expect(more).toEqual([]);
    expect(result.cost).toBe(7);

    const broken = { ...logs, patterns: () => Promise.reject(new Error("no")) };
    const without = await execute("fetch_logs", { group: "/app/orders" }, { logs: broken, clock });
    expect(without).toMatchObject({ status: "ok", cost: 0 });
    const whole = { ...source([{ after: 0, message: "x" }]).logs, patterns };
    const enough = await execute("fetch_logs", { group: "/app/orders" }, { logs: whole, clock });
    expect(enough.forModel).not.toContain("12034");
  });

  it("says what was searched and where when there is nothing", async () => {
    const { logs } = source([]);
    const result = await execute("fetch_logs", { group: "/app/orders", contains: "OOM" }, { logs, clock });
    expect(result).toMatchObject({ status: "empty", findings: [] });
    expect(result.forModel).toMatch(/\/app\/orders from 2026-11-23T09:45:00Z to .* containing "OOM"/);
  });

  it("names the groups there are when the one that was asked for is not among them", async () => {
    const { logs } = source([]);
    const missing = {
      ...logs,
      read: () => Promise.reject(new HealerError("not_found", "no such group", { hint: "" })),
    };
    const near = await execute("fetch_logs", { group: "/aws/lambda/orders" }, { logs: missing, clock });
    expect(near).toMatchObject({ status: "error" });
    expect(near.forModel).toContain("Log groups: /app/orders.");
    const far = await execute("fetch_logs", { group: "/nothing" }, { logs: missing, clock });
    expect(far.forModel).toContain("/app/orders, /app/checkout");
  });

  it("says so when the read was cut short", async () => {
    const { logs } = source([{ after: 0, message: "x" }], { exhausted: false, note: "10 MB budget" });
    const result = await execute("fetch_logs", { group: "/app/orders" }, { logs, clock });
    expect(result.forModel).toContain("not read to its end: 10 MB budget");
  });

  it("keeps the alarm's own lines when only the baseline can not be read", async () => {
    const { logs } = source([{ after: 0, message: "ERROR boom" }]);
    let reads = 0;
    const half: LogSource = {
      ...logs,
      read: (query, take) => (reads++ === 0 ? logs.read(query, take) : Promise.reject(new Error("throttled"))),
    };
    const result = await execute("fetch_logs", { group: "/app/orders" }, { logs: half, clock });
    expect(result.status).toBe("ok");
    expect(result.forModel).toContain("boom");
    expect(result.forModel).toContain("throttled");
  });
});
