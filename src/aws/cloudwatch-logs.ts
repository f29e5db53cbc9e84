import type { FilteredLogEvent, FilterLogEventsCommandInput } from "@aws-sdk/client-cloudwatch-logs";
import type { Clock, LogEvent, LogQuery, LogReadSummary, LogSource } from "../domain/ports.ts";
import { type LogsSdk, logsSdk } from "./clients.ts";
import { groupIdentifier, logError, logGroups } from "./log-groups.ts";

export type LogBudget = {
  readonly pages: number;
  readonly bytes: number;
  readonly milliseconds: number;
};

/** Some regions allow five calls a second, so a hundred pages are a read of twenty seconds at best. */
const defaultBudget: LogBudget = { pages: 100, bytes: 50 * 1024 * 1024, milliseconds: 45_000 };

export type CloudWatchLogsOptions = {
  readonly clock: Clock;
  readonly sdk?: LogsSdk;
  readonly budget?: Partial<LogBudget>;
};

/** Raw log events through FilterLogEvents: free of charge, any log class, slow on large groups. */
export function cloudWatchLogs({ clock, sdk = logsSdk(), budget }: CloudWatchLogsOptions): LogSource {
  return {
    read: (query, take) => read(sdk, clock, { ...defaultBudget, ...budget }, query, take),
    groups: (containing) => logGroups(sdk, containing),
  };
}

/** A pattern that finds the text literally: a quoted phrase, cut to what the service takes. */
export function literalFilter(contains: string): string {
  // Line breaks cannot be in a pattern; the longest line is sought there, and the whole text in what comes back.
  const longest = contains.split(/[\r\n]+/).reduce((best, line) => (line.length > best.length ? line : best), "");
  let quoted = "";
  for (const character of longest) {
    const next = character === '"' || character === "\\" ? `\\${character}` : character;
    if (quoted.length + next.length > 1022) break;
    quoted += next;
  }
  return quoted.trim() === "" ? "" : `"${quoted}"`;
}

async function read(
  sdk: LogsSdk,
  clock: Clock,
  budget: LogBudget,
  query: LogQuery,
  take: (event: LogEvent) => void,
): Promise<LogReadSummary> {
  const { api, client } = await sdk();
  const deadline = clock.now() + budget.milliseconds;
  const progress = { events: 0, bytes: 0, pages: 0, until: query.start };
  let nextToken: string | undefined;
  while (true) {
    const cut = overBudget(budget, progress, clock.now() >= deadline);
    if (cut !== undefined) return summary(query, progress, `${cut}; read up to ${iso(progress.until)}`);
    const page = await client
      .send(new api.FilterLogEventsCommand(input(query, nextToken)), {
        ...(query.signal && { abortSignal: query.signal }),
      })
      .catch((error: unknown) => {
        throw logError(`read log group "${query.group}"`, query.group, error);
      });
    progress.pages += 1;
    for (const event of sorted(page.events ?? [])) {
      progress.bytes += Buffer.byteLength(event.message) + 26;
      progress.until = Math.max(progress.until, event.timestamp);
      if (query.contains !== undefined && !event.message.includes(query.contains)) continue;
      progress.events += 1;
      take(event);
    }
    // A page may be empty and still carry a token: only a missing token is the end.
    if (page.nextToken === undefined) return summary(query, progress);
    if (page.nextToken === nextToken) return summary(query, progress, "the service repeated its page token");
    nextToken = page.nextToken;
  }
}

type Progress = { events: number; bytes: number; pages: number; until: number };

function overBudget(budget: LogBudget, { pages, bytes }: Progress, late: boolean): string | undefined {
  if (pages >= budget.pages) return `stopped after ${pages} pages`;
  if (bytes >= budget.bytes) return `stopped after ${bytes} bytes`;
  return late && pages > 0 ? `stopped after ${budget.milliseconds} ms` : undefined;
}

/** Milliseconds here; the query API of the same service takes seconds. */
function input(query: LogQuery, nextToken: string | undefined): FilterLogEventsCommandInput {
  const filterPattern = query.contains === undefined ? "" : literalFilter(query.contains);
  return {
    logGroupIdentifier: groupIdentifier(query.group),
    startTime: Math.floor(query.start),
    endTime: Math.ceil(query.end),
    ...(filterPattern !== "" && { filterPattern }),
    ...(nextToken !== undefined && { nextToken }),
  };
}

function sorted(events: readonly FilteredLogEvent[]): readonly LogEvent[] {
  return events
    .flatMap(({ timestamp, message, logStreamName }) =>
      timestamp === undefined || message === undefined ? [] : [{ timestamp, message, stream: logStreamName ?? "" }],
    )
    .sort((a, b) => a.timestamp - b.timestamp);
}

const iso = (at: number): string => new Date(at).toISOString();

function summary(query: LogQuery, { events, bytes }: Progress, note?: string): LogReadSummary {
  const exhausted = note === undefined;
  return {
    source: `cloudwatch:${query.group}`,
    events,
    bytesScanned: bytes,
    exhausted,
    ...(note !== undefined && { note }),
  };
}
