import { stem } from "./stem.ts";
import { hashStart, hashStep } from "./word-table.ts";

/** Calls `visit` for each word of a text in order; `eachSpan` says what a word is. */
export function eachWord(text: string, visit: (word: string, at: number) => void): void {
  eachSpan(codeReader()(text), (from, to) => visit(text.slice(from, to), from));
}

/**
 * Gives the character codes of a text, good until the next one is read: reading codes from an array is several times
 * faster than from a string, and one array for all texts spares an allocation for each.
 */
export function codeReader(): (text: string) => Uint16Array {
  let bytes = Buffer.alloc(0);
  return (text) => {
    if (bytes.length < text.length * 2) bytes = Buffer.allocUnsafeSlow(text.length * 4);
    bytes.write(text, "utf16le");
    return new Uint16Array(bytes.buffer, 0, text.length);
  };
}

/**
 * Calls `visit` with the stretch of each word and its hash. An identifier is one word ("redis-cache", "GetRecords.Success");
 * slashes part words; web addresses are passed over, since their parts name pages and not troubles.
 */
export function eachSpan(codes: Uint16Array, visit: (from: number, to: number, hash: number) => void): void {
  const length = codes.length;
  let at = 0;
  while (at < length) {
    if (!isWordCode(codes[at] as number)) {
      at++;
      continue;
    }
    const from = at;
    let hash = hashStart;
    do hash = hashStep(hash, codes[at++] as number);
    while (at < length && continuesWord(codes, at));
    if (codes[at] === 58 && codes[at + 1] === 47 && codes[at + 2] === 47) at = endOfAddress(codes, at);
    else if (at - from <= longestWord) visit(from, at, hash);
  }
}

/**
 * What one word is indexed as: each of its parts stemmed, after the whole identifier when it has several parts.
 * So "CPUUtilization" is found by itself, by "cpu" and by "utilized".
 */
export function termsOf(word: string): readonly string[] {
  const parts = partsOf(word);
  if (parts.length <= 1) return parts.map(stem);
  return [stem(wholeOf(word)), ...parts.map(stem)];
}

/** An identifier in the one spelling that all its spellings share, to be stemmed like a plain word: "redis-cache", "RedisCache" and "redis_cache". */
export function wholeOf(word: string): string {
  return word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/** Splits at punctuation, at changes of case and after digits; bare numbers are dropped but for HTTP status codes. */
export function partsOf(word: string): readonly string[] {
  const parts = word.match(partPattern) ?? [];
  return parts.filter(isTelling).map((part) => part.toLowerCase());
}

/** Beyond this it is a key, a hash or a blob. */
const longestWord = 100;

const partPattern =
  /\p{Lu}{2,}s(?![\p{Ll}])|\p{Lu}+(?=\p{Lu}\p{Ll})|\p{Lu}?[\p{Ll}\p{Lo}\p{Lm}\p{M}]+\p{N}*|\p{Lu}+\p{N}*|\p{N}+[\p{Ll}\p{Lo}]*/gu;

/** Character code → whether it is of a word, asked once for each: 0 not asked yet, 1 yes, 2 no. Half of a pair counts as one. */
const wordCodes = new Uint8Array(65_536);

function isWordCode(code: number): boolean {
  if (wordCodes[code] === 0) wordCodes[code] = /[_\p{L}\p{M}\p{N}\p{Cs}]/u.test(String.fromCharCode(code)) ? 1 : 2;
  return wordCodes[code] === 1;
}

/** Hyphen, dot and colon bind a word when a word character follows: "kube-proxy", "host:9100". */
function continuesWord(codes: Uint16Array, at: number): boolean {
  const code = codes[at] as number;
  if (isWordCode(code)) return true;
  return (code === 45 || code === 46 || code === 58) && at + 1 < codes.length && isWordCode(codes[at + 1] as number);
}

function endOfAddress(codes: Uint16Array, from: number): number {
  let at = from;
  while (at < codes.length && !endsAddress.has(codes[at] as number)) at++;
  return at;
}

const endsAddress = new Set(Array.from(" \t\r\n)>]\"'`").map((character) => character.charCodeAt(0)));

function isTelling(part: string): boolean {
  if (part.length > 60) return false;
  if (!/^\p{N}+$/u.test(part)) return part.length > 1 || /\p{Lo}/u.test(part);
  return /^[45]\d\d$/.test(part);
}
