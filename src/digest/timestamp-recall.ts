import { characterClass, isDigit, letterClass } from "./characters.ts";

export interface TimestampReader {
  /** Where the timestamp of the last successful read ends. */
  end: number;
  /** Milliseconds since 1970, or NaN for a date or a time of day alone. */
  value: number;
  /** Lengths of the digit groups as one number: two timestamps of one format have one shape. */
  shape: number;
  /** Reads a timestamp that begins exactly at `at`; false when there is none. */
  read(text: string, at: number): boolean;
}

/**
 * How the last timestamp was written. Neighbouring lines nearly always share their date: with the part before the hour
 * and the part after the seconds compared as they stand, only six digits and a fraction are left to read.
 */
export interface Recall {
  prefix: string;
  suffix: string;
  /** -1 while nothing is remembered. */
  fractionLength: number;
  /** Start of the day in the timestamp's own zone. */
  dayStart: number;
  shape: number;
}

export function createRecall(): Recall {
  return { prefix: "", suffix: "", fractionLength: -1, dayStart: 0, shape: 0 };
}

/** Reads the time of day of a timestamp that is written like the one before it on the same day; false for any other. */
export function recallTimestamp(recall: Recall, text: string, at: number, reader: TimestampReader): boolean {
  const { prefix, suffix, fractionLength } = recall;
  if (fractionLength < 0 || !standsAt(prefix, text, at)) return false;
  const hourAt = at + prefix.length;
  const time = timeAt(text, hourAt);
  if (time < 0) return false;
  let index = hourAt + 8;
  let fraction = 0;
  if (fractionLength > 0) {
    let scale = 100;
    for (let digit = 1; digit <= fractionLength; digit++) {
      const code = text.charCodeAt(index + digit);
      if (!isDigit(code)) return false;
      fraction += (code - 48) * scale;
      scale /= 10;
    }
    index += fractionLength + 1;
  }
  if (!standsAt(suffix, text, index) || isDigit(text.charCodeAt(index)) || isMore(text, index + suffix.length))
    return false;
  reader.end = index + suffix.length;
  reader.value = recall.dayStart + time * 1000 + Math.floor(fraction);
  reader.shape = recall.shape;
  return true;
}

/** Keeps how a timestamp was read, for the next line that has the same shape. */
export function rememberTimestamp(
  recall: Recall,
  text: string,
  at: number,
  timeStart: number,
  reader: TimestampReader,
): void {
  recall.fractionLength = -1;
  const time = timeAt(text, timeStart);
  if (time < 0) return;
  let index = timeStart + 8;
  let digits = 0;
  const separator = text.charCodeAt(index);
  if (index < reader.end && (separator === 46 || separator === 44 || separator === 58)) {
    while (isDigit(text.charCodeAt(index + 1 + digits))) digits++;
  }
  if (digits > 0) index += digits + 1;
  if (index > reader.end || digits > 9) return;
  recall.prefix = text.slice(at, timeStart);
  recall.suffix = text.slice(index, reader.end);
  recall.shape = reader.shape;
  recall.fractionLength = digits;
  recall.dayStart = Math.floor(reader.value / 1000) * 1000 - time * 1000;
}

/** `startsWith` for a few characters, without the price of its call. */
export function standsAt(part: string, text: string, at: number): boolean {
  for (let index = 0; index < part.length; index++) {
    if (text.charCodeAt(at + index) !== part.charCodeAt(index)) return false;
  }
  return true;
}

/** Seconds of `hh?mm?ss` here, or -1. */
function timeAt(text: string, at: number): number {
  const hour = pairAt(text, at);
  const minute = pairAt(text, at + 3);
  const second = pairAt(text, at + 6);
  if (hour < 0 || hour > 24 || minute < 0 || minute > 59 || second < 0 || second > 60) return -1;
  return (hour * 60 + minute) * 60 + second;
}

function pairAt(text: string, at: number): number {
  const tens = text.charCodeAt(at);
  const ones = text.charCodeAt(at + 1);
  return isDigit(tens) && isDigit(ones) ? (tens - 48) * 10 + ones - 48 : -1;
}

/** A fraction, zone or year where the remembered timestamp had none: it must be read in full. */
function isMore(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code === 32 && characterClass[text.charCodeAt(at + 1)] === letterClass) return text.startsWith(" UTC", at);
  if (code === 46 || code === 44 || code === 58 || code === 43 || code === 45) return isDigit(text.charCodeAt(at + 1));
  if (code === 32) {
    const next = text.charCodeAt(at + 1);
    return (
      next === 43 || ((next === 45 || isDigit(next)) && isDigit(text.charCodeAt(at + 4))) || text.startsWith(" UTC", at)
    );
  }
  return isDigit(code) || code === 90;
}
