/** Characters that are drawn as nothing, or that turn the reading direction: a reviewer would not see what stands there. */
export const invisible =
  /[\p{Cf}\p{Co}\u115F\u1160\u2800\u3164\uFFA0\u{E0000}-\u{E0FFF}]|\u034F|[\u17B4\u17B5]|[\u180B-\u180F]|[\uFE00-\uFE0F]/gu;
const control = /[\p{Cc}]/gu;

/** The same text with each character that nobody could see spelled out, as `\u{202e}`; lines and tabs stay. */
export const spelledOut = (text: string): string =>
  text
    .toWellFormed()
    .replace(invisible, spell)
    .replace(control, (character) => (character === "\n" || character === "\t" ? character : spell(character)));

const spell = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
