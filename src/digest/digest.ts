import { createHeaderReader, type HeaderReading, type Layout } from "./header.ts";
import { flattenJson } from "./json.ts";
import { learnLayouts } from "./layout.ts";
import { createMiner } from "./miner.ts";
import type { Digest, DigestOptions, LogEvent, SourceFacts, WindowTally } from "./options.ts";
import type { Pattern } from "./pattern.ts";
import { recordKey } from "./record.ts";
import type { DigestReport } from "./report.ts";
import { severityOfWord, severityRank, unknownRank } from "./severity.ts";
import { createReport } from "./summary.ts";
import { stripAnsi } from "./text.ts";
import { createTimestampReader } from "./timestamp.ts";

export type { Digest, DigestOptions } from "./options.ts";

/** Enough lines to know a format by; until then events wait. */
const sampleSize = 400;
const maxRelearning = 4;
const maxMessageCharacters = 65_536;
/** Events of several writers come a little out of order; further back than this a clock was set or a zone differs. */
const clockTolerance = 3_600_000;

/**
 * Turns a stream of log events into ranked clusters and a ledger of what was read and cut, in memory that does not
 * grow with the number of events. Takes no clock; the same events give the same report.
 */
export function createDigest(options: DigestOptions = {}): Digest {
  const reference = options.referenceTime ?? options.alarmTime;
  const reader = createTimestampReader(reference === undefined ? undefined : reference + 86_400_000);
  const miner = createMiner(options.maxPatterns);
  /** What is known of the event at hand beside its text; one object for all, because this is once a line. */
  const reading: HeaderReading = { start: 0, timestamp: Number.NaN, rank: unknownRank };
  const window = emptyTally();
  const baseline = emptyTally();
  const handled = { ansi: 0, oversized: 0, json: 0, multiline: 0 };
  let waiting: { readonly event: LogEvent; readonly isBaseline: boolean }[] = [];
  let unknown: string[] = [];
  let layouts: readonly Layout[] = [];
  let readHeader = createHeaderReader([], reader);
  let learned = 0;
  let added = 0;
  let slots = new Uint32Array(options.keepAssignments === true ? 4096 : 0);
  let ranks: readonly number[] = [];
  let slotRank: (slot: number) => number = () => 0;

  function accept(event: LogEvent, isBaseline: boolean): void {
    if (learned > 0) {
      process(event, isBaseline);
      return;
    }
    waiting.push({ event, isBaseline });
    if (waiting.length >= sampleSize) flush();
  }

  function flush(): void {
    know(
      learnLayouts(
        waiting.map(({ event }) => firstLine(stripAnsi(event.message))),
        reader,
      ),
    );
    learned = 1;
    const events = waiting;
    waiting = [];
    for (const { event, isBaseline } of events) process(event, isBaseline);
  }

  function process(event: LogEvent, isBaseline: boolean): void {
    const tally = isBaseline ? baseline : window;
    let text = bounded(event.message);
    tally.bytes += event.message.length;
    let key = text;
    const flat = text.charCodeAt(0) === 123 ? flattenJson(text) : undefined;
    if (flat === undefined) header(text);
    else {
      handled.json++;
      key = flat.message;
      reading.start = 0;
      reading.timestamp = flat.timestamp ?? Number.NaN;
      reading.rank = severityRank(
        (flat.level === undefined ? undefined : severityOfWord(flat.level, true)) ?? "unknown",
      );
    }
    if (miner.scan(key, reading.start)) {
      if (text.includes("\u001b")) {
        // Colours may stand before or inside the header: read the cleaned message from its beginning.
        handled.ansi++;
        text = stripAnsi(text);
        key = flat === undefined ? text : stripAnsi(key);
        if (flat === undefined) header(text);
      }
      if (key.includes("\n")) {
        handled.multiline++;
        key = recordKey(key, reading.start);
        reading.start = 0;
      }
      miner.scan(key, reading.start);
    }
    if (event.timestamp !== undefined) reading.timestamp = event.timestamp;
    const { pattern, slot } = miner.find(key, reading.start, flat === undefined ? text : key);
    count(pattern, tally, isBaseline);
    if (!isBaseline && options.keepAssignments === true) keep(tally.events - 1, slot);
  }

  /** Tries the learned layouts; lines that fit none are kept to learn from, because formats may change midway. */
  function header(text: string): void {
    if (readHeader(text, reading)) return;
    if (learned <= maxRelearning) {
      unknown.push(firstLine(text));
      if (unknown.length >= sampleSize) {
        know([...layouts, ...learnLayouts(unknown, reader)].slice(0, 12));
        unknown = [];
        learned++;
      }
    }
  }

  function know(all: readonly Layout[]): void {
    layouts = all;
    readHeader = createHeaderReader(all, reader);
  }

  function count(pattern: Pattern, tally: WindowTally, isBaseline: boolean): void {
    const { timestamp, rank } = reading;
    tally.events++;
    if (isBaseline) pattern.baselineCount++;
    else pattern.count++;
    if (rank < pattern.declaredRank) pattern.declaredRank = rank;
    if (!Number.isFinite(timestamp)) {
      tally.undated++;
      return;
    }
    if (timestamp < tally.previous - clockTolerance) tally.setBacks++;
    tally.previous = timestamp;
    if (timestamp < tally.first) tally.first = timestamp;
    if (timestamp > tally.last) tally.last = timestamp;
    if (isBaseline) return;
    if (timestamp < pattern.firstSeen) pattern.firstSeen = timestamp;
    if (timestamp > pattern.lastSeen) pattern.lastSeen = timestamp;
    if (options.alarmTime !== undefined) {
      const distance = Math.abs(timestamp - options.alarmTime);
      if (distance < pattern.nearestToAlarm) pattern.nearestToAlarm = distance;
    }
  }

  function bounded(message: string): string {
    let text = message;
    if (text.length > maxMessageCharacters) {
      handled.oversized++;
      text = text.slice(0, maxMessageCharacters);
    }
    return text.charCodeAt(text.length - 1) <= 32 ? text.trimEnd() : text;
  }

  function keep(event: number, slot: number): void {
    if (event >= slots.length) {
      const larger = new Uint32Array(slots.length * 2);
      larger.set(slots);
      slots = larger;
    }
    slots[event] = slot;
  }

  function finish(facts: SourceFacts = {}): DigestReport {
    if (learned === 0) flush();
    const { clusters, clusterOf } = miner.finish();
    const result = createReport({ patterns: clusters, window, baseline, handled, miner, options, facts });
    ranks = result.ranks;
    slotRank = (slot) => (ranks[clusterOf(slot)] as number) + 1;
    return result.report;
  }

  return {
    add: (event) => {
      accept(event, false);
      return added++;
    },
    addBaseline: (event) => accept(event, true),
    finish,
    clusterNumberOf: (event) => slotRank(slots[event] as number),
  };
}

function emptyTally(): WindowTally {
  return {
    events: 0,
    bytes: 0,
    first: Number.POSITIVE_INFINITY,
    last: Number.NEGATIVE_INFINITY,
    undated: 0,
    previous: Number.NEGATIVE_INFINITY,
    setBacks: 0,
  };
}

function firstLine(text: string): string {
  const end = text.indexOf("\n");
  return (end < 0 ? text : text.slice(0, end)).slice(0, 400);
}
