import type { ActionParameter, RunbookAction } from "../domain/runbook.ts";

export type Filled =
  | { readonly ok: true; readonly values: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly problems: readonly string[] };

const placeholder = /\{\{\s*([a-z0-9-]+)\s*\}\}/g;

export const placeholdersOf = (text: string): readonly string[] =>
  [...text.matchAll(placeholder)].map((match) => match[1] ?? "");

/** Checks what the model filled in against the reviewed types; one wrong value refuses all of them. */
export function checkParameters(action: RunbookAction, given: Readonly<Record<string, unknown>>): Filled {
  const problems: string[] = [];
  const values: Record<string, string> = {};
  for (const name of Object.keys(given)) {
    if (action.parameters[name] === undefined) problems.push(`${name}: the action has no such parameter`);
  }
  for (const [name, parameter] of Object.entries(action.parameters)) {
    const value = given[name];
    const problem = value === undefined ? "missing" : faultOf(parameter, value);
    if (problem === undefined) values[name] = String(value);
    else problems.push(`${name}: ${problem}`);
  }
  return problems.length === 0 ? { ok: true, values } : { ok: false, problems };
}

function faultOf(parameter: ActionParameter, value: unknown): string | undefined {
  switch (parameter.type) {
    case "integer": {
      const number = typeof value === "number" ? value : Number(String(value));
      const inside = Number.isInteger(number) && number >= parameter.min && number <= parameter.max;
      return inside ? undefined : `must be a whole number from ${parameter.min} to ${parameter.max}`;
    }
    case "enum":
      return parameter.values.includes(String(value)) ? undefined : `must be one of ${parameter.values.join(", ")}`;
    case "string": {
      if (typeof value !== "string" || value.length > 1024) return "must be a text of at most 1024 characters";
      return new RegExp(parameter.pattern).test(value) && !/[\n\r\0]/.test(value)
        ? undefined
        : `must match ${parameter.pattern}`;
    }
  }
}

/** Puts values into a template as they are: for prices and document parameters, which no shell reads. */
export const fillText = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replaceAll(placeholder, (whole, name: string) => values[name] ?? whole);

/** Puts values into shell text, each as one single-quoted word, so that no value can become a second command. */
export const fillShell = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replaceAll(placeholder, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : `'${value.replaceAll("'", `'\\''`)}'`;
  });
