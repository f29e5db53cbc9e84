/** Limits that AWS itself keeps: longer text never came from CloudWatch, or was tampered with on its way. */
export const limits = {
  arn: 1600,
  name: 255,
  description: 1024,
  reason: 1023,
  reasonData: 16_384,
  rule: 10_240,
  expression: 2048,
  value: 1024,
  tagKey: 128,
  tagValue: 256,
  metrics: 100,
  dimensions: 30,
  datapoints: 100,
  triggering: 100,
  tags: 50,
} as const;

/** Collects what a reader of the event should know about how it was taken. */
export type Notes = { readonly add: (note: string) => void; readonly all: () => readonly string[] };

export function startNotes(): Notes {
  const notes = new Set<string>();
  return { add: (note) => notes.size < 20 && notes.add(note), all: () => [...notes] };
}

/**
 * Text that is safe to print, log and show to a model: control, direction and invisible characters become visible
 * `\u001b` escapes, halves of surrogate pairs are replaced, every other letter stays. Cuts at `limit` and notes it.
 */
export function cleanText(
  text: string,
  limit: number,
  what: string,
  notes: Notes,
  lines: "keep" | "escape" = "escape",
) {
  const short = cutText(text, limit);
  if (short !== text) notes.add(`${what} was cut at ${limit} of ${text.length} characters`);
  const kept = lines === "keep" ? short.replace(/\r\n?/g, "\n") : short;
  const clean = kept
    .toWellFormed()
    .replace(invisible, (character) => (isKept(character, lines) ? character : escaped(character)));
  // Escapes lengthen the text: twice the limit leaves room for honest ones and stops a text made of nothing else.
  return cutText(clean, limit * 2);
}

/** One line of at most 60 characters that shows any value in a message. */
export function showValue(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(shortLine(value, 60));
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) {
    const keys = Object.keys(value);
    return keys.length === 0 ? "an empty object" : `an object with ${shortLine(keys.slice(0, 5).join(", "), 60)}`;
  }
  return shortLine(String(value), 60);
}

/** One printable line of at most `limit` characters. */
export function shortLine(text: string, limit: number): string {
  const visible = cutText(text, limit).toWellFormed().replace(invisible, escaped);
  return cutText(visible, limit);
}

/** RFC 3339 with milliseconds and `Z`, or undefined: CloudWatch writes `+0000` without the colon. */
export function isoTime(text: string): string | undefined {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(?:Z|([+-]\d\d):?(\d\d))$/.exec(text);
  if (parts === null) return undefined;
  const [, clock = "", fraction = "", hours = "+00", minutes = "00"] = parts;
  const written = Date.parse(`${clock}Z`);
  // V8 rolls 30 February over to March: what does not read back was no date.
  if (Number.isNaN(written) || !new Date(written).toISOString().startsWith(clock)) return undefined;
  const time = Date.parse(`${clock}${fraction.slice(0, 4)}${hours}:${minutes}`);
  if (Number.isNaN(time)) return undefined;
  const iso = new Date(time).toISOString();
  // An offset can push the year out of its four digits.
  return /^\d{4}-/.test(iso) ? iso : undefined;
}

const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Joiners shape letters in several scripts and in emoji, so they stay. */
const isKept = (character: string, lines: "keep" | "escape"): boolean =>
  character === "\u200c" || character === "\u200d" || (lines === "keep" && (character === "\n" || character === "\t"));

function escaped(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`;
}

function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
