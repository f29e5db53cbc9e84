import type { ParameterOperation, Word } from "unbash";
import type { Field } from "./call.ts";

/** Result of `${x:-y}`, `${x/a/b}`, `${x:1:2}`, `${x^^}` and the like, or undefined when only the shell could tell. */
export function applyOperation(
  operation: ParameterOperation,
  value: readonly Field[] | undefined,
  expand: (word: Word) => Field,
): readonly Field[] | undefined {
  if (operation.type === "Default") return applyDefault(operation.operator, value, () => expand(operation.operand));
  if (!value) return undefined;
  const known = value.every((field) => field.known);
  const change = (edit: (text: string) => string): readonly Field[] =>
    value.map((field) => ({ text: edit(field.text), known: field.known, quoted: true }));
  switch (operation.type) {
    case "Slice": {
      const offset = Number(expand(operation.offset).text.trim());
      const length = operation.length === undefined ? undefined : Number(expand(operation.length).text.trim());
      if (!known || !Number.isInteger(offset) || (length !== undefined && !Number.isInteger(length))) return undefined;
      return change((text) => slice(text, offset, length));
    }
    case "Replace": {
      const pattern = expand(operation.pattern);
      const replacement = expand(operation.replacement).text;
      if (!known || !pattern.known || /[*?[\]]/.test(pattern.text)) return undefined;
      return change((text) => replace(text, operation.operator, pattern.text, replacement));
    }
    case "Remove": {
      const pattern = expand(operation.operand);
      if (!known || !pattern.known || /[*?[\]]/.test(pattern.text)) return undefined;
      return change((text) => remove(text, operation.operator, pattern.text));
    }
    case "CaseModification":
      if (!known || operation.operand?.text) return undefined;
      return change((text) => changeCase(text, operation.operator));
    case "Transform":
    case "Names":
    case "Unknown":
      return undefined;
  }
}

function applyDefault(
  operator: string,
  value: readonly Field[] | undefined,
  operand: () => Field,
): readonly Field[] | undefined {
  if (operator.endsWith("?")) return value;
  if (operator.endsWith("+")) return value ? [operand()] : undefined;
  const empty = operator.startsWith(":") && value?.every((field) => field.known && field.text === "");
  if (value && !empty) return value;
  // An unset variable may still be set in the environment, so the default is only likely, not certain.
  const fallback = operand();
  return [value ? fallback : { ...fallback, known: false }];
}

function slice(text: string, offset: number, length: number | undefined): string {
  const start = offset < 0 ? Math.max(0, text.length + offset) : offset;
  if (length === undefined) return text.slice(start);
  return length < 0 ? text.slice(start, text.length + length) : text.slice(start, start + length);
}

function replace(text: string, operator: string, pattern: string, replacement: string): string {
  if (pattern === "") return text;
  if (operator === "//") return text.split(pattern).join(replacement);
  if (operator === "/#") return text.startsWith(pattern) ? replacement + text.slice(pattern.length) : text;
  if (operator === "/%") return text.endsWith(pattern) ? text.slice(0, -pattern.length) + replacement : text;
  const at = text.indexOf(pattern);
  return at < 0 ? text : text.slice(0, at) + replacement + text.slice(at + pattern.length);
}

function remove(text: string, operator: string, pattern: string): string {
  if (operator.startsWith("#")) return text.startsWith(pattern) ? text.slice(pattern.length) : text;
  return pattern !== "" && text.endsWith(pattern) ? text.slice(0, -pattern.length) : text;
}

function changeCase(text: string, operator: string): string {
  if (operator === "^^") return text.toUpperCase();
  if (operator === ",,") return text.toLowerCase();
  const first = text.slice(0, 1);
  return (operator === "^" ? first.toUpperCase() : first.toLowerCase()) + text.slice(1);
}
