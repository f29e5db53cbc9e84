import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cloudWatchLogs, literalFilter } from "../../src/aws/cloudwatch-logs.ts";
import type { LogEvent } from "../../src/domain/ports.ts";
import { awsService, inTurn, operations, realClock } from "./wire.ts";

const query = { group: "/app/web", start: 1_763_900_000_123, end: 1_763_900_600_456 };
const event = (timestamp: number, message: string) => ({ timestamp, message, logStreamName: "i-1", eventId: "1" });

async function readAll(more: Partial<Parameters<typeof cloudWatchLogs>[0]> = {}, over: object = {}) {
  const taken: LogEvent[] = [];
  const source = cloudWatchLogs({ clock: realClock, ...more });
  const summary = await source.read({ ...query, ...over }, (each) => taken.push(each));
  return { taken, summary };
}

describe("reading a log group with FilterLogEvents", () => {
  it("sends milliseconds, where the query API of the same service takes seconds", async () => {
    const stub = await awsService("logs", inTurn({ output: { events: [] } }));
    await readAll();
    expect(stub.calls[0]?.input).toMatchObject({
      logGroupIdentifier: "/app/web",
      startTime: 1_763_900_000_123,
      endTime: 1_763_900_600_456,
    });
  });

  it("goes on after an empty page that carries a token", async () => {
    const stub = await awsService(
      "logs",
      inTurn(
        { output: { events: [], nextToken: "a" } },
        { output: { events: [], nextToken: "b" } },
        { output: { events: [event(1_763_900_000_500, "disk full")] } },
      ),
    );
    const { taken, summary } = await readAll();
    expect(taken).toEqual([{ timestamp: 1_763_900_000_500, message: "disk full", stream: "i-1" }]);
    expect(summary).toMatchObject({ events: 1, exhausted: true });
    expect(stub.calls.map((call) => call.input.nextToken)).toEqual([undefined, "a", "b"]);
  });

  it("says up to when it read if a budget of pages, bytes or time cuts it short", async () => {
    let page = 0;
    await awsService("logs", () => {
      page += 1;
      return { output: { events: [event(1_763_900_000_000 + page, "x".repeat(100))], nextToken: `t${page}` } };
    });
    const pages = await readAll({ budget: { pages: 3 } });
    expect(pages.summary).toMatchObject({ events: 3, exhausted: false });
    expect(pages.summary.note).toMatch(/3 pages; read up to 2025-11-23T12:13:20/);
    const bytes = await readAll({ budget: { bytes: 200 } });
    expect(bytes.summary).toMatchObject({ events: 2, bytesScanned: 252, exhausted: false });
    let now = 0;
    const late = await readAll({ clock: { now: () => (now += 400) }, budget: { milliseconds: 1_000 } });
    expect(late.summary).toMatchObject({ exhausted: false });
    expect(late.summary.note).toMatch(/1000 ms/);
  });

  it("filters at the source, literally, and looks again at what comes back", async () => {
    const events = [event(1_763_900_000_200, 'got "a\\b" now'), event(1_763_900_000_100, "got something else")];
    const stub = await awsService("logs", inTurn({ output: { events } }));
    const { taken, summary } = await readAll({}, { contains: 'got "a\\b"' });
    expect(stub.calls[0]?.input.filterPattern).toBe('"got \\"a\\\\b\\""');
    expect(taken.map(({ message }) => message)).toEqual(['got "a\\b" now']);
    expect(summary.events).toBe(1);
  });

  it("hands events over oldest first within a page", async () => {
    const events = [event(1_763_900_000_300, "c"), event(1_763_900_000_100, "a"), event(1_763_900_000_200, "b")];
    await awsService("logs", inTurn({ output: { events } }));
    expect((await readAll()).taken.map(({ message }) => message)).toEqual(["a", "b", "c"]);
  });

  it("calls a missing group not found and says how to go on", async () => {
    await awsService("logs", inTurn({ error: "ResourceNotFoundException" }));
    await expect(readAll()).rejects.toMatchObject({
      code: "not_found",
      hint: expect.stringMatching(/List the groups/),
    });
  });

  it("repeats a throttled call, and gives up with a retryable error", async () => {
    const ok = { output: { events: [event(1_763_900_000_500, "late")] } };
    const stub = await awsService("logs", inTurn({ error: "ThrottlingException", status: 400 }, ok));
    expect((await readAll()).taken).toHaveLength(1);
    expect(stub.calls).toHaveLength(2);
    await awsService("logs", inTurn({ error: "ThrottlingException", status: 400 }));
    await expect(readAll()).rejects.toMatchObject({ code: "upstream_failed", retryable: true });
  });

  it.each([
    ["a service that is down", { error: "ServiceUnavailableException", status: 503 } as const, true],
    ["a reply that is no JSON", { raw: "<html>bad gateway</html>" } as const, true],
    ["a connection that breaks", { hangUp: true } as const, true],
    ["a refusal", { error: "AccessDeniedException", status: 400 } as const, false],
    ["an error of an unknown name", { error: "SomethingNewException", status: 400, undeclared: true } as const, false],
  ])("turns %s into a clear error", async (_name, answer, retryable) => {
    await awsService("logs", inTurn(answer));
    await expect(readAll()).rejects.toMatchObject({
      name: "HealerError",
      code: "upstream_failed",
      retryable,
      message: expect.stringMatching(/read log group "\/app\/web"/),
    });
  });

  it("stops when its caller does", async () => {
    await awsService("logs", inTurn({ output: { events: [] }, delayMs: 2_000 }));
    const signal = AbortSignal.timeout(50);
    await expect(readAll({}, { signal })).rejects.toMatchObject({ code: "upstream_failed", retryable: true });
  });

  it("takes an empty answer for an empty group", async () => {
    await awsService("logs", inTurn({ output: {} }));
    expect((await readAll()).summary).toMatchObject({ events: 0, exhausted: true });
  });
});

describe("listing log groups", () => {
  it("asks by a part of the name and stops at twenty", async () => {
    const logGroups = Array.from({ length: 15 }, (_, index) => ({ logGroupName: `/app/${index}` }));
    const stub = await awsService("logs", inTurn({ output: { logGroups, nextToken: "n" } }));
    const names = await cloudWatchLogs({ clock: realClock }).groups("/ap p");
    expect(names).toHaveLength(20);
    expect(operations(stub)).toEqual(["DescribeLogGroups", "DescribeLogGroups"]);
    expect(stub.calls[0]?.input).toEqual({ limit: 50, logGroupNamePattern: "/app" });
  });

  it("finds nothing, without a call, for a text that no name can hold", async () => {
    const stub = await awsService("logs", inTurn({ output: { logGroups: [] } }));
    expect(await cloudWatchLogs({ clock: realClock }).groups("???")).toEqual([]);
    expect(stub.calls).toHaveLength(0);
  });
});

describe("the literal filter", () => {
  it("is a quoted phrase within the service's limit, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 3_000, unit: "binary" }), (text) => {
        const pattern = literalFilter(text);
        expect(pattern.length).toBeLessThanOrEqual(1_024);
        if (pattern === "") return;
        const inner = pattern.slice(1, -1);
        const unescaped = inner.replace(/\\(["\\])/g, "$1");
        expect(text).toContain(unescaped);
        expect(inner.replace(/\\["\\]/g, "")).not.toMatch(/["\\\r\n]/);
      }),
    );
  });
});
