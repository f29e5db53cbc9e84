import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { HealerError } from "../domain/errors.ts";
import type { LogEvent, LogQuery, LogSource } from "../domain/ports.ts";

type LogFile = { readonly path: string; readonly group: string; readonly stream: string };

/** A read never takes in more than this, whatever the files hold. */
const byteBudget = 64 * 1024 * 1024;

/**
 * Logs in real files: `<folder>/<stream>/var/log/<name>.log` (and its rotated `.log.1`) is the stream of that name in
 * the group `<prefix><name>`. A line that does not begin with an ISO time belongs to the event before it.
 */
export function createFileLogs(options: { readonly folder: string; readonly prefix: string }): LogSource {
  return {
    async read(query, take) {
      const files = (await findFiles(options)).filter((file) => file.group === query.group);
      if (files.length === 0) throw await noSuchGroup(query.group, options);
      const budget = { left: byteBudget };
      let events = 0;
      for await (const event of merge(files.map((file) => eventsOf(file, query, budget)))) {
        events += 1;
        take(event);
      }
      const exhausted = budget.left > 0 && query.signal?.aborted !== true;
      const note = exhausted ? {} : { note: `stopped after ${byteBudget - budget.left} bytes` };
      return { source: query.group, events, bytesScanned: byteBudget - Math.max(0, budget.left), exhausted, ...note };
    },
    async groups(containing) {
      const names = (await findFiles(options)).map((file) => file.group).filter((name) => name.includes(containing));
      return [...new Set(names)].sort().slice(0, 20);
    },
  };
}

async function noSuchGroup(group: string, options: { folder: string; prefix: string }): Promise<HealerError> {
  const names = [...new Set((await findFiles(options)).map((file) => file.group))].sort();
  return new HealerError("not_found", `log group ${group} does not exist`, { hint: `There are: ${names.join(", ")}` });
}

/** Rotated files come before the live one of the same stream, so that a stream reads oldest first. */
async function findFiles(options: { readonly folder: string; readonly prefix: string }): Promise<readonly LogFile[]> {
  const streams = await readdir(options.folder).catch(() => []);
  const found = await Promise.all(
    streams.map(async (stream) => {
      const folder = join(options.folder, stream, "var", "log");
      const names = (await readdir(folder).catch(() => [])).filter((name) => /\.log(\.1)?$/.test(name));
      return names
        .sort((left, right) => right.length - left.length || left.localeCompare(right))
        .map((name) => ({
          path: join(folder, name),
          group: options.prefix + basename(name.replace(/\.1$/, ""), ".log"),
          stream,
        }));
    }),
  );
  return found.flat();
}

async function* eventsOf(file: LogFile, query: LogQuery, budget: { left: number }): AsyncGenerator<LogEvent> {
  // Fixing the end first: a file that grows while it is read would never end.
  const size = (await stat(file.path).catch(() => undefined))?.size ?? 0;
  if (size === 0) return;
  const input = createReadStream(file.path, { end: size - 1 });
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  let open: LogEvent | undefined;
  try {
    for await (const line of lines) {
      budget.left -= Buffer.byteLength(line) + 1;
      if (budget.left <= 0 || query.signal?.aborted === true) return;
      const timestamp = timeOf(line);
      if (timestamp === undefined) {
        if (open !== undefined) open = { ...open, message: `${open.message}\n${line}` };
        continue;
      }
      if (open !== undefined && wanted(open, query)) yield open;
      open = { timestamp, message: line, stream: file.stream };
      if (timestamp > query.end) return;
    }
    if (open !== undefined && wanted(open, query)) yield open;
  } finally {
    lines.close();
    input.destroy();
  }
}

const wanted = (event: LogEvent, query: LogQuery): boolean =>
  event.timestamp >= query.start &&
  event.timestamp <= query.end &&
  (query.contains === undefined || event.message.includes(query.contains));

function timeOf(line: string): number | undefined {
  const text = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z/.exec(line)?.[0];
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

/** Oldest first over all streams. */
async function* merge(sources: readonly AsyncGenerator<LogEvent>[]): AsyncGenerator<LogEvent> {
  const heads = await Promise.all(sources.map(async (source) => ({ source, head: await source.next() })));
  try {
    while (true) {
      const live = heads.filter((one) => one.head.done !== true);
      const [first, ...others] = live;
      if (first === undefined) return;
      const oldest = others.reduce(
        (best, one) => (one.head.value.timestamp < best.head.value.timestamp ? one : best),
        first,
      );
      yield oldest.head.value;
      oldest.head = await oldest.source.next();
    }
  } finally {
    await Promise.all(sources.map((source) => source.return(undefined)));
  }
}
