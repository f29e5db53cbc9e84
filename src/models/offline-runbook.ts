import * as z from "zod";
import { newestOf, type SeenCall } from "./offline-read.ts";

const Parameter = z.object({
  type: z.string(),
  min: z.number().optional(),
  max: z.number().optional(),
  pattern: z.string().optional(),
  values: z.array(z.string()).optional(),
});
export type Parameter = z.infer<typeof Parameter>;

const ShownAction = z.object({
  action: z.string(),
  title: z.string(),
  step: z.string(),
  risk: z.string(),
  parameters: z.record(z.string(), Parameter),
  rollback: z.object({ kind: z.string(), action: z.string().optional() }),
});
export type ShownAction = z.infer<typeof ShownAction>;

/** One thing that a runbook wants confirmed or ruled out, and the call that shows it. */
export type Check = {
  readonly wanted: "confirm" | "rule_out";
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly sentence: string;
  /** What the runbook says right after it: what it means when this is so. */
  readonly means: string;
  readonly holds: (text: string) => boolean;
};

export type ShownRunbook = {
  readonly id: string;
  readonly title: string;
  readonly checks: readonly Check[];
  readonly cause: string;
  /** The line of the diagnosis that says to read a log, without saying what to find there. */
  readonly logStep: string;
  readonly remediation: string;
  readonly rollback: string;
  readonly actions: readonly ShownAction[];
};

/** Runbooks in the results of search_runbooks, best first. */
export function shownRunbooks(calls: readonly SeenCall[]): readonly ShownRunbook[] {
  const texts = calls
    .filter((call) => call.name === "search_runbooks" && call.status === "success")
    .map((call) => call.text);
  return texts.flatMap((text) => text.split(/^RUNBOOK /m).slice(1)).map(readRunbook);
}

function readRunbook(block: string): ShownRunbook {
  const [, id = "", title = ""] = /^([a-z0-9-]+): (.*?) \(owner/.exec(block) ?? [];
  const sections = block.split(/^\[(?=[a-z0-9-]+#)/m).slice(1);
  const isUnder = (section: string, slug: string) => section.startsWith(`${id}#${slug}]`);
  const diagnosis = sections.find((section) => isUnder(section, "diagnosis")) ?? "";
  const rollbackAt = sections.findIndex((section) => isUnder(section, "rollback"));
  const escalationAt = sections.findIndex((section) => isUnder(section, "escalation"));
  const verificationAt = sections.findIndex((section) => isUnder(section, "verification"));
  const remediationAt = sections.findIndex((section) => isUnder(section, "remediation"));
  const between = (from: number, to: number) =>
    from === -1 ? "" : sections.slice(from, to === -1 ? undefined : to).join("\n");
  return {
    id,
    title,
    checks: checksOf(diagnosis),
    cause: /^Cause: (.*)$/m.exec(diagnosis)?.[1] ?? "",
    logStep: /^\d+\. Read [^.]*\blogs?\b.*$/m.exec(diagnosis)?.[0] ?? "",
    remediation: between(remediationAt, verificationAt),
    rollback: between(rollbackAt, escalationAt),
    actions: block.split("\n").flatMap(readAction),
  };
}

function readAction(line: string): readonly ShownAction[] {
  if (!line.startsWith('{"action"')) return [];
  try {
    const parsed = ShownAction.safeParse(JSON.parse(line));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}

const metricSentence =
  /(Confirm|Rule out) with `query_metrics`: `([^\s`]+) ([^\s`]+)` is (above|below|at least|at most) (-?\d+(?:\.\d+)?)(?:\. ([^\n]+))?/g;
/** Tools that look at the alarm's own resource when they are told nothing. */
const otherSentence =
  /(Confirm|Rule out) with `(recent_changes|describe_resource|similar_incidents)`: `([^`]+)`(?:\. ([^\n]+))?/g;
const logSentence = /(Confirm|Rule out) with `fetch_logs` in `([^`]+)`: `([^`]+)`(?:\. ([^\n]+))?/g;

function checksOf(diagnosis: string): readonly Check[] {
  const metrics = [...diagnosis.matchAll(metricSentence)].map(
    ([sentence, verb, namespace, metric, comparison, value, means = ""]) => ({
      wanted: verb === "Confirm" ? ("confirm" as const) : ("rule_out" as const),
      tool: "query_metrics",
      input: { namespace, metric },
      sentence: without(sentence, means),
      means,
      holds: (text: string) => compares(newestOf(text), comparison ?? "", Number(value)),
    }),
  );
  const logs = [...diagnosis.matchAll(logSentence)].map(([sentence, verb, group, literal, means = ""]) => ({
    wanted: verb === "Confirm" ? ("confirm" as const) : ("rule_out" as const),
    tool: "fetch_logs",
    input: { group },
    sentence: without(sentence, means),
    means,
    holds: (text: string) => text.includes(literal ?? "\0"),
  }));
  const others = [...diagnosis.matchAll(otherSentence)].map(([sentence, verb, tool, literal, means = ""]) => ({
    wanted: verb === "Confirm" ? ("confirm" as const) : ("rule_out" as const),
    tool: tool ?? "",
    input: {},
    sentence: without(sentence, means),
    means,
    holds: (text: string) => text.includes(literal ?? "\0"),
  }));
  return [...metrics, ...logs, ...others];
}

const without = (sentence: string, means: string): string =>
  means === "" ? sentence : sentence.slice(0, -`. ${means}`.length);

function compares(value: number | undefined, comparison: string, than: number): boolean {
  if (value === undefined) return false;
  if (comparison === "above") return value > than;
  if (comparison === "below") return value < than;
  return comparison === "at least" ? value >= than : value <= than;
}

type Values = Readonly<Record<string, string | number>>;

/**
 * "Run `action` with `a` = `1`, `b` from the alarm's `C` dimension": the first such sentence for this action. A parameter
 * that the sentence only names is asked of `stated`. Undefined where one stays open.
 */
export function parametersFor(
  action: ShownAction,
  prose: string,
  dimensions: Readonly<Record<string, string>>,
  stated: (name: string, parameter: Parameter) => string | number | undefined = () => undefined,
): Values | undefined {
  const sentence =
    new RegExp(`[Rr]un\\s+\`${action.action}\`([\\s\\S]*?)(?:\\.\\s|\\.$|\\n\\n|$)`).exec(prose)?.[1] ?? "";
  const values: Record<string, string | number> = {};
  for (const [, name, value] of sentence.matchAll(/`([a-z0-9-]+)`\s*=\s*`([^`]*)`/g)) values[name ?? ""] = value ?? "";
  for (const [, name, dimension] of sentence.matchAll(/`([a-z0-9-]+)`\s+from\s+the\s+alarm's\s+`([^`]+)`/g)) {
    const value = dimensions[dimension ?? ""];
    if (value !== undefined) values[name ?? ""] = value;
  }
  for (const [name, parameter] of Object.entries(action.parameters)) {
    if (values[name] !== undefined || !new RegExp(`\\b${name}\\b`).test(sentence)) continue;
    const value = stated(name, parameter);
    if (value !== undefined) values[name] = value;
  }
  return Object.keys(action.parameters).some((name) => values[name] === undefined) ? undefined : values;
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
