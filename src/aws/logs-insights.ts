import type { GetQueryResultsCommandOutput, ResultField } from "@aws-sdk/client-cloudwatch-logs";
import { HealerError } from "../domain/errors.ts";
import type { MicroUsd } from "../domain/money.ts";
import type { Clock, LogEvent, LogPatterns, LogQuery, LogReadSummary, LogSource } from "../domain/ports.ts";
import { type LogsSdk, logsSdk } from "./clients.ts";
import { groupIdentifier, logError, logGroupClass, logGroups } from "./log-groups.ts";
import { upstream, upstreamError } from "./upstream.ts";

export type LogsInsightsOptions = {
  readonly clock: Clock;
  readonly sdk?: LogsSdk;
  /** Events that one read may return; the service keeps to it too. */
  readonly limit?: number;
  readonly milliseconds?: number;
  readonly pollMilliseconds?: number;
};

/** Log events through a Logs Insights query: fast on large groups, priced by the bytes it scans. */
export function logsInsights({
  clock,
  sdk = logsSdk(),
  limit = 10_000,
  milliseconds = 60_000,
  pollMilliseconds = 1_000,
}: LogsInsightsOptions): LogSource {
  const settings = { clock, limit, milliseconds, pollMilliseconds };
  return {
    read: (query, take) => read(sdk, settings, query, take),
    patterns: (query) => patterns(sdk, settings, query),
    groups: (containing) => logGroups(sdk, containing),
  };
}

/** What a query costs at the list price of us-east-1: $0.005 for each 1,000,000,000 bytes scanned, rounded up. */
export const scanCost = (bytes: number): MicroUsd => Math.ceil((Math.max(0, bytes) * 5_000) / 1e9) as MicroUsd;

/** The query text; the sought text is a string literal in it, so nothing in it can become a command. */
export function queryText(contains: string | undefined, limit: number): string {
  const fields = "fields @timestamp, @message, @logStream";
  return [fields, ...filterOf(contains), "sort @timestamp asc", `limit ${limit}`].join(" | ");
}

