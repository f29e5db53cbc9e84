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
    if (!Object.hasOwn(action.parameters, name)) problems.push(`${name}: the action has no such parameter`);
  }
  for (const [name, parameter] of Object.entries(action.parameters)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    const problem = value === undefined ? "missing" : faultOf(parameter, value);
    if (problem === undefined) values[name] = String(value);
    else problems.push(`${name}: ${problem}`);
  }
  return problems.length === 0 ? { ok: true, values } : { ok: false, problems };
}

function faultOf(parameter: ActionParameter, value: unknown): string | undefined {
  if (typeof value !== "string" && typeof value !== "number") return "must be a text or a number";
  switch (parameter.type) {
    case "integer": {
      // As it is written it goes into the command: `0x3`, `1e1` and `007` are numbers here and something else there.
      const number = /^(0|-?[1-9]\d{0,14})$/.test(String(value)) ? Number(value) : Number.NaN;
      const inside = Number.isInteger(number) && number >= parameter.min && number <= parameter.max;
      return inside ? undefined : `must be a whole number from ${parameter.min} to ${parameter.max}`;
    }
    case "enum":
      return parameter.values.includes(String(value)) ? undefined : `must be one of ${parameter.values.join(", ")}`;
    case "string": {
      if (typeof value !== "string" || value.length > 1024) return "must be a text of at most 1024 characters";
      // Anchored once more: `^web|db$` begins and ends with an anchor and still matches "web; anything".
      return new RegExp(`^(?:${parameter.pattern})$`).test(value) && !/[\n\r\0]/.test(value)
        ? undefined
        : `must match ${parameter.pattern}`;
    }
  }
}

/** Puts values into a template as they are: for prices and document parameters, which no shell reads. */
export const fillText = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replaceAll(placeholder, (whole, name: string) => filledValue(values, name) ?? whole);

/** Puts values into shell text, each as one single-quoted word, so that no value can become a second command. */
export const fillShell = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replaceAll(placeholder, (whole, name: string) => {
    const value = filledValue(values, name);
    return value === undefined ? whole : `'${value.replaceAll("'", `'\\''`)}'`;
  });

/** Own values only: `{{constructor}}` is a name like any other. */
const filledValue = (values: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;

/**
 * Placeholders that stand inside quotes, behind a backslash or in a text with a here-document: there the quotes that
 * `fillShell` puts around a value would close the template's own, and the value would be read as shell.
 */
export function exposedPlaceholders(template: string): readonly string[] {
  if (template.includes("<<")) return placeholdersOf(template);
  return [...template.matchAll(placeholder)]
    .filter((match) => !isOpen(template.slice(0, match.index)))
    .map((match) => match[1] ?? "");
}

/** True where a shell that has read the text would begin a new quotation on the next quote. */
function isOpen(text: string): boolean {
  let quote = "";
  let escaped = false;
  for (const letter of text) {
    if (escaped) escaped = false;
    else if (letter === "\\" && quote !== "'") escaped = true;
    else if (quote !== "") quote = letter === quote ? "" : quote;
    else if (letter === "'" || letter === '"' || letter === "`") quote = letter;
  }
  return quote === "" && !escaped;
}
