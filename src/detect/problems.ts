import type * as z from "zod";
import { shortLine, showValue } from "./text.ts";

/** Where an event is wrong and what should stand there. `path` is `event` for the whole. */
export type Problem = { readonly path: string; readonly message: string };

export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export const problem = (
  path: string,
  message: string,
): { readonly ok: false; readonly problems: readonly Problem[] } => ({
  ok: false,
  problems: [{ path: shortLine(path, 200), message }],
});

/** Parses with a schema; each problem names its path under `prefix` and shows the value, shortened. */
export function parseWith<Schema extends z.ZodType>(
  schema: Schema,
  raw: unknown,
  prefix: string,
): Parsed<z.output<Schema>> {
  const result = schema.safeParse(raw);
  if (result.success) return { ok: true, value: result.data };
  const problems = result.error.issues.slice(0, 20).map((issue) => ({
    path: shortLine(pathText(prefix, issue.path), 200),
    message: messageOf(issue, valueAt(raw, issue.path)),
  }));
  return { ok: false, problems };
}

function pathText(prefix: string, path: readonly PropertyKey[]): string {
  let text = prefix;
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else text += text === "" ? String(part) : `.${String(part)}`;
  }
  return text === "" ? "event" : text;
}

function messageOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined && issue.code !== "custom") return "is missing";
  if (issue.code === "invalid_type") return `must be ${articleFor(issue.expected)}, got ${showValue(value)}`;
  if (issue.code === "invalid_value") return `must be ${issue.values.join(" or ")}, got ${showValue(value)}`;
  if (issue.code === "too_small") return "is empty";
  return `${issue.message}, got ${showValue(value)}`;
}

function articleFor(expected: string): string {
  if (expected === "record") return "an object";
  return /^[aeio]/.test(expected) ? `an ${expected}` : `a ${expected}`;
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  let value = raw;
  for (const part of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Readonly<Record<PropertyKey, unknown>>)[part];
  }
  return value;
}