function filterOf(contains: string | undefined): readonly string[] {
  const literal = contains?.replace(/[\\"]/g, (character) => `\\${character}`).replace(/[\r\n]+/g, " ");
  return literal === undefined ? [] : [`filter @message like "${literal.slice(0, 8_000)}"`];
}

const mostPatterns = 20;

async function patterns(sdk: LogsSdk, settings: Settings, query: LogQuery): Promise<LogPatterns | undefined> {
  const logClass = await logGroupClass(sdk, query.group);
  if (logClass === "INFREQUENT_ACCESS" || logClass === "DELIVERY") return undefined;
  const parts = [...filterOf(query.contains), "pattern @message", "sort @sampleCount desc", `limit ${mostPatterns}`];
  const { reply } = await run(sdk, settings, query, { queryString: parts.join(" | "), limit: mostPatterns });
  const found = (reply.results ?? []).flatMap((row) => {
    const [pattern, count] = [fieldOf(row, "@pattern"), Number(fieldOf(row, "@sampleCount"))];
    return pattern === undefined || !Number.isFinite(count) ? [] : [{ pattern, count }];
  });
  return { patterns: found, cost: scanCost(reply.statistics?.bytesScanned ?? 0) };
}

type Settings = Required<Omit<LogsInsightsOptions, "sdk">>;

async function read(
  sdk: LogsSdk,
  settings: Settings,
  query: LogQuery,
  take: (event: LogEvent) => void,
): Promise<LogReadSummary> {
  const { limit } = settings;
  const { reply, late, queryId } = await run(sdk, settings, query, {
    queryString: queryText(query.contains, limit),
    limit,
  });
  const rows = late ? (reply.results ?? []) : await allRows(sdk, queryId, reply, query);
  const events = rows.flatMap((row) => eventOf(row, query));
  for (const event of events) take(event);
  const full = rows.length >= limit;
  const note = late ? `stopped after ${settings.milliseconds} ms` : full ? `only the first ${limit}` : undefined;
  const bytesScanned = reply.statistics?.bytesScanned ?? 0;
  const source = `insights:${query.group}`;
  const told = { source, events: events.length, bytesScanned, cost: scanCost(bytesScanned) };
  return { ...told, exhausted: note === undefined, ...(note && { note }) };
}

type Wanted = { readonly queryString: string; readonly limit: number };

/** One query to its end, or to the deadline with what there is by then. */
async function run(sdk: LogsSdk, settings: Settings, query: LogQuery, wanted: Wanted) {
  const queryId = await start(sdk, query, wanted);
  let finished = false;
  try {
    const polled = await poll(sdk, settings, queryId, query);
    finished = !polled.late;
    return { ...polled, queryId };
  } finally {
    // An abandoned query keeps one of the account's hundred places, and its scan is paid for.
    if (!finished) await stop(sdk, queryId);
  }
}

async function start(sdk: LogsSdk, query: LogQuery, wanted: Wanted): Promise<string> {
  const { api, client } = await sdk();
  const input = {
    logGroupIdentifiers: [groupIdentifier(query.group)],
    // Seconds here, milliseconds in FilterLogEvents; widened to whole seconds and narrowed again in what comes back.
    startTime: Math.floor(query.start / 1000),
    endTime: Math.ceil(query.end / 1000),
    ...wanted,
  };
  const options = query.signal === undefined ? {} : { abortSignal: query.signal };
  const reply = await client.send(new api.StartQueryCommand(input), options).catch((error: unknown) => {
    throw logError(`query log group "${query.group}"`, query.group, error);
  });
  if (reply.queryId === undefined) throw unfinished(query.group, "the service returned no query id");
  return reply.queryId;
}

async function poll(
  sdk: LogsSdk,
  { clock, milliseconds, pollMilliseconds }: Settings,
  queryId: string,
  query: LogQuery,
) {
  const { api, client } = await sdk();
  const deadline = clock.now() + milliseconds;
  const options = query.signal === undefined ? {} : { abortSignal: query.signal };
  while (true) {
    const reply = await upstream(`read the query of "${query.group}"`, () =>
      client.send(new api.GetQueryResultsCommand({ queryId }), options),
    );
    switch (reply.status) {
      case "Complete":
        return { reply, late: false };
      case "Failed":
      case "Cancelled":
      case "Timeout":
        throw unfinished(query.group, `the query ended as ${reply.status}`);
      default:
        // Scheduled, Running, Unknown, or a state that is not in this SDK yet: the deadline ends the waiting.
        if (clock.now() >= deadline) return { reply, late: true };
    }
    await pause(pollMilliseconds, query);
  }
}

async function pause(milliseconds: number, query: LogQuery): Promise<void> {
  const { setTimeout: sleep } = await import("node:timers/promises");
  await sleep(milliseconds, undefined, { ...(query.signal && { signal: query.signal }) }).catch((error: unknown) => {
    throw upstreamError(`wait for the query of "${query.group}"`, error);
  });
}

async function allRows(
  sdk: LogsSdk,
  queryId: string,
  first: GetQueryResultsCommandOutput,
  { signal }: LogQuery,
): Promise<readonly ResultField[][]> {
  const { api, client } = await sdk();
  const rows = [...(first.results ?? [])];
  let { nextToken } = first;
  while (nextToken !== undefined) {
    const token: string = nextToken;
    const page = await upstream("read the next page of a query", () =>
      client.send(new api.GetQueryResultsCommand({ queryId, nextToken: token }), {
        ...(signal && { abortSignal: signal }),
      }),
    );
    rows.push(...(page.results ?? []));
    nextToken = page.nextToken === token ? undefined : page.nextToken;
  }
  return rows;
}

const fieldOf = (row: readonly ResultField[], name: string): string | undefined =>
  row.find((entry) => entry.field === name)?.value;

function eventOf(row: readonly ResultField[], { start, end, contains }: LogQuery): LogEvent[] {
  const message = fieldOf(row, "@message");
  // "2026-11-23 17:45:00.123", in UTC without saying so.
  const timestamp = Date.parse(`${fieldOf(row, "@timestamp")?.replace(" ", "T") ?? ""}Z`);
  if (message === undefined || Number.isNaN(timestamp) || timestamp < start || timestamp > end) return [];
  if (contains !== undefined && !message.includes(contains)) return [];
  return [{ timestamp, message, stream: fieldOf(row, "@logStream") ?? "" }];
}

const unfinished = (group: string, why: string) =>
  new HealerError("upstream_failed", `query log group "${group}": ${why}`, {
    hint: "Ask for a shorter time, or read the group without a query.",
    retryable: true,
  });

async function stop(sdk: LogsSdk, queryId: string): Promise<void> {
  const { api, client } = await sdk();
  // It may have ended by itself meanwhile; the failure that led here is the one to report.
  await client.send(new api.StopQueryCommand({ queryId })).catch(() => undefined);
}
