import { parse, type Word } from "unbash";

/** More alternatives than this are left unexpanded: the words are then judged as one. */
const alternativeLimit = 64;
const braceLimit = 3;
const lengthLimit = 2_000;

/** The words that `{a,b}` and `{1..3}` stand for, or undefined when the word holds no brace expansion. */
export function braceAlternatives(word: Word): readonly Word[] | undefined {
  const at = word.parts?.findIndex((part) => part.type === "BraceExpansion") ?? -1;
  const brace = word.parts?.[at];
  if (!brace || !word.parts) return undefined;
  // Each brace multiplies the words; beyond a few, the word is left as it is and not trusted.
  if (word.text.length > lengthLimit || word.parts.filter((part) => part.type === "BraceExpansion").length > braceLimit)
    return undefined;
  const before = word.parts
    .slice(0, at)
    .map((part) => part.text)
    .join("");
  const after = word.parts
    .slice(at + 1)
    .map((part) => part.text)
    .join("");
  const choices = split(brace.text.slice(1, -1)) ?? sequence(brace.text.slice(1, -1));
  if (!choices || choices.length > alternativeLimit) return undefined;
  // Parsed again so that quotes and expansions inside an alternative keep their meaning.
  const words = choices.map((choice) => parseWord(before + choice + after));
  return words.every((one) => one !== undefined) ? words : undefined;
}

function parseWord(text: string): Word | undefined {
  if (text === "") return undefined;
  const command = parse(`: ${text}`).commands[0]?.command;
  if (command?.type !== "Command" || command.suffix.length !== 1) return undefined;
  const [only] = command.suffix;
  return only?.type === "Word" ? only : undefined;
}

function split(body: string): readonly string[] | undefined {
  const pieces: string[] = [];
  let depth = 0;
  let quote = "";
  let piece = "";
  for (let at = 0; at < body.length; at++) {
    const char = body[at] ?? "";
    if (char === "\\" && quote !== "'") {
      piece += char + (body[++at] ?? "");
      continue;
    }
    if (quote) quote = char === quote ? "" : quote;
    else if (char === "'" || char === '"') quote = char;
    else if (char === "{" || char === "(") depth++;
    else if (char === "}" || char === ")") depth--;
    if (char === "," && depth === 0 && !quote) {
      pieces.push(piece);
      piece = "";
    } else piece += char;
  }
  return pieces.length === 0 ? undefined : [...pieces, piece];
}

function sequence(body: string): readonly string[] | undefined {
  const range = /^(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.-?\d+)?$/.exec(body);
  if (!range) return undefined;
  const [from, to] = [range[1] ?? "", range[2] ?? ""];
  const letters = /[A-Za-z]/.test(from);
  const start = letters ? from.charCodeAt(0) : Number(from);
  const end = letters ? to.charCodeAt(0) : Number(to);
  const count = Math.abs(end - start) + 1;
  if (!(count <= alternativeLimit)) return undefined;
  const step = end < start ? -1 : 1;
  return Array.from({ length: count }, (_, index) => {
    const value = start + index * step;
    return letters ? String.fromCharCode(value) : String(value);
  });
}
