import type { CommandNode, Function as ShellFunction } from "unbash";
import type { Field } from "./call.ts";
import { glue } from "./pieces.ts";

/**
 * What the text itself has defined so far. A variable keeps EVERY value it was ever given, because which
 * assignment ran last can depend on a condition nobody can evaluate here.
 */
export interface Scope {
  readonly variables: Map<string, readonly Field[][]>;
  readonly aliases: Map<string, string>;
  readonly functions: Map<string, ShellFunction["body"] | CommandNode>;
  /** Functions being judged now, so that recursion ends. */
  readonly active: ReadonlySet<string>;
}

/** Bounds the work spent on one variable; a text that assigns more is judged on the first and the latest ones. */
const candidateLimit = 6;

export function emptyScope(): Scope {
  // IFS is set in every shell: `rm$IFS-rf$IFS/` is three words.
  const blank: Field[] = [{ text: " ", known: true, quoted: true }];
  return { variables: new Map([["IFS", [blank]]]), aliases: new Map(), functions: new Map(), active: new Set() };
}

/** A copy for a subshell or a call: definitions inside do not leak, those outside stay visible. */
export function childScope(scope: Scope, active: readonly string[] = []): Scope {
  return {
    variables: new Map(scope.variables),
    aliases: new Map(scope.aliases),
    functions: new Map(scope.functions),
    active: new Set([...scope.active, ...active]),
  };
}

/** Copying the scope for every call is cheap only while it is small; later names stay unknown, which is never harmless. */
const nameLimit = 300;

export function defineFunction(scope: Scope, name: string, body: ShellFunction["body"]): void {
  if (scope.functions.size < nameLimit || scope.functions.has(name)) scope.functions.set(name, body);
}

export function assign(scope: Scope, name: string, value: readonly Field[], append = false): void {
  if (scope.variables.size >= nameLimit && !scope.variables.has(name)) return;
  const before = scope.variables.get(name) ?? [];
  const next = append ? appended(before.at(-1) ?? [], value) : [...value];
  if (before.some((candidate) => same(candidate, next))) {
    // The latest assignment must stay last: it is what a later append builds on.
    scope.variables.set(name, [...before.filter((candidate) => !same(candidate, next)), next]);
    return;
  }
  const kept = before.length < candidateLimit ? before : before.slice(0, candidateLimit - 1);
  scope.variables.set(name, [...kept, next]);
}

/** Replaces the positional parameters, as `set --` and a function call do. */
export function assignPositional(scope: Scope, fields: readonly Field[]): void {
  for (const name of Array.from(scope.variables.keys()))
    if (/^([1-9]\d*|[@*])$/.test(name)) scope.variables.delete(name);
  fields.forEach((field, index) => {
    scope.variables.set(String(index + 1), [[field]]);
  });
  scope.variables.set("@", [[...fields]]);
  scope.variables.set("*", [[...fields]]);
}

function appended(before: readonly Field[], value: readonly Field[]): Field[] {
  if (before.length > 1 || value.length > 1) return [...before, ...value];
  const [first] = before;
  const [second] = value;
  if (!first) return [...value];
  if (!second) return [...before];
  return [glue([first, second], "")];
}

function same(left: readonly Field[], right: readonly Field[]): boolean {
  return left.length === right.length && left.every((one, index) => one.text === right[index]?.text);
}
