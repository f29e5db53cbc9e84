import { isDigit, isSpace } from "./characters.ts";
import { endOfBracket, endOfClosed, endOfDash, endOfTag, endOfWord, isOpening, skipSpaces } from "./columns.ts";
import { type ColumnRecall, createColumnRecall, recallColumns, rememberColumns } from "./header-recall.ts";
import { severityOfWord, severityRank, unknownRank } from "./severity.ts";
import type { TimestampReader } from "./timestamp.ts";

/** What one column in front of the message is; `word` is anything that stands between two recognised ones. */
export type ColumnKind = "timestamp" | "level" | "bracket" | "dash" | "integer" | "word";

/** The fixed columns before the message of one log format, learned from its own lines. */
export interface Layout {
  readonly columns: readonly ColumnKind[];
  /** Share of sample lines whose message begins with `component[pid]:`. */
  readonly tagShare: number;
  /** `|` or tab where the format is delimited; then `fields` of them come before the message. */
  readonly delimiter?: string;
  readonly fields?: number;
  /** Of the timestamp's digit groups: a line that lacks other columns is of this format only if it has this shape. */
  readonly shape?: number;
}

export interface HeaderReading {
  /** Where the message begins. */
  start: number;
  timestamp: number;
  /** Of the level column, `unknownRank` where there is none. */
  rank: number;
}

/** Fills `reading` and returns true when the line has one of the layouts; what follows the header is the message. */
export type HeaderReader = (text: string, reading: HeaderReading) => boolean;

/** Tries the layouts in their order, each line from its beginning. */
export function createHeaderReader(layouts: readonly Layout[], reader: TimestampReader): HeaderReader {
  const known = layouts.map(columnsOf);
  return (text, reading) => {
    for (let at = 0; at < known.length; at++) {
      const columns = known[at] as Columns;
      reading.timestamp = Number.NaN;
      reading.rank = unknownRank;
      const fits =
        columns.layout.delimiter === undefined
          ? readColumns(columns, text, reader, reading)
          : readDelimited(columns.layout, text, reader, reading);
      if (fits) return true;
    }
    reading.start = 0;
    reading.timestamp = Number.NaN;
    reading.rank = unknownRank;
    return false;
  };
}

/** A layout and what was met in its columns; `recall` where a timestamp leads them and no other follows. */
interface Columns {
  readonly layout: Layout;
  readonly recall: ColumnRecall | undefined;
}

function columnsOf(layout: Layout): Columns {
  const { columns } = layout;
  const leads = columns[0] === "timestamp" && columns.indexOf("timestamp", 1) < 0;
  return { layout, recall: leads ? createColumnRecall() : undefined };
}

function readColumns(
  { layout, recall }: Columns,
  text: string,
  reader: TimestampReader,
  reading: HeaderReading,
): boolean {
  const { columns, tagShare } = layout;
  let index = skipSpaces(text, 0);
  let at = 0;
  let behindTime = 0;
  if (recall !== undefined) {
    behindTime = endOfTimestamp(text, index, reader);
    if (behindTime < 0) return false;
    reading.timestamp = reader.value;
    if (recallColumns(recall, text, behindTime, reading)) return true;
    index = skipSpaces(text, behindTime);
    at = 1;
  }
  let certain = true;
  for (; at < columns.length; at++) {
    if (index >= text.length) return false;
    const kind = columns[at] as ColumnKind;
    let end: number;
    if (kind === "timestamp") {
      end = endOfTimestamp(text, index, reader);
      if (end >= 0 && !Number.isNaN(reader.value)) reading.timestamp = reader.value;
    } else if (kind === "level") {
      end = endOfWord(text, index);
      const rank = rankOfColumn(text, index, end);
      // A line with its time but without the level: its message begins here. `AUDIT` may pass for a level.
      if (rank === unknownRank && !isCapitals(text, index, end)) {
        reading.start = index;
        return !Number.isNaN(reading.timestamp) && reader.shape === layout.shape;
      }
      if (rank !== unknownRank) reading.rank = rank;
    } else {
      end = endOfColumn(text, index, kind);
      if (kind === "bracket") certain &&= endOfClosed(text, index) >= 0;
    }
    if (end < 0) return false;
    index = skipSpaces(text, end);
  }
  const tagEnd = tagShare > 0 ? endOfTag(text, index) : -1;
  reading.start = tagShare > 0 ? skipTag(text, index, tagEnd, tagShare > 0.9) : index;
  if (recall !== undefined && certain && tagShare > 0 === tagEnd >= 0) {
    rememberColumns(recall, text, behindTime, reading);
  }
  return true;
}

