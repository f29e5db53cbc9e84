/** Worst first: what decides which clusters a reader sees when there is no room for all. */
export const severities = ["fatal", "error", "warning", "notice", "info", "debug", "unknown"] as const;
export type Severity = (typeof severities)[number];

const levelWords: ReadonlyMap<string, Severity> = new Map([
  ...named("fatal", "fatal critical crit emerg emergency panic alert"),
  ...named("error", "error err severe failure fail failed exception"),
  ...named("warning", "warning warn wrn"),
  ...named("notice", "notice"),
  ...named("info", "info information informational inf config"),
  ...named("debug", "debug trace verbose fine finer finest dbg trc"),
]);

const levelLetters: ReadonlyMap<string, Severity> = new Map([
  ["F", "fatal"],
  ["E", "error"],
  ["W", "warning"],
  ["I", "info"],
  ["D", "debug"],
  ["V", "debug"],
]);

const ranks: Readonly<Record<Severity, number>> = {
  fatal: 0,
  error: 1,
  warning: 2,
  notice: 3,
  info: 4,
  debug: 5,
  unknown: 6,
};

/** Reads a level column: `ERROR`, `[error]`, `<warn>`, `INFO:`. A single capital letter counts only where asked for. */
export function severityOfWord(word: string, allowLetter: boolean): Severity | undefined {
  if (word.length > 15) return undefined;
  const bare = stripPunctuation(word);
  if (bare.length === 1) return allowLetter ? levelLetters.get(bare) : undefined;
  return levelWords.get(bare.toLowerCase());
}

/** Index into `severities`: 0 for the worst. Counted events keep this number, because comparing words costs more. */
export function severityRank(severity: Severity): number {
  return ranks[severity];
}

/** Of a line that names no severity. */
export const unknownRank = severities.length - 1;

const fatalText =
  /\b(?:panic(?:ked)?|fatal|segfault|segmentation fault|out of memory|oom-?kill(?:ed|er)?|core dumped)\b/i;
const errorText =
  /\b(?:errors?|exceptions?|fail(?:ed|ure|s|ing)?|traceback|refused|denied|unreachable|abort(?:ed)?|corrupt(?:ed|ion)?|cannot|could not|couldn't|unable to|no space left|timed? ?out|deadlock|killed|rejected|unavailable|exhausted|5\d\d (?:internal|bad|service|gateway))\b|(?:Error|Exception)\b/i;
const warningText =
  /\b(?:warn(?:ing)?|retry(?:ing)?|retries|deprecated|slow|degraded|throttl\w*|exceed(?:s|ed)?|lost|missing|dropped|invalid)\b/i;
const negatedText =
  /\b(?:no|0|zero|without) (?:errors?|failures?|exceptions?|warnings?)\b|\berrors?[=:] ?(?:0|none|null|false)\b/gi;

/**
 * Severity by what a line says, for lines whose header gives none or plays it down: a service that logs
 * "connection refused" at INFO is still refusing connections, but text never raises a declared level past `error`.
 */
export function severityOfText(text: string): Severity {
  const head = (text.length > 600 ? text.slice(0, 600) : text).replace(negatedText, "");
  const declared = /\b(?:level|lvl|severity)["']?\s*[=:]\s*["']?([A-Za-z]+)/i.exec(head)?.[1];
  const level = declared === undefined ? undefined : severityOfWord(declared, false);
  if (level !== undefined) return level;
  if (fatalText.test(head)) return "fatal";
  if (errorText.test(head)) return "error";
  return warningText.test(head) ? "warning" : "unknown";
}

function stripPunctuation(word: string): string {
  let from = 0;
  let to = word.length;
  while (from < to && !isLetter(word.charCodeAt(from))) from++;
  while (to > from && !isLetter(word.charCodeAt(to - 1))) to--;
  return from === 0 && to === word.length ? word : word.slice(from, to);
}

function isLetter(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

function named(severity: Severity, words: string): [string, Severity][] {
  return words.split(" ").map((word) => [word, severity]);
}
