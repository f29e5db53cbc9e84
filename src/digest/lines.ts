import { characterClass, digitClass } from "./characters.ts";
import { createDigest } from "./digest.ts";
import { createHeaderReader, type HeaderReading } from "./header.ts";
import { learnLayouts } from "./layout.ts";
import type { Digest, DigestOptions, SourceFacts } from "./options.ts";
import { continuesRecord, namesException } from "./record.ts";
import type { DigestReport } from "./report.ts";
import { createTimestampReader } from "./timestamp.ts";

export type Lines = Iterable<string> | AsyncIterable<string>;

export interface LinesOptions extends DigestOptions {
  /** Lines of a time before, for telling what is new. */
  readonly baseline?: Lines;
  /** Asked when all lines were read. */
  readonly facts?: () => SourceFacts;
}

export interface LinesDigest {
  readonly report: DigestReport;
  /** Physical lines read. */
  readonly lines: number;
  /** With `keepAssignments`: the cluster of a physical line (from 1), ranked from 1 as in the finding ids. */
  readonly clusterOfLine: (line: number) => number;
}

const sampleSize = 400;
const maxRecordLines = 500;
const maxRecordCharacters = 65_536;

/** Digests raw lines: finds out their header format, joins multi-line records, and keeps line numbers apart from events. */
export async function digestLines(lines: Lines, options: LinesOptions = {}): Promise<LinesDigest> {
  const digest = createDigest(options);
  if (options.baseline !== undefined) {
    const joiner = createJoiner((message) => digest.addBaseline({ message }));
    for await (const line of options.baseline) joiner.push(line);
    joiner.end();
  }
  const recordOf = createLineIndex(options.keepAssignments === true);
  const joiner = createJoiner((message, count) => recordOf.append(count, digest.add({ message })));
  if (isSync(lines)) for (const line of lines) joiner.push(line);
  else for await (const line of lines) joiner.push(line);
  joiner.end();
  const report = digest.finish(options.facts?.() ?? {});
  return { report, lines: recordOf.lines(), clusterOfLine: clusterOfLine(digest, recordOf.eventOf) };
}

function clusterOfLine(digest: Digest, eventOf: (line: number) => number): (line: number) => number {
  return (line) => digest.clusterNumberOf(eventOf(line));
}

function isSync(lines: Lines): lines is Iterable<string> {
  return Symbol.iterator in lines;
}

interface Joiner {
  push(line: string): void;
  end(): void;
}

/** Joins the lines of one record: what is indented or part of a stack trace belongs to the line before it. */
function createJoiner(emit: (message: string, lines: number) => void): Joiner {
  const startsWithTime = createStartTest();
  let waiting: string[] | undefined = [];
  let record = "";
  let count = 0;

  function push(line: string): void {
    const text = line.charCodeAt(line.length - 1) === 13 ? line.slice(0, -1) : line;
    if (waiting === undefined) {
      join(text);
      return;
    }
    waiting.push(text);
    if (waiting.length >= sampleSize) settle();
  }

  function settle(): void {
    const lines = waiting ?? [];
    waiting = undefined;
    startsWithTime.learn(lines);
    for (const line of lines) join(line);
  }

  function join(line: string): void {
    if (count > 0 && belongs(line)) {
      count++;
      if (record.length + line.length < maxRecordCharacters) record += `\n${line}`;
      return;
    }
    flush();
    record = line;
    count = 1;
  }

  function belongs(line: string): boolean {
    // Nearly every line is told by its first characters.
    if (count >= maxRecordLines || (startsWithTime.always() && startsWithTime.startsAlike(line))) return false;
    if (continuesRecord(line)) return !startsWithTime.matches(line);
    // Exceptions end a trace at the margin; other unindented lines belong only where every record begins with a time.
    if (count > 1 && namesException(line)) return !startsWithTime.matches(line);
    return startsWithTime.always() && !startsWithTime.matches(line);
  }

  function flush(): void {
    if (count > 0) emit(record, count);
    count = 0;
  }

  return {
    push,
    end: () => {
      if (waiting !== undefined) settle();
      flush();
    },
  };
}

/** Knows from a sample whether records begin with a header, and tests lines for one. */
function createStartTest() {
  const reader = createTimestampReader();
  const reading: HeaderReading = { start: 0, timestamp: Number.NaN, rank: 0 };
  let readHeader = createHeaderReader([], reader);
  let always = false;
  const beginnings = new Set<number>();
  let last = Number.NaN;
  const matches = (line: string) => readHeader(line, reading);
  return {
    matches,
    /** Begins like lines of the sample that had a header: spares reading the header twice. */
    startsAlike: (line: string) => {
      const beginning = beginningOf(line);
      if (beginning !== last && !beginnings.has(beginning)) return false;
      last = beginning;
      return true;
    },
    always: () => always,
    learn(sample: readonly string[]): void {
      const heads = sample.filter((line) => !continuesRecord(line) && !namesException(line));
      const layouts = learnLayouts(
        heads.map((line) => line.slice(0, 400)),
        reader,
      ).filter((layout) => layout.delimiter !== undefined || layout.columns.includes("timestamp"));
      readHeader = createHeaderReader(layouts, reader);
      const dated = heads.filter(matches);
      for (const line of dated) if (beginningOf(line) >= 0) beginnings.add(beginningOf(line));
      always = heads.length > 0 && dated.length >= heads.length * 0.8;
    },
  };
}

/** The kinds of the first six characters, or -1 where they are a word's, which any line may begin with. */
function beginningOf(line: string): number {
  if (line.length < 6) return -1;
  const classes = characterClass;
  let kinds = 0;
  let digits = 0;
  for (let index = 0; index < 6; index++) {
    const kind = classes[line.charCodeAt(index)] as number;
    if (kind === digitClass) digits++;
    kinds = kinds * 8 + kind;
  }
  return digits >= 2 ? kinds : -1;
}

/** Event number of each physical line: runs of one-line records cost four bytes a line. */
function createLineIndex(enabled: boolean) {
  let events = new Uint32Array(enabled ? 4096 : 0);
  let used = 0;
  return {
    lines: () => used,
    eventOf: (line: number) => events[line - 1] as number,
    append(count: number, event: number): void {
      if (!enabled) {
        used += count;
        return;
      }
      if (used + count > events.length) {
        const larger = new Uint32Array(Math.max(events.length * 2, used + count));
        larger.set(events);
        events = larger;
      }
      events.fill(event, used, used + count);
      used += count;
    },
  };
}
