import type { Field } from "./call.ts";

/** Fields of one part of a word, before the parts are put together. */
export interface Piece {
  readonly fields: readonly Field[];
  /** True when an expansion may break the word apart here. */
  readonly splits: boolean;
  /** True when the expansion begins or ends with a blank, which ends the field before or after it. */
  readonly breaksBefore?: boolean;
  readonly breaksAfter?: boolean;
}

export const literal = (text: string, quoted: boolean): Piece => ({
  fields: [{ text, known: true, quoted }],
  splits: false,
});

export const unknown = (text: string, quoted: boolean): Piece => ({
  fields: [{ text, known: false, quoted }],
  splits: false,
});

/** A value put where it is used: kept whole when quoted, else split at blanks. */
export function spread(value: readonly Field[], whole: boolean, quoted: boolean): Piece {
  if (whole) return { fields: [glue(value, " ")], splits: false };
  if (quoted) return { fields: value, splits: true };
  const fields = value.flatMap((one) => (one.known ? splitField(one) : [{ ...one, quoted: false }]));
  const ends = { first: value[0], last: value.at(-1) };
  return {
    fields,
    splits: true,
    breaksBefore: ends.first?.known === true && /^\s/.test(ends.first.text),
    breaksAfter: ends.last?.known === true && /\s$/.test(ends.last.text),
  };
}

function splitField(one: Field): readonly Field[] {
  const words = one.text.split(/\s+/).filter((text) => text !== "");
  return words.map((text) => ({ text, known: true, quoted: false }));
}

export function merge(pieces: readonly Piece[]): Field {
  return glue(
    pieces.flatMap((piece) => piece.fields),
    "",
  );
}

const textLimit = 16_384;

/** Several fields as one; what is uncertain about any of them stays uncertain. */
export function glue(fields: readonly Field[], between: string): Field {
  const piped = fields.find((one) => one.piped)?.piped;
  const whole = fields.map((one) => one.text).join(between);
  return {
    // A variable that doubles itself again and again must not fill the memory.
    text: whole.slice(0, textLimit),
    known: fields.every((one) => one.known) && whole.length <= textLimit,
    quoted: true,
    ...(fields.some((one) => one.network) ? { network: true } : {}),
    ...(piped && fields.length === 1 ? { piped } : {}),
  };
}

/** Puts neighbouring pieces together, leaving gaps where an expansion split. */
export function join(pieces: readonly Piece[]): readonly Field[] {
  const fields: Field[] = [];
  let open = false;
  for (const piece of pieces) {
    if (piece.breaksBefore) open = false;
    piece.fields.forEach((next, index) => {
      const last = fields.at(-1);
      if (index === 0 && open && last) fields[fields.length - 1] = beside(last, next);
      else fields.push(next);
    });
    if (piece.fields.length > 0) open = true;
    if (piece.breaksAfter) open = false;
  }
  return fields;
}

function beside(last: Field, next: Field): Field {
  const both = glue([last, next], "");
  return { ...both, quoted: last.quoted || next.quoted, ...(next.piped ? { piped: next.piped } : {}) };
}
