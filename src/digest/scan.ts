import {
  characterClass,
  colonClass,
  commaClass,
  digitClass,
  isDigit,
  isHexDigit,
  joinerClass,
  letterClass,
  spaceClass,
  stopClass,
} from "./characters.ts";

/** More tokens than this say nothing new about which template a line belongs to. */
export const maxTokens = 400;
/** Characters of one record that decide its template. */
export const maxScannedCharacters = 4096;

export interface Scanner {
  /** Tokens found by the last scan. */
  count: number;
  /** Two hashes of the masked tokens: lines with equal pairs are taken as having the same signature. */
  hashA: number;
  hashB: number;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** 1 where the token was masked as variable. */
  readonly masked: Uint8Array;
  /** Control characters (line breaks, terminal codes) were met: the text needs cleaning before it is scanned. */
  control: boolean;
}

const maskHash = 0x3c6ef372;
const commaHash = 0x2c1b3c6d;
const comma = 44;
/** Ends any word; `maybeWeight` ends it unless what follows says otherwise. */
const endWeight = -2;
const maybeWeight = -1;
const weights = buildWeights();

/** A scanner with its buffers, to be used for one line after the other. */
export function createScanner(): Scanner {
  return {
    count: 0,
    hashA: 0,
    hashB: 0,
    control: false,
    starts: new Int32Array(maxTokens + 2),
    ends: new Int32Array(maxTokens + 2),
    masked: new Uint8Array(maxTokens + 2),
  };
}

/**
 * Splits and masks in one pass over character codes, without allocating: times, numbers, addresses, ids, paths and
 * the like become one mask, neighbouring masks collapse into one, and the hash sees the masked text only. A function of
 * the module and not of each scanner, because the engine compiles a lone function a third faster than one of many.
 */
export function scan(scanner: Scanner, text: string, from: number): void {
  const { starts, ends, masked } = scanner;
  const charges = weights;
  const classes = characterClass;
  const limit = Math.min(text.length, from + maxScannedCharacters);
  let hashA = 0x811c9dc5 | 0;
  let hashB = 0x1b873593 | 0;
  let count = 0;
  let index = from;
  let control = false;
  // A comma behind a mask is held back, because `1, 2, 3` is one variable.
  let heldComma = -1;
  let lastMasked = false;
  while (index < limit && count < maxTokens) {
    let code = text.charCodeAt(index);
    const kind = classes[code] as number;
    if (kind === spaceClass) {
      if (code !== 32 && code !== 9 && code !== 0xa0) control = true;
      index++;
      continue;
    }
    const start = index;
    let hash = 0;
    let isMask = false;
    if (kind > stopClass) {
      index++;
      if (kind === commaClass && lastMasked && heldComma < 0) {
        heldComma = start;
        continue;
      }
      hash = code;
    } else {
      // Letters in the low half, digits in the high half: one addition where branches would be guessed wrong.
      let tally = 0;
      for (;;) {
        const weight = charges[code] as number;
        if (weight >= 0) tally += weight;
        else if (weight === endWeight || !continues(text, start, index, classes[code] as number)) break;
        hash = Math.imul(hash ^ code, 0x01000193) + 1;
        if (++index >= limit) break;
        code = text.charCodeAt(index);
      }
      // A stop that begins a word and nothing else does: take all of them.
      if (index === start) {
        while (index < limit && classes[text.charCodeAt(index)] === stopClass) index++;
        hash = 46;
      }
      const length = index - start;
      // Plain words and plain numbers, most of all tokens, are decided here; the rest costs a call.
      if (tally !== length || length === 3 || length >= 8) {
        isMask = tally >= 0x20000 || isVariable(text, start, index, tally >> 16, tally & 0xffff);
      }
    }
    if (isMask) {
      if (lastMasked) {
        ends[count - 1] = index;
        heldComma = -1;
        continue;
      }
      hash = maskHash;
    } else if (heldComma >= 0) {
      starts[count] = heldComma;
      ends[count] = heldComma + 1;
      masked[count++] = 0;
      hashA = Math.imul(hashA ^ commaHash, 0x01000193);
      hashB = Math.imul(hashB ^ comma, 0x5bd1e995);
      heldComma = -1;
    }
    hashA = Math.imul(hashA ^ hash, 0x01000193);
    hashA ^= hashA >>> 15;
    hashB = Math.imul(hashB + hash, 0x5bd1e995);
    hashB ^= hashB >>> 13;
    starts[count] = start;
    ends[count] = index;
    masked[count++] = isMask ? 1 : 0;
    lastMasked = isMask;
    // The space that nearly always follows is stepped over here, not by another turn of the loop.
    if (code === 32 && index > start + 1) index++;
  }
  scanner.count = count;
  scanner.hashA = hashA;
  scanner.hashB = hashB;
  scanner.control = control;
}

