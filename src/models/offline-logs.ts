import { type Alarm, dimensionsOf, type SeenCall } from "./offline-read.ts";
import type { Parameter, ShownRunbook } from "./offline-runbook.ts";

/** The log group that a runbook's diagnosis tells its reader to read and that nobody has read yet. */
export const logToRead = (runbook: ShownRunbook, calls: readonly SeenCall[], alarm: Alarm): string | undefined =>
  groupsFor(runbook, calls, alarm).find((group) => readOf(group, calls) === undefined);

/** What that log group answered. */
export const logOf = (runbook: ShownRunbook, calls: readonly SeenCall[], alarm: Alarm): SeenCall | undefined =>
  groupsFor(runbook, calls, alarm)
    .map((group) => readOf(group, calls))
    .find((call) => call?.status === "success");

const readOf = (group: string, calls: readonly SeenCall[]): SeenCall | undefined =>
  calls.find((call) => call.name === "fetch_logs" && call.input["group"] === group);

/** By its name in the runbook; else by the name of what the alarm is about, and by the groups that the answer then lists. */
function groupsFor({ logStep }: ShownRunbook, calls: readonly SeenCall[], alarm: Alarm): readonly string[] {
  if (logStep === "") return [];
  const named = /`(\/[^`]+)`/.exec(logStep)?.[1];
  if (named !== undefined) return filled(named, alarm);
  const word = wordsOf(alarm["alarm"] ?? "").find(
    (one) => one.length >= 3 && wordsOf(Object.values(dimensionsOf(alarm)).join(" ")).includes(one),
  );
  if (word === undefined) return [];
  const listed = /^Log groups: (.*)\.$/m.exec(readOf(word, calls)?.text ?? "")?.[1] ?? "";
  const alike = listed.split(", ").filter((group) => wordsOf(group).includes(word));
  return alike.length === 1 ? [word, ...alike] : [word];
}

/** `/aws/lambda/<function>` with the value of the alarm's `FunctionName` dimension. */
function filled(group: string, alarm: Alarm): readonly string[] {
  const dimensions = Object.entries(dimensionsOf(alarm));
  const text = group.replaceAll(/<([a-z]+)>/g, (whole, word: string) => {
    const [, value] = dimensions.find(([name]) => name.toLowerCase().startsWith(word)) ?? [];
    return value ?? whole;
  });
  return text.includes("<") ? [] : [text];
}

const wordsOf = (text: string): readonly string[] => text.toLowerCase().split(/[^a-z0-9]+/);

type ShownCluster = {
  readonly id: string;
  readonly fails: boolean;
  readonly count: number;
  readonly first: string;
  readonly line: string;
};

function clustersIn(text: string): readonly ShownCluster[] {
  return text.split(/^(?=\[t\d+c\d+-log-c\d+\])/m).flatMap((block) => {
    const [, id, severity = "", count = ""] = /^\[(t\d+c\d+-[\w-]+)\] (\w+) ×([\d,]+)/.exec(block) ?? [];
    const first = /\d{4}-\d\d-\d\dT[\d:]+Z/.exec(block)?.[0] ?? "";
    const line = /^ +(?:e\.g\. )\| (.*)$/m.exec(block)?.[1] ?? /^ +\| (.*)$/m.exec(block)?.[1] ?? "";
    const fails = severity === "ERROR" || severity === "FATAL";
    return id === undefined ? [] : [{ id, fails, count: Number(count.replaceAll(",", "")), first, line }];
  });
}

export type LogWords = { readonly words: string; readonly findings: readonly string[] };

/** How a log began to fail: its first error, and the single lines that stand shortly before it. */
export function firstError(text: string): LogWords | undefined {
  const clusters = clustersIn(text).filter((cluster) => cluster.first !== "");
  const [error] = clusters.filter((cluster) => cluster.fails).sort((one, other) => (one.first < other.first ? -1 : 1));
  if (error === undefined) return undefined;
  const near = (cluster: ShownCluster) => {
    const before = Date.parse(error.first) - Date.parse(cluster.first);
    return before >= 0 && before <= 5 * 60_000;
  };
  const alone = clusters.filter((cluster) => cluster.count === 1 && !cluster.fails && near(cluster));
  const after = alone.length === 0 ? "" : `, right after "${alone.map((cluster) => cluster.line).join('", "')}"`;
  return {
    words: `"${error.line}" since ${error.first}${after}.`.slice(0, 900),
    findings: [error, ...alone].map((cluster) => cluster.id),
  };
}

/**
 * The value that a log states for a parameter by its name. Only where all lines that work agree on it, and not a value
 * that failing lines state too: that one is what broke. The reviewed type has to allow it.
 */
export function statedIn(
  text: string,
  name: string,
  parameter: Parameter,
): { readonly value: string | number; readonly finding: string } | undefined {
  const naming = new RegExp(`\\b${name}[ =:]+([\\w.-]+)`, "gi");
  const stated = clustersIn(text).flatMap(({ id, fails, line }) =>
    [...line.matchAll(naming)].map(([, value = ""]) => ({ id, fails, value })),
  );
  const broken = new Set(stated.filter((one) => one.fails).map((one) => one.value));
  const working = stated.filter((one) => !one.fails && !broken.has(one.value));
  const [first] = working;
  if (first === undefined || working.some((one) => one.value !== first.value)) return undefined;
  const value = asTyped(first.value, parameter);
  return value === undefined ? undefined : { value, finding: first.id };
}

function asTyped(text: string, { type, min, max, pattern, values }: Parameter): string | number | undefined {
  if (type === "integer") {
    const number = Number(text);
    const inside = /^\d+$/.test(text) && number >= (min ?? 0) && number <= (max ?? Number.MAX_SAFE_INTEGER);
    return inside ? number : undefined;
  }
  if (values !== undefined) return values.includes(text) ? text : undefined;
  return pattern !== undefined && new RegExp(pattern).test(text) ? text : undefined;
}
