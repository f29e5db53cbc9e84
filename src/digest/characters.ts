/** How the scanner sees one character; every other decision of the scanner is made from runs of these. */
export const letterClass = 0;
export const digitClass = 1;
/** Part of the word it stands in: `_ - / @ $ % + * # ~ \ & ^`. */
export const joinerClass = 2;
/** Part of a word only where more of it follows: `. ! ?`. */
export const stopClass = 3;
/** Joins only between digits or hexadecimal pairs (times, ports, MAC addresses), else stands alone. */
export const colonClass = 4;
/** Joins only between digits (`47,978`), else stands alone. */
export const commaClass = 5;
export const spaceClass = 6;
/** Always a token of its own: brackets, quotes, `=`, `;`, `|`. */
export const punctuationClass = 7;

/** Class of every UTF-16 code unit; all that is not ASCII is a letter, so that other scripts stay whole words. */
export const characterClass: Uint8Array = buildClasses();

export function isHexDigit(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70);
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isSpace(code: number): boolean {
  return code === 32 || code === 9;
}

function buildClasses(): Uint8Array {
  const classes = new Uint8Array(65_536).fill(letterClass);
  classes.fill(punctuationClass, 0, 128);
  classes.fill(spaceClass, 0, 33);
  classes[0xa0] = spaceClass;
  classes.fill(digitClass, 48, 58);
  classes.fill(letterClass, 65, 91);
  classes.fill(letterClass, 97, 123);
  for (const joiner of "_-/@$%+*#~\\&^") classes[joiner.charCodeAt(0)] = joinerClass;
  for (const stop of ".!?") classes[stop.charCodeAt(0)] = stopClass;
  classes[":".charCodeAt(0)] = colonClass;
  classes[",".charCodeAt(0)] = commaClass;
  return classes;
}
