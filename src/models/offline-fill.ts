import type { Parameter, ShownAction } from "./offline-read.ts";

type Values = Readonly<Record<string, string | number>>;

/** What fills a parameter beside the runbook's own words: a log that states it, and what the service says of the resource. */
export type Sources = {
  readonly stated?: (name: string, parameter: Parameter) => string | number | undefined;
  readonly resource?: string;
};

/**
 * "Run `action` with `a` = `1`, `b` from the alarm's `C` dimension, `d` = 1.5 × `desired <n>` of `describe_resource`": the
 * first such sentence for this action. A parameter that the sentence only names is asked of `stated`. Undefined where one
 * stays open.
 */
export function parametersFor(
  action: ShownAction,
  prose: string,
  dimensions: Readonly<Record<string, string>>,
  { stated = () => undefined, resource = "" }: Sources = {},
): Values | undefined {
  const sentence =
    new RegExp(`[Rr]un\\s+\`${action.action}\`([\\s\\S]*?)(?:\\.\\s|\\.$|\\n\\n|$)`).exec(prose)?.[1] ?? "";
  const values: Record<string, string | number> = {};
  for (const [, name, value] of sentence.matchAll(/`([a-z0-9-]+)`\s*=\s*`([^`]*)`/g)) values[name ?? ""] = value ?? "";
  for (const [, name, dimension] of sentence.matchAll(/`([a-z0-9-]+)`\s+from\s+the\s+alarm's\s+`([^`]+)`/g)) {
    const value = dimensions[dimension ?? ""];
    if (value !== undefined) values[name ?? ""] = value;
  }
  for (const [, name = "", factor, shown = ""] of sentence.matchAll(fromResource)) {
    const value = measuredIn(resource, shown, Number(factor ?? 1), action.parameters[name]);
    if (value !== undefined) values[name] = value;
  }
  for (const [name, parameter] of Object.entries(action.parameters)) {
    if (values[name] !== undefined || !new RegExp(`\\b${name}\\b`).test(sentence)) continue;
    const value = stated(name, parameter);
    if (value !== undefined) values[name] = value;
  }
  return Object.keys(action.parameters).some((name) => values[name] === undefined) ? undefined : values;
}

const fromResource = /`([a-z0-9-]+)`\s+(?:=\s+(\d+(?:\.\d+)?)\s+×|as)\s+`([^`]*<n>[^`]*)`\s+of\s+`describe_resource`/g;

/**
 * The one value that stands where the words say `<n>`, times the factor and rounded up; none where two could be meant.
 * Only what the service states as a fact counts: events, stop reasons, names and tags are anybody's words.
 */
function measuredIn(
  text: string,
  shown: string,
  factor: number,
  parameter: Parameter | undefined,
): string | number | undefined {
  const [before = "", after = ""] = shown.split("<n>").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const facts = text.split("\n").filter((line) => /^ {2}(?!event |NOT WELL: |\S+: (?:healthy|UNHEALTHY))/.test(line));
  const found = new Set(
    [...facts.join("\n").matchAll(new RegExp(`${before}([\\w.-]*\\w)${after}`, "g"))].map(([, value = ""]) => value),
  );
  const [value] = found;
  if (value === undefined || found.size !== 1 || parameter === undefined) return undefined;
  if (parameter.type !== "integer") return parameter.values?.includes(value) === false ? undefined : value;
  const number = Math.ceil(Number(value) * factor);
  return number >= (parameter.min ?? 0) && number <= (parameter.max ?? 0) ? number : undefined;
}

/** The sentence that lets an action's step run only when something holds that no check of the runbook looks at. */
export function conditionOf({ step }: ShownAction, remediation: string): string | undefined {
  const [preface = "", ...steps] = remediation.split(/\n(?=[a-z0-9-]+#[a-z0-9-]+\] )/);
  const own = steps.filter((text) => text.startsWith(`${step}] `));
  // A section's first line is its heading.
  const sentences = [preface, ...own]
    .map((text) => text.slice(text.indexOf("\n")))
    .join(" ")
    .replaceAll(/\s+/g, " ")
    .split(/(?<=[.:]) /);
  return sentences.find((text) => /\bonly (?:when|if|where|after|once|while)\b|^once\b/i.test(text));
}
