import { fourDigits, monthAt, weekdayAt } from "./calendar.ts";
import { isDigit } from "./characters.ts";
import { createRecall, recallTimestamp, rememberTimestamp, type TimestampReader } from "./timestamp-recall.ts";

export type { TimestampReader } from "./timestamp-recall.ts";

const dayMilliseconds = 86_400_000;

/**
 * Reads ISO 8601 and its many relatives (any of `- / . : _ T` between the groups, with or without year, compact or
 * not), syslog, RFC 2822, common log format and epoch seconds or milliseconds. Where no zone is written, UTC is taken;
 * where no year is written, the latest one that is not after `reference`.
 */
export function createTimestampReader(reference?: number): TimestampReader {
  const values = new Float64Array(8);
  const lengths = new Int32Array(8);
  const groupStarts = new Int32Array(8);
  const recall = createRecall();
  /** Where the hour of the timestamp just read stands, if it is written in pairs. */
  let timeStart = -1;
  const reader: TimestampReader = { end: 0, value: Number.NaN, shape: 0, read };
  let groups = 0;
  /** A colon stood between the groups: without one, three pairs are a version or a date, not a time. */
  let timed = false;
  /** The time was written without separators. */
  let spread = false;
  let cachedDay = -1;
  let cachedStart = 0;

  function read(text: string, at: number): boolean {
    if (recallTimestamp(recall, text, at, reader)) return true;
    const code = text.charCodeAt(at);
    timeStart = -1;
    const found = isDigit(code) ? readNumeric(text, at) : code >= 65 && code <= 122 && readNamed(text, at);
    if (found && timeStart >= 0) rememberTimestamp(recall, text, at, timeStart, reader);
    return found;
  }

  function readNumeric(text: string, at: number): boolean {
    let index = readGroups(text, at);
    if (groups === 0) return false;
    if (groups === 1 && (lengths[0] as number) <= 2) {
      const month = monthAt(text, index + 1);
      const separator = text.charCodeAt(index);
      if (month > 0 && (separator === 32 || separator === 47 || separator === 45))
        return dayMonth(text, index + 4, month);
    }
    if (groups === 1) return epoch(index);
    index = zone(text, index);
    return numericShape(index);
  }

  /** Digit groups with single separators; a space counts only where a date is complete and a time follows. */
  function readGroups(text: string, at: number): number {
    let index = at;
    let inTime = false;
    spread = false;
    groups = 0;
    while (groups < 8) {
      let value = 0;
      const from = index;
      let code = text.charCodeAt(index);
      while (isDigit(code) && index - from < 19) {
        value = value * 10 + code - 48;
        code = text.charCodeAt(++index);
      }
      values[groups] = value;
      groupStarts[groups] = from;
      lengths[groups++] = index - from;
      if (!isDigit(text.charCodeAt(index + 1)) || !separates(code, inTime)) break;
      if (code === 58) inTime = true;
      index++;
    }
    timed = inTime;
    return index;
  }

  function separates(code: number, inTime: boolean): boolean {
    if (code === 32) {
      if (groups === 1) return lengths[0] === 6 || lengths[0] === 8 || (lengths[0] as number) <= 2;
      return !inTime && (groups === 3 || (groups === 2 && pairs(2)));
    }
    return code === 45 || code === 47 || code === 46 || code === 58 || code === 84 || code === 95 || code === 44;
  }

  function numericShape(end: number): boolean {
    let shape = 0;
    for (let index = 0; index < Math.min(groups, 6); index++)
      shape = shape * 10 + Math.max(2, Math.min(lengths[index] as number, 9));
    const length = (index: number) => lengths[index] as number;
    const at = (index: number) => values[index] as number;
    if (groups >= 6 && length(0) === 4) return dated(at(0), at(1), at(2), 3, end, shape);
    if (groups >= 6 && length(2) === 4) {
      const dayFirst = at(0) > 12;
      return dated(at(2), dayFirst ? at(1) : at(0), dayFirst ? at(0) : at(1), 3, end, shape);
    }
    if (groups >= 6 && pairs(6)) {
      const monthFirst = at(1) > 12;
      const year = 2000 + (monthFirst ? at(2) : at(0));
      return dated(year, monthFirst ? at(0) : at(1), monthFirst ? at(1) : at(2), 3, end, shape);
    }
    if (groups >= 4 && length(0) === 8) return compact(at(0), 1, end, shape);
    if (groups === 5 || groups === 6) if (pairs(5)) return dated(yearOf(at(0), at(1)), at(0), at(1), 2, end, shape);
    if (groups === 2 && (length(0) === 6 || length(0) === 8) && length(1) === 6) {
      spreadTime();
      return compact(length(0) === 6 ? 20_000_000 + at(0) : at(0), 1, end, shape);
    }
    if (groups === 2 && length(0) === 10) return epochFraction(end, shape);
    if (groups >= 3 && groups <= 4 && pairs(3) && timed) return timeOnly(end, shape);
    if (groups === 3 && length(0) === 4 && at(1) >= 1 && at(1) <= 12 && at(2) <= 31)
      return accept(end, Number.NaN, shape);
    return false;
  }

  function pairs(count: number): boolean {
    for (let index = 0; index < count; index++) if (lengths[index] !== 2) return false;
    return true;
  }

  /** `203615` as three groups. */
  function spreadTime(): void {
    const time = values[1] as number;
    values[1] = Math.floor(time / 10_000);
    values[2] = Math.floor(time / 100) % 100;
    values[3] = time % 100;
    groups = 4;
    spread = true;
  }

  function compact(date: number, timeAt: number, end: number, shape: number): boolean {
    return dated(Math.floor(date / 10_000), Math.floor(date / 100) % 100, date % 100, timeAt, end, shape);
  }

  function dated(year: number, month: number, day: number, timeAt: number, end: number, shape: number): boolean {
    const hour = values[timeAt] as number;
    const minute = values[timeAt + 1] as number;
    const second = values[timeAt + 2] as number;
    if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60) return false;
    let fraction = 0;
    if (groups > timeAt + 3) {
      fraction = Math.floor(((values[timeAt + 3] as number) / 10 ** (lengths[timeAt + 3] as number)) * 1000);
    }
    if (lengths[timeAt] === 2 && lengths[timeAt + 1] === 2 && lengths[timeAt + 2] === 2 && !spread) {
      timeStart = groupStarts[timeAt] as number;
    }
    const seconds = (hour * 60 + minute) * 60 + second;
    return accept(end, startOfDay(year, month, day) + seconds * 1000 + fraction - offset, shape);
  }

  function startOfDay(year: number, month: number, day: number): number {
    const key = (year * 16 + month) * 32 + day;
    if (key !== cachedDay) {
      cachedDay = key;
      cachedStart = Date.UTC(year, month - 1, day);
    }
    return cachedStart;
  }

  function yearOf(month: number, day: number): number {
    // A leap year, so that 29 February exists when nothing says which year it was.
    if (reference === undefined) return 2000;
    const year = new Date(reference).getUTCFullYear();
    return Date.UTC(year, month - 1, day) > reference + dayMilliseconds ? year - 1 : year;
  }

  /** `Jun 14 15:16:01`, `Sun Dec 04 04:47:44 2005`, `Mon, 05 Dec 2005 04:47:44`. */
  function readNamed(text: string, at: number): boolean {
    let index = at;
    if (weekdayAt(text, index) > 0) {
      index += text.charCodeAt(index + 3) === 44 ? 4 : 3;
      if (text.charCodeAt(index) !== 32) return false;
      index++;
      if (isDigit(text.charCodeAt(index))) return readNumeric(text, index);
    }
    const month = monthAt(text, index);
    if (month === 0 || text.charCodeAt(index + 3) !== 32) return false;
    index += text.charCodeAt(index + 4) === 32 ? 5 : 4;
    index = readGroups(text, index);
    if (groups < 4 || (lengths[0] as number) > 2) return false;
    const day = values[0] as number;
    let year = yearOf(month, day);
    if (text.charCodeAt(index) === 32 && fourDigits(text, index + 1)) {
      year = Number(text.slice(index + 1, index + 5));
      index += 5;
    }
    index = zone(text, index);
    return dated(year, month, day, 1, index, 33);
  }

  /** After `10/Oct`: `/2000:13:55:36 -0700` or ` 2005 04:47:44`. */
  function dayMonth(text: string, after: number, month: number): boolean {
    const day = values[0] as number;
    if (fourDigits(text, after + 1) && text.charCodeAt(after + 5) === 32) {
      const time = readGroups(text, after + 6);
      const year = Number(text.slice(after + 1, after + 5));
      return groups >= 3 && dated(year, month, day, 0, zone(text, time), 36);
    }
    const index = readGroups(text, after + 1);
    if (groups < 4 || lengths[0] !== 4) {
      return groups === 3 && dated(yearOf(month, day), month, day, 0, zone(text, index), 34);
    }
    const end = zone(text, index);
    return dated(values[0] as number, month, day, 1, end, 35);
  }

  function epoch(end: number): boolean {
    const value = values[0] as number;
    if (lengths[0] === 10 && value > 8e8 && value < 4.2e9) return accept(end, value * 1000, 100);
    return lengths[0] === 13 && value > 8e11 && value < 4.2e12 && accept(end, value, 101);
  }

  function epochFraction(end: number, shape: number): boolean {
    const value = values[0] as number;
    if (value < 8e8 || value > 4.2e9) return false;
    return accept(end, value * 1000 + Math.floor(((values[1] as number) / 10 ** (lengths[1] as number)) * 1000), shape);
  }

  function timeOnly(end: number, shape: number): boolean {
    if ((values[0] as number) > 24 || (values[1] as number) > 59 || (values[2] as number) > 60) return false;
    return accept(end, Number.NaN, shape);
  }

  let offset = 0;
  /** `Z`, `+02:00`, ` -0700`, ` UTC`; leaves the offset for the date that is computed next. */
  function zone(text: string, at: number): number {
    offset = 0;
    let index = at;
    const code = text.charCodeAt(index);
    if (code === 90) return index + 1;
    if (code === 32) {
      if (text.startsWith(" UTC", index) || text.startsWith(" GMT", index)) return index + 4;
      index++;
    }
    const sign = text.charCodeAt(index);
    if ((sign !== 43 && sign !== 45) || !isDigit(text.charCodeAt(index + 1))) return at;
    const match = /^[+-](\d\d):?(\d\d)(?!\d)/.exec(text.slice(index, index + 7));
    if (match === null) return at;
    offset = (sign === 45 ? -1 : 1) * (Number(match[1]) * 60 + Number(match[2])) * 60_000;
    return index + match[0].length;
  }

  function accept(end: number, value: number, shape: number): boolean {
    reader.end = end;
    reader.value = value;
    reader.shape = shape;
    return true;
  }

  return reader;
}
