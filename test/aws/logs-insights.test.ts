import { describe, expect, it } from "vitest";
import { logsInsights, queryText, scanCost } from "../../src/aws/logs-insights.ts";
import type { LogEvent } from "../../src/domain/ports.ts";
import { awsService, byOperation, operations, realClock } from "./wire.ts";

const query = { group: "/app/web", start: 1_763_900_000_123, end: 1_763_900_600_456 };
const row = (at: string, message: string) => [
  { field: "@timestamp", value: at },
  { field: "@message", value: message },
  { field: "@logStream", value: "i-1" },
  { field: "@ptr", value: "abc" },
];
const started = { output: { queryId: "q-1" } };
const complete = (rows: readonly (readonly object[])[], more: object = {}) => ({
  output: { status: "Complete", results: rows, statistics: { bytesScanned: 2_000_000 }, ...more },
});

async function readAll(more: Partial<Parameters<typeof logsInsights>[0]> = {}, over: object = {}) {
  const taken: LogEvent[] = [];
  const source = logsInsights({ clock: realClock, pollMilliseconds: 1, ...more });
  const summary = await source.read({ ...query, ...over }, (each) => taken.push(each));
  return { taken, summary };
}

describe("reading a log group with Logs Insights", () => {
  it("sends seconds, widened to whole ones, and keeps to the milliseconds asked for", async () => {
    const rows = [
      row("2025-11-23 12:13:20.100", "too early"),
      row("2025-11-23 12:13:20.123", "first"),
      row("2025-11-23 12:23:20.456", "last"),
      row("2025-11-23 12:23:20.900", "too late"),
    ];
    const stub = await awsService("logs", byOperation({ StartQuery: started, GetQueryResults: complete(rows) }));
    const { taken, summary } = await readAll();
    expect(stub.calls[0]?.input).toMatchObject({ startTime: 1_763_900_000, endTime: 1_763_900_601 });
    expect(taken.map(({ message }) => message)).toEqual(["first", "last"]);
    expect(summary).toEqual({
      source: "insights:/app/web",
      events: 2,
      bytesScanned: 2_000_000,
      cost: 10,
      exhausted: true,
    });
  });

  it("polls through Scheduled, Running and Unknown, and does not stop a query that ended", async () => {
    const states = ["Scheduled", "Running", "Unknown"];
    const stub = await awsService(
      "logs",
      byOperation({
        StartQuery: started,
        GetQueryResults: () => {
          const status = states.shift();
          return status === undefined ? complete([]) : { output: { status, results: [] } };
        },
      }),
    );
    await readAll();
    expect(operations(stub)).toEqual(["StartQuery", ...Array(4).fill("GetQueryResults")]);
  });

  it("stops a query that it abandons: the caller left", async () => {
    const stub = await awsService(
      "logs",
      byOperation({
        StartQuery: started,
        GetQueryResults: { output: { status: "Running", results: [] } },
        StopQuery: { output: { success: true } },
      }),
    );
    const abort = new AbortController();
    const reading = readAll({ pollMilliseconds: 10_000 }, { signal: abort.signal });
    setTimeout(() => abort.abort(), 200);
    await expect(reading).rejects.toMatchObject({ code: "upstream_failed", retryable: true });
    expect(operations(stub).at(-1)).toBe("StopQuery");
    expect(stub.calls.at(-1)?.input).toEqual({ queryId: "q-1" });
  });

  it("stops a query that takes too long and hands over what it has, saying so", async () => {
    const partial = { status: "Running", results: [row("2025-11-23 12:13:21.000", "early")] };
    const stub = await awsService(
      "logs",
      byOperation({
        StartQuery: started,
        GetQueryResults: { output: partial },
        StopQuery: { output: { success: true } },
      }),
    );
    let now = 0;
    const { taken, summary } = await readAll({ clock: { now: () => (now += 600) }, milliseconds: 1_000 });
    expect(taken).toHaveLength(1);
    expect(summary).toMatchObject({ exhausted: false, note: "stopped after 1000 ms" });
    expect(operations(stub).at(-1)).toBe("StopQuery");
  });

  it.each(["Failed", "Cancelled", "Timeout"])("rejects a query that ended as %s", async (status) => {
    await awsService(
      "logs",
      byOperation({
        StartQuery: started,
        GetQueryResults: { output: { status } },
        StopQuery: { error: "InvalidParameterException" },
      }),
    );
    await expect(readAll()).rejects.toMatchObject({
      code: "upstream_failed",
      message: expect.stringContaining(status),
    });
  });

  it("reads further pages of results and says when the limit was reached", async () => {
    const stub = await awsService(
      "logs",
      byOperation({
        StartQuery: started,
        GetQueryResults: (call) =>
          call.input.nextToken === undefined
            ? complete([row("2025-11-23 12:14:00.000", "a")], { nextToken: "n" })
            : complete([row("2025-11-23 12:15:00.000", "b")]),
      }),
    );
    const { taken, summary } = await readAll({ limit: 2 });
    expect(taken.map(({ message }) => message)).toEqual(["a", "b"]);
    expect(summary).toMatchObject({ exhausted: false, note: "only the first 2" });
    expect(stub.calls[0]?.input).toMatchObject({ limit: 2, queryString: expect.stringMatching(/limit 2$/) });
  });

  it("repeats a start that was throttled, and says that a hundred queries at once are the limit", async () => {
    await awsService("logs", byOperation({ StartQuery: { error: "LimitExceededException" } }));
    await expect(readAll()).rejects.toMatchObject({ code: "upstream_failed", retryable: true });
  });

  it("calls a missing group not found", async () => {
    await awsService("logs", byOperation({ StartQuery: { error: "ResourceNotFoundException" } }));
    await expect(readAll()).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("patterns over all of a window", () => {
  const group = (logGroupClass: string) => ({ output: { logGroups: [{ logGroupName: "/app/web", logGroupClass }] } });
  const found = {
    output: {
      status: "Complete",
      results: [
        [
          { field: "@pattern", value: "<Time-1> [ERROR] disk <Token-2> full" },
          { field: "@sampleCount", value: "12034" },
          { field: "@severityLabel", value: "Error" },
        ],
        [{ field: "@ptr", value: "x" }],
      ],
      statistics: { bytesScanned: 2e9 },
    },
  };

  it("come from the service's own command, with what the scan costs", async () => {
    const answers = { DescribeLogGroups: group("STANDARD"), StartQuery: started, GetQueryResults: found };
    const stub = await awsService("logs", byOperation(answers));
    const source = logsInsights({ clock: realClock, pollMilliseconds: 5 });
    expect(await source.patterns?.({ ...query, contains: "disk" })).toEqual({
      patterns: [{ pattern: "<Time-1> [ERROR] disk <Token-2> full", count: 12_034 }],
      cost: 10_000,
    });
    expect(stub.calls[1]?.input).toMatchObject({
      queryString: 'filter @message like "disk" | pattern @message | sort @sampleCount desc | limit 20',
      startTime: 1_763_900_000,
    });
  });

  it.each(["INFREQUENT_ACCESS", "DELIVERY"])("are not asked of the class %s, which has none", async (logClass) => {
    const stub = await awsService("logs", byOperation({ DescribeLogGroups: group(logClass) }));
    expect(await logsInsights({ clock: realClock }).patterns?.(query)).toBeUndefined();
    expect(operations(stub)).toEqual(["DescribeLogGroups"]);
  });
});

describe("the query's text", () => {
  it("keeps a sought text inside its quotes", () => {
    expect(queryText('x" | stats count(*) | "\\', 5)).toBe(
      'fields @timestamp, @message, @logStream | filter @message like "x\\" | stats count(*) | \\"\\\\" | sort @timestamp asc | limit 5',
    );
  });
});

describe("the price of a scan", () => {
  it("is half a cent for a gigabyte, rounded up", () => {
    expect(scanCost(1e9)).toBe(5_000);
    expect(scanCost(1)).toBe(1);
    expect(scanCost(0)).toBe(0);
  });
});
