import type { Verdict } from "./verdict.ts";

/** One argument after expansion. `known` is false when a part of it is only decided when the shell runs. */
export interface Field {
  readonly text: string;
  readonly known: boolean;
  readonly quoted: boolean;
  /** True when a part of it is downloaded when the shell runs: `$(curl …)`. */
  readonly network?: boolean;
  /** What a process substitution `<(...)` would hand over when this argument is opened as a file. */
  readonly piped?: Piped;
}

/** What arrives on standard input, as far as the text of the command tells. */
export type Piped =
  | { readonly kind: "nothing" }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "opaque"; readonly from: string; readonly network: boolean };

/** What a rule may ask for while it judges one program. */
export interface Context {
  readonly stdin: Piped;
  /** Judges another command that this one starts with the given words. */
  readonly run: (fields: readonly Field[], stdin?: Piped) => Verdict;
  /** Judges shell text that this command hands to a shell. */
  readonly script: (text: string, positional?: readonly Field[]) => Verdict;
  /** Judges shell text that MAY be run: listed only when it is destructive. */
  readonly probe: (text: string) => Verdict;
}

export interface Call {
  /** Last path component, e.g. `rm` for `/usr/bin/rm`. */
  readonly program: string;
  readonly fields: readonly Field[];
  readonly args: readonly string[];
  readonly context: Context;
}

export type Rule = (call: Call) => Verdict;
export type Rules = Readonly<Record<string, Rule>>;

export const nothingPiped: Piped = { kind: "nothing" };

export function field(text: string, known = true): Field {
  return { text, known, quoted: true };
}

/** A value only known at run time, shown as it will appear in reasons. */
export function unknownField(text: string): Field {
  return { text, known: false, quoted: false };
}

/** The same rule under several program names. */
export function forPrograms(names: string, rule: Rule): Rules {
  return Object.fromEntries(names.split(" ").map((name) => [name, rule]));
}
