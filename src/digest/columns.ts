import { characterClass, colonClass, isSpace, letterClass } from "./characters.ts";

/** End of `name:`, `name[...]:` or `name[...] (...):` where it is followed by a space or the end, else -1. */
export function endOfTag(text: string, at: number): number {
  const limit = Math.min(text.length, at + 120);
  const classes = characterClass;
  let letters = 0;
  for (let index = at; index < limit; index++) {
    const code = text.charCodeAt(index);
    const kind = classes[code] as number;
    if (kind === letterClass) letters++;
    else if (kind >= colonClass) {
      if (code === 58) {
        const next = text.charCodeAt(index + 1);
        if (index + 1 >= text.length || isSpace(next)) return letters > 0 ? index + 1 : -1;
      } else if (code === 91 && index > at) {
        let end = endOfBracket(text, index);
        // `name[pid] (what it is about):`
        if (text.charCodeAt(end) === 32 && text.charCodeAt(end + 1) === 40) end = endOfBracket(text, end + 1);
        return text.charCodeAt(end) === 58 ? end + 1 : -1;
      } else if (code !== 40 && code !== 41 && code !== 60 && code !== 62) return -1;
    }
  }
  return -1;
}

/** End of what the bracket here encloses, or of the word where it is not closed. */
export function endOfBracket(text: string, at: number): number {
  const end = endOfClosed(text, at);
  return end >= 0 ? end : endOfWord(text, at);
}

/** End of what the bracket here encloses, or -1 where it is not closed. */
export function endOfClosed(text: string, at: number): number {
  const open = text.charCodeAt(at);
  const close = open === 40 ? 41 : open + 2;
  const limit = Math.min(text.length, at + 240);
  let depth = 0;
  for (let index = at; index < limit; index++) {
    const code = text.charCodeAt(index);
    if (code === open) depth++;
    else if (code === close && --depth === 0) return index + 1;
  }
  return -1;
}

/** The next space, or the end of the text. */
export function endOfWord(text: string, at: number): number {
  let index = at;
  while (index < text.length && !isSpace(text.charCodeAt(index))) index++;
  return index;
}

/** End of a separator that stands alone (`-`, `|`, `--`, `:`), else -1. */
export function endOfDash(text: string, at: number): number {
  let index = at;
  while (index < text.length && isDash(text.charCodeAt(index))) index++;
  return index > at && (index >= text.length || isSpace(text.charCodeAt(index))) ? index : -1;
}

/** `[`, `(` or `<`. */
export function isOpening(code: number): boolean {
  return code === 91 || code === 40 || code === 60;
}

/** The next place that is no space. */
export function skipSpaces(text: string, at: number): number {
  let index = at;
  while (index < text.length && isSpace(text.charCodeAt(index))) index++;
  return index;
}

function isDash(code: number): boolean {
  return code === 45 || code === 124 || code === 58 || code === 126 || code === 8211 || code === 8212;
}