/** End of one column, or -1 when what stands here is of another kind. */
function endOfColumn(text: string, at: number, kind: "bracket" | "dash" | "integer" | "word"): number {
  switch (kind) {
    case "bracket":
      return isOpening(text.charCodeAt(at)) ? endOfBracket(text, at) : -1;
    case "integer":
      return isDigit(text.charCodeAt(at)) ? endOfWord(text, at) : -1;
    case "dash":
      return endOfDash(text, at);
    case "word":
      return endOfWord(text, at);
  }
}

/** A timestamp with its brackets and the comma or colon after it; -1 when there is none. */
export function endOfTimestamp(text: string, at: number, reader: TimestampReader): number {
  const opening = isOpening(text.charCodeAt(at)) || text.charCodeAt(at) === 34;
  if (!reader.read(text, opening ? at + 1 : at)) return -1;
  let end = reader.end;
  if (opening) {
    const close = text.charCodeAt(end);
    if (close !== 93 && close !== 41 && close !== 62 && close !== 34) return -1;
    end++;
  }
  const after = text.charCodeAt(end);
  if (after === 44 || after === 58 || after === 59) end++;
  const next = text.charCodeAt(end);
  return end >= text.length || isSpace(next) || next === 124 || next === 91 ? end : -1;
}

const rankCache: ({ readonly word: string; readonly rank: number } | undefined)[] = Array.from({ length: 2048 });

/** Levels are few and come on every line, so each word is looked up once. */
function rankOfColumn(text: string, from: number, to: number): number {
  if (to - from > 15) return unknownRank;
  const slot = ((text.charCodeAt(from) & 127) << 4) | (to - from);
  const cached = rankCache[slot];
  if (cached !== undefined && text.startsWith(cached.word, from)) return cached.rank;
  const word = text.slice(from, to);
  const rank = severityRank(severityOfWord(word, true) ?? "unknown");
  rankCache[slot] = { word, rank };
  return rank;
}

function isCapitals(text: string, from: number, to: number): boolean {
  for (let index = from; index < to; index++) {
    const code = text.charCodeAt(index);
    if (code >= 97 && code <= 122) return false;
  }
  return to - from <= 15;
}

function readDelimited(layout: Layout, text: string, reader: TimestampReader, reading: HeaderReading): boolean {
  const delimiter = layout.delimiter as string;
  let from = 0;
  for (let field = 0; field < (layout.fields as number); field++) {
    const end = text.indexOf(delimiter, from);
    if (end < 0) return false;
    const start = skipSpaces(text, from);
    if (endOfTimestamp(text, start, reader) >= 0 && !Number.isNaN(reader.value)) reading.timestamp = reader.value;
    else if (reading.rank === unknownRank) {
      let to = end;
      while (to > start && isSpace(text.charCodeAt(to - 1))) to--;
      reading.rank = rankOfColumn(text, start, to);
    }
    from = end + 1;
  }
  reading.start = skipSpaces(text, from);
  return true;
}

/** Skips `component:`, `component[pid]:` and, where nearly every line has one, `two words[pid]:`. */
function skipTag(text: string, at: number, end: number, lenient: boolean): number {
  if (end >= 0) return skipSpaces(text, end);
  if (!lenient) return at;
  const second = skipSpaces(text, endOfWord(text, at));
  const secondEnd = endOfTag(text, second);
  return secondEnd >= 0 ? skipSpaces(text, secondEnd) : at;
}
