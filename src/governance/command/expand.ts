import type { ParameterExpansionPart, ParsedScript, Word, WordPart } from "unbash";
import { braceAlternatives } from "./braces.ts";
import type { Field, Piped } from "./call.ts";
import { applyOperation } from "./parameters.ts";
import { glue, join, literal, merge, type Piece, spread, unknown } from "./pieces.ts";
import type { Scope } from "./scope.ts";

/** What the expansion of words may look at. */
export interface Expander {
  readonly scope: Scope;
  /** Which of a variable's possible values to take; callers try them all up to `seen.candidates`. */
  readonly world: number;
  readonly seen: { candidates: number };
  readonly output: (script: ParsedScript | undefined) => Piped;
  /** False when the budget for this text is used up. */
  readonly spend: (length?: number) => boolean;
}

/** Expands a word the way bash would, as far as the text alone determines it: zero, one or many fields. */
export function expandWord(word: Word, expander: Expander): readonly Field[] {
  if (!expander.spend(word.text.length)) return [{ text: word.text, known: false, quoted: false }];
  const alternatives = braceAlternatives(word);
  if (alternatives) return alternatives.flatMap((alternative) => expandWord(alternative, expander));
  const parts = word.parts;
  if (!parts) return [{ text: word.value, known: true, quoted: /['"\\]/.test(word.text) }];
  const fields = join(parts.map((part) => expandPart(part, expander, false)));
  const unexpanded = parts.some((part) => part.type === "BraceExpansion");
  return unexpanded ? fields.map((one) => ({ ...one, known: false })) : fields;
}

/** Expands a word without splitting, as on the right of an assignment or after a redirection. */
export function expandWhole(word: Word, expander: Expander): Field {
  const fields = expandWord(word, expander);
  const [first] = fields;
  if (fields.length === 1 && first) return first;
  return glue(fields, " ");
}

/** Text of a heredoc body or another unsplit list of parts. */
export function expandText(parts: readonly WordPart[] | undefined, plain: string, expander: Expander): Field {
  if (!parts) return { text: plain, known: true, quoted: true };
  const pieces = parts.map((part) => expandPart(part, expander, true));
  return glue(
    pieces.map((piece) => glue(piece.fields, " ")),
    "",
  );
}

function expandPart(part: WordPart, expander: Expander, quoted: boolean): Piece {
  switch (part.type) {
    case "Literal":
      return literal(part.value, quoted || part.text !== part.value);
    case "SingleQuoted":
    case "AnsiCQuoted":
      return literal(part.value, true);
    case "DoubleQuoted":
    case "LocaleString": {
      const inner = part.parts.map((child) => expandPart(child, expander, true));
      const [only] = inner;
      // "$@" and "${a[@]}" keep their fields apart even inside quotes.
      if (inner.length === 1 && only && only.splits) return only;
      return { fields: [merge(inner)], splits: false };
    }
    case "SimpleExpansion":
      return variable(part.text.slice(1), part.text, expander, quoted);
    case "ParameterExpansion":
      return parameter(part, expander, quoted);
    case "CommandExpansion":
      return substitution(part.text, expander.output(part.script), quoted);
    case "ProcessSubstitution":
      return {
        fields: [{ text: "/dev/fd/63", known: true, quoted: true, piped: expander.output(part.script) }],
        splits: false,
      };
    case "ArithmeticExpansion":
      return unknown(part.text, quoted);
    case "Glob":
    case "ExtendedGlob":
    case "BraceExpansion":
      return literal(part.text, quoted);
  }
}

function variable(name: string, text: string, expander: Expander, quoted: boolean): Piece {
  const value = candidate(name, expander);
  if (!value) return unknown(text, quoted);
  return spread(value, quoted && name !== "@", quoted);
}

function parameter(part: ParameterExpansionPart, expander: Expander, quoted: boolean): Piece {
  if (part.prefix === "#") return unknown(part.text, quoted);
  const held = candidate(part.parameter, expander);
  const name = part.prefix === "!" ? held?.[0]?.text : part.parameter;
  const value = name === undefined ? undefined : part.prefix === "!" ? candidate(name, expander) : held;
  const whole = part.index?.text === "@" || part.index?.text === "*";
  if (part.operation) {
    const changed = applyOperation(part.operation, value, (word) => expandWhole(word, expander));
    if (!changed) return unknown(part.text, quoted);
    return spread(changed, quoted, quoted);
  }
  if (!value) return unknown(part.text, quoted);
  if (part.index && !whole) {
    const element = value[Number(part.index.text)];
    return element ? spread([element], quoted, quoted) : unknown(part.text, quoted);
  }
  if (!part.index && value.length > 1 && !/^[@*]$/.test(part.parameter))
    return spread(value.slice(0, 1), quoted, quoted);
  return spread(value, quoted && part.index?.text !== "@" && part.parameter !== "@", quoted);
}

function candidate(name: string, expander: Expander): readonly Field[] | undefined {
  const held = expander.scope.variables.get(name);
  if (!held || held.length === 0) return undefined;
  expander.seen.candidates = Math.max(expander.seen.candidates, held.length);
  // World 0 is the latest assignment, the one plain reading would expect.
  return held[(held.length - 1 + expander.world) % held.length];
}

function substitution(text: string, piped: Piped, quoted: boolean): Piece {
  if (piped.kind === "opaque" && piped.network) {
    return { fields: [{ text, known: false, quoted, network: true }], splits: false };
  }
  if (piped.kind !== "text") return unknown(text, quoted);
  return spread([{ text: piped.text.replace(/\n+$/, ""), known: true, quoted }], quoted, quoted);
}