function buildWeights(): Int32Array {
  return Int32Array.from(characterClass, (kind) => {
    if (kind === letterClass) return 1;
    if (kind === digitClass) return 0x10000;
    if (kind === joinerClass) return 0;
    return kind > commaClass ? endWeight : maybeWeight;
  });
}

/** Whether a stop, colon or comma at `index` belongs to the word that began at `start`. */
function continues(text: string, start: number, index: number, kind: number): boolean {
  const next = text.charCodeAt(index + 1);
  if (kind === stopClass) {
    const after = characterClass[next];
    return after === letterClass || after === digitClass || after === joinerClass;
  }
  if (index === start) return false;
  const before = text.charCodeAt(index - 1);
  if (isDigit(next) && (isDigit(before) || (kind === colonClass && endsLikeAddress(text, start, index)))) return true;
  return kind === colonClass && isHexDigit(next) && isHexDigit(before) && isHexPair(text, start, index);
}

/** `db.internal:5432` and `main.go:17` take their number with them; `state.itemCount:17` names one. */
function endsLikeAddress(text: string, from: number, to: number): boolean {
  let index = to - 1;
  while (index > from && isLowerCase(text.charCodeAt(index))) index--;
  return index > from && text.charCodeAt(index) === 46 && to - index <= 9;
}

function isLowerCase(code: number): boolean {
  return code >= 97 && code <= 122;
}

/** `aa:bb` and `fe80:12`: hexadecimal up to here, and two such digits and no more behind. */
function isHexPair(text: string, start: number, at: number): boolean {
  if (!isHexDigit(text.charCodeAt(at + 2))) return false;
  const after = characterClass[text.charCodeAt(at + 3)];
  if (after === letterClass || after === digitClass) return false;
  for (let index = start; index < at; index++) {
    const code = text.charCodeAt(index);
    if (!isHexDigit(code) && code !== 58) return false;
  }
  return true;
}

/** True when a word is a value by its very shape: a number, address, id, path, or a word that is mostly counter. */
function isVariable(text: string, from: number, to: number, digits: number, letters: number): boolean {
  const length = to - from;
  const first = text.charCodeAt(from);
  if (first === 47 || first === 92 || first === 126) return length > 1;
  if (digits === 1) {
    // "ssh2" and "utf8" are words; "task_5", "#3", "web-2.local" and "3rd" are counters.
    let lastDigit = to - 1;
    while (!isDigit(text.charCodeAt(lastDigit))) lastDigit--;
    if (letters === 0 || lastDigit === from || (letters === 1 && length > 2)) return true;
    const before = characterClass[text.charCodeAt(lastDigit - 1)] as number;
    if (before !== joinerClass && before !== stopClass && before !== colonClass) return false;
    return lastDigit === to - 1 || characterClass[text.charCodeAt(lastDigit + 1)] !== letterClass;
  }
  if (letters === length) {
    if (length === 3) return first >= 65 && first <= 90 && isCalendarName(text, from);
    return length >= 8 && isHexDigit(first) && isHexDigit(text.charCodeAt(from + 1)) && allHex(text, from, to);
  }
  if (letters === 0) return length > 1 && first === 42 && text.charCodeAt(to - 1) === 42;
  for (let at = from + 1; at < to - 1; at++) if (text.charCodeAt(at) === 64) return true;
  return false;
}

function allHex(text: string, from: number, to: number): boolean {
  for (let index = from; index < to; index++) if (!isHexDigit(text.charCodeAt(index))) return false;
  return true;
}

const calendarNames = new Set(
  "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec Mon Tue Wed Thu Fri Sat Sun"
    .split(" ")
    .map((name) => threeAt(name, 0)),
);

function threeAt(text: string, at: number): number {
  return (text.charCodeAt(at) << 16) | (text.charCodeAt(at + 1) << 8) | text.charCodeAt(at + 2);
}

/** `Jun` in `Jun 17`, `Fri` in `Fri Jun 17`: part of a date when a number or another such name follows. */
function isCalendarName(text: string, at: number): boolean {
  if (!calendarNames.has(threeAt(text, at))) return false;
  let next = at + 3;
  while (text.charCodeAt(next) === 32 || text.charCodeAt(next) === comma) next++;
  return isDigit(text.charCodeAt(next)) || calendarNames.has(threeAt(text, next));
}
