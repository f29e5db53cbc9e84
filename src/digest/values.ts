/** Stands for any value in a template; a literal token can never be this, because `<` always is a token of its own. */
export const mask = "<*>";

/** Distinct plain words in one place before that place counts as a variable, where nothing else tells. */
export const manyWords = 6;

/** Decides whether the differing tokens of otherwise equal templates are values of one variable. */
export function isVariablePlace(templates: readonly (readonly string[])[], place: number): boolean {
  const tokens = templates[0] as readonly string[];
  const values = templates.map((template) => template[place] as string);
  const words = tokens.reduce((sum, token, at) => sum + (at !== place && isWord(token) ? 1 : 0), 0);
  if (words < 1 || values.some((value) => value !== mask && !/[\p{L}\p{N}]/u.test(value))) return false;
  const masked = values.includes(mask);
  if (sameButForDigits(values)) return true;
  const names = values.every((value) => !isConstant(value));
  if (place === 0) {
    // `host:port` is a name by its looks; any other first word needs more words to know the statement by.
    const needed = masked || (tokens[1] === ":" && tokens[2] === mask) ? 2 : 3;
    return words >= needed && (masked || (names && namesSomething(values)));
  }
  if (masked) return true;
  if (values.every(isIdentifier)) return words >= 2;
  const before = tokens[place - 1] as string;
  if (before === mask && values.every((value) => units.has(value))) return true;
  if (names && namingWords.has(before.toLowerCase())) return true;
  if (names && (before === "=" || before === "'" || before === '"') && values.length >= 3) return true;
  return words >= 2 && values.length >= manyWords && names;
}

/** A statement seldom begins with a value: it takes many, or some that can be nothing but names. */
function namesSomething(values: readonly string[]): boolean {
  return values.length >= manyWords || (values.length >= 3 && values.some(isIdentifier));
}

/** `eth0`, `eth1`: one word with a number of its own. */
function sameButForDigits(values: readonly string[]): boolean {
  const stem = (value: string) => value.replace(/\d+/g, "");
  const first = stem(values[0] as string);
  return first !== values[0] && values.every((value) => stem(value) === first);
}

/** Words after which a log statement writes a name. */
const namingWords = new Set(
  "user username login account owner for from by host hostname server node domain file path device service named called job table topic queue database bucket pod container".split(
    " ",
  ),
);

/** States and modes: `RUNNING`, `true`, `OK`; two of them make two statements, not one variable. */
export function isConstant(token: string): boolean {
  return /^[A-Z][A-Z_]+$/.test(token) || /^(?:true|false|yes|no|on|off|null|none|ok)$/i.test(token);
}

/** Shaped like a name somebody gave: a digit inside, two dots, or lower case with `_ - . /` between. */
export function isIdentifier(token: string): boolean {
  if (token === mask) return false;
  if (/\d/.test(token)) return /[A-Za-z]/.test(token);
  // Dotted names that end in capitals (`intent.action.SCREEN_ON`) are constants, and constants tell statements apart.
  if (/[.][A-Z][A-Z_]+$/.test(token)) return false;
  return /^[\w$/-]+(?:\.[\w$/-]+){2,}$/.test(token) || (/^[a-z]+(?:[_/][a-z]+)+$/.test(token) && token.length > 3);
}

export function isWord(token: string): boolean {
  return token !== mask && /\p{L}{2}/u.test(token);
}

/** Written behind a number; a value with and without its unit is one value. */
export const units = new Set(
  "ns us ms s sec secs second seconds min mins B KB MB GB TB KiB MiB GiB kB Hz MHz GHz %".split(" "),
);
