/** Tokens of a text, estimated on the high side for English and log text: one for each 3.5 characters. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 3.5);
}

/** Characters that a text of fewer than `tokens` tokens may have. */
export function charactersUnder(tokens: number): number {
  return Math.max(0, Math.floor((tokens - 1) * 3.5));
}

/** Removes terminal colour and cursor sequences (CSI, OSC and the two-character escapes). */
export function stripAnsi(text: string): string {
  return text.includes("\u001b") || text.includes("\u009b") ? text.replace(ansi, "") : text;
}

/**
 * Makes every invisible or reordering character visible (`\u{202e}`), so that what a person reviews is what a model
 * reads. Line breaks and tabs stay.
 */
export function neutralise(text: string): string {
  return text.replace(invisible, (character) => `\\u{${(character.codePointAt(0) as number).toString(16)}}`);
}

/** At most `length` characters on one line, a cut surrogate pair never left behind. */
export function oneLine(text: string, length: number): string {
  const flat = text.replace(/\s*\n\s*/g, " ⏎ ").trim();
  return flat.length <= length ? flat : `${flat.slice(0, length - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what these find
const ansi = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[@-Z\\-_]/g;
const invisible =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this finds
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;
