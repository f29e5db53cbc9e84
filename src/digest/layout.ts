import { isDigit } from "./characters.ts";
import { endOfBracket, endOfDash, endOfTag, endOfWord, isOpening, skipSpaces } from "./columns.ts";
import { type ColumnKind, endOfTimestamp, type Layout } from "./header.ts";
import { severityOfWord } from "./severity.ts";
import type { TimestampReader } from "./timestamp.ts";

const maxColumns = 12;
/** Columns that may stand unrecognised between two recognised ones (host, node, facility). */
const maxGap = 4;

interface Column {
  readonly kind: ColumnKind | "tag";
  /** Shape of the timestamp, for telling formats apart. */
  readonly shape: number;
}

/**
 * Learns the header columns of each format that occurs in the sample: a column belongs to the header when nearly every
 * line of the format has a timestamp, a level, a bracket or a separator there, whatever stands between them included.
 * Nothing is assumed of any particular program's format. Most frequent layout first.
 */
export function learnLayouts(sample: readonly string[], reader: TimestampReader): readonly Layout[] {
  const groups = new Map<string, { readonly lines: string[]; readonly columns: Column[][] }>();
  for (const line of sample) {
    const columns = columnsOf(line, reader);
    const key = formatKey(columns);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { lines: [line], columns: [columns] });
    else {
      group.lines.push(line);
      group.columns.push(columns);
    }
  }
  const needed = Math.min(3, sample.length);
  return [...groups.values()]
    .filter((group) => group.lines.length >= needed && group.lines.length >= sample.length * 0.01)
    .sort((first, second) => second.lines.length - first.lines.length)
    .map((group) => delimitedLayout(group.lines, reader) ?? columnLayout(group.columns))
    .filter((layout) => layout !== undefined);
}

/** Lines with their timestamp (or else their level) in the same place and shape are of one format. */
function formatKey(columns: readonly Column[]): string {
  const timestamp = columns.findIndex((column) => column.kind === "timestamp");
  if (timestamp >= 0) return `timestamp ${timestamp} ${columns[timestamp]?.shape}`;
  const level = columns.findIndex((column) => column.kind === "level");
  return level >= 0 && level < 4 ? `level ${level}` : "none";
}

function columnsOf(line: string, reader: TimestampReader): Column[] {
  const columns: Column[] = [];
  let index = skipSpaces(line, 0);
  while (index < line.length && columns.length < maxColumns) {
    const timestampEnd = endOfTimestamp(line, index, reader);
    if (timestampEnd >= 0) {
      columns.push({ kind: "timestamp", shape: reader.shape });
      index = skipSpaces(line, timestampEnd);
      continue;
    }
    const end = isOpening(line.charCodeAt(index)) ? endOfBracket(line, index) : endOfWord(line, index);
    const kind = kindOf(line, index, end);
    // "error" is a word like any other, unless a time came before it or it is written as a level (`ERROR`, `[error]`).
    const isPlain = kind === "level" && /^[a-z]+$/.test(line.slice(index, end));
    columns.push({ kind: isPlain && !columns.some(isTimestamp) ? "word" : kind, shape: 0 });
    index = skipSpaces(line, end);
  }
  return columns;
}

function isTimestamp(column: Column): boolean {
  return column.kind === "timestamp";
}

function kindOf(line: string, from: number, to: number): Column["kind"] {
  if (severityOfWord(line.slice(from, to), true) !== undefined) return "level";
  if (isOpening(line.charCodeAt(from))) return "bracket";
  if (endOfDash(line, from) === to) return "dash";
  if (endOfTag(line, from) >= to) return "tag";
  for (let index = from; index < to; index++) if (!isDigit(line.charCodeAt(index))) return "word";
  return "integer";
}

function columnLayout(lines: readonly (readonly Column[])[]): Layout | undefined {
  const share = (at: number, kind: Column["kind"]) =>
    lines.reduce((sum, columns) => sum + (columns[at]?.kind === kind ? 1 : 0), 0) / lines.length;
  const kinds: ColumnKind[] = [];
  let end = 0;
  let tagShare = 0;
  for (let at = 0; at < maxColumns && at - end <= maxGap; at++) {
    const tags = share(at, "tag");
    if (tags >= 0.5 && end > 0) {
      tagShare = tags;
      end = at;
      break;
    }
    const kind = anchorAt(at, end, share);
    const even = (["integer", "bracket"] as const).find((candidate) => share(at, candidate) >= 0.98);
    kinds.push(kind ?? even ?? "word");
    if (kind !== undefined) end = at + 1;
  }
  if (end === 0) return undefined;
  // A number that follows the header on every line is one more field of it (flag, thread, sequence).
  if (tagShare === 0) while (end < maxColumns && kinds[end] === "integer") end++;
  const shape = lines[0]?.find(isTimestamp)?.shape ?? 0;
  return { columns: kinds.slice(0, end), tagShare, shape };
}

/** The kind that makes this column a header column, if nearly all lines agree on one. */
function anchorAt(
  at: number,
  headerEnd: number,
  share: (at: number, kind: Column["kind"]) => number,
): ColumnKind | undefined {
  if (share(at, "timestamp") >= 0.9) return "timestamp";
  if (share(at, "level") >= 0.9) return "level";
  // Brackets and dashes also begin messages: they count only where they continue a header that has begun.
  if (headerEnd === 0) return undefined;
  if (share(at, "dash") >= 0.9 && at - headerEnd <= 2) return "dash";
  const brackets = share(at, "bracket");
  return brackets >= 0.98 || (brackets >= 0.95 && at - headerEnd <= 1) ? "bracket" : undefined;
}

/** Formats that separate their fields by `|` or tabs: as many fields as (nearly) every line has before its message. */
function delimitedLayout(lines: readonly string[], reader: TimestampReader): Layout | undefined {
  for (const delimiter of ["|", "\t"]) {
    const counts = lines.map((line) => occurrences(line.slice(0, 240), delimiter)).sort((a, b) => a - b);
    const fields = counts[Math.floor(counts.length * 0.02)] as number;
    if (fields < 2 || fields > 12) continue;
    const dated = lines.filter((line) => firstFieldsHold(line, delimiter, fields, reader)).length;
    if (dated >= lines.length * 0.9) return { columns: [], tagShare: 0, delimiter, fields };
  }
  return undefined;
}

function firstFieldsHold(line: string, delimiter: string, fields: number, reader: TimestampReader): boolean {
  return line
    .split(delimiter, fields)
    .some((field) => endOfTimestamp(field.trim(), 0, reader) >= 0 || severityOfWord(field.trim(), true) !== undefined);
}

function occurrences(text: string, part: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) count++;
  return count;
}
