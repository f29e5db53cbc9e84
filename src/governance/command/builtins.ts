import type { Field, Piped } from "./call.ts";
import { printfText } from "./output.ts";
import { assign, assignPositional, type Scope } from "./scope.ts";

/** Takes over what a builtin defines (`alias`, `export`, `set --`, `read`, `printf -v`), so that later commands are seen through. */
export function applyDefinitions(program: string, fields: readonly Field[], stdin: Piped, scope: Scope): void {
  switch (program) {
    case "alias":
      for (const field of fields) define(field.text, (name, value) => scope.aliases.set(name, value));
      return;
    case "unalias":
    case "unset":
      // Kept on purpose: a definition that MAY still hold is worth seeing through.
      return;
    case "export":
    case "declare":
    case "typeset":
    case "local":
    case "readonly":
      for (const field of fields) {
        define(field.text, (name, value) => assign(scope, name, [{ text: value, known: field.known, quoted: true }]));
      }
      return;
    case "set":
      if (fields[0]?.text === "--") assignPositional(scope, fields.slice(1));
      return;
    case "read":
      assignRead(fields, stdin, scope);
      return;
    case "printf":
      assignPrintf(fields, scope);
  }
}

function define(text: string, take: (name: string, value: string) => void): void {
  const equals = text.indexOf("=");
  if (equals > 0 && !text.startsWith("-")) take(text.slice(0, equals).replace(/\+$/, ""), text.slice(equals + 1));
}

function assignRead(fields: readonly Field[], stdin: Piped, scope: Scope): void {
  const names = fields.map((field) => field.text).filter((name) => /^[A-Za-z_]\w*$/.test(name));
  if (stdin.kind !== "text") return;
  const words = stdin.text.trim().split(/\s+/);
  names.forEach((name, index) => {
    const text = index === names.length - 1 ? words.slice(index).join(" ") : (words[index] ?? "");
    assign(scope, name, [{ text, known: true, quoted: true }]);
  });
}

function assignPrintf(fields: readonly Field[], scope: Scope): void {
  if (fields[0]?.text !== "-v" || !fields[1]) return;
  const text = printfText(fields.slice(2).map((field) => field.text));
  if (text === undefined) return;
  const known = fields.slice(2).every((field) => field.known);
  assign(scope, fields[1].text, [{ text, known, quoted: true }]);
}
