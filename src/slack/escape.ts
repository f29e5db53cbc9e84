import { invisible, spelledOut } from "../domain/visible.ts";

/** Pictures, boxes, ticks and letters in boxes: what a false button or a false "approved" would be drawn with. */
const picture =
  /(?![©®™])(?:\p{Extended_Pictographic}|\p{Regional_Indicator}|[\u20E3\u2460-\u25FF\u2713-\u2718\u2B00-\u2BFF\u{1F100}-\u{1F1FF}])+/gu;
const stackedMarks = /(\p{M}{2})\p{M}+/gu;
const mostLines = 12;

/**
 * Words that a log, an alarm, a runbook or a model wrote, for a place that Slack does not parse. Never empty, never longer
 * than `most`, and unable to imitate what is ours: no pictures, no invisible or direction-changing characters, no wall of lines.
 */
export function words(text: string, most: number): string {
  const readable = text
    .slice(0, most * 4)
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, "\n")
    .replace(/[\t\p{Zs}]/gu, " ")
    .replace(/[^\n\P{Cc}]/gu, "")
    .replace(invisible, "")
    .replace(picture, "□")
    .replace(stackedMarks, "$1")
    .replace(/\n[ \n]*\n/g, "\n\n")
    .trim();
  const lines = readable.split("\n");
  const kept = lines.length > mostLines ? `${lines.slice(0, mostLines).join("\n")} …` : readable;
  return cut(kept, most) || "(empty)";
}

/** The same on one line. */
export const line = (text: string, most: number): string => words(text.replace(/\s+/g, " "), most);

/**
 * A command as it will run: nothing is left out or changed but that characters nobody could see are spelled out as
 * `\u{202e}`. Several pieces of at most `size`, so that a long one can be shown whole.
 */
export function exact(text: string, size: number): readonly string[] {
  const pieces: string[] = [];
  for (let rest = spelledOut(text); rest.length > 0; ) {
    const piece = whole(rest, size);
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  return pieces.length === 0 ? ["(empty)"] : pieces;
}

/** For the one place that Slack does parse: the plain text that notifications show. No mention, no markup, no address. */
export const notification = (text: string, most: number): string =>
  line(text, most)
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/[*_~`]/g, "'")
    .replace(/:\/\//g, ": //")
    .replace(/@/g, "(at)");

/** At most that many UTF-16 units, an ellipsis where something went, and no half of a character. */
function cut(text: string, most: number): string {
  return text.length <= most ? text : `${whole(text, most - 1).trimEnd()}…`;
}

function whole(text: string, size: number): string {
  const last = text.charCodeAt(size - 1);
  const splits = text.length > size && last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splits ? size - 1 : size);
}
