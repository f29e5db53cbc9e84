import { type Check, newestOf } from "./offline-checks.ts";
import { type Alarm, findingsIn, type SeenCall, type ShownRunbook } from "./offline-read.ts";

export type Wish = { readonly name: string; readonly input: Readonly<Record<string, unknown>> };
export type Turn = { readonly say: string; readonly calls: readonly Wish[] };

/** A cause with the checks that established it. */
export type Cause = Pick<ShownRunbook, "cause" | "id" | "checks"> & {
  /** What shows it beside the checks. */
  readonly findings?: readonly string[];
};

export const resultFor = (check: Check, calls: readonly SeenCall[]): SeenCall | undefined =>
  calls.find(
    (call) =>
      call.name === check.tool && Object.entries(check.input).every(([key, value]) => call.input[key] === value),
  );

/** Finding ids that show what the checks ask for. */
export function evidenceFor(known: Cause, calls: readonly SeenCall[]): readonly string[] {
  const confirmed = known.checks.filter((check) => check.wanted === "confirm");
  const found = (confirmed.length > 0 ? confirmed : known.checks).flatMap((check) => {
    const result = resultFor(check, calls);
    return result === undefined ? [] : findingsIn(result.text, check.texts).slice(0, 2);
  });
  return [...new Set([...found, ...(known.findings ?? [])])];
}

/** While a person was asked the alarm went back by itself: the metric has to say so too. */
export function afterRecovery(applied: SeenCall, calls: readonly SeenCall[]): Turn {
  const later = calls.slice(calls.indexOf(applied) + 1).find((call) => call.name === "query_metrics");
  if (later !== undefined) return nothingToDo(later);
  return {
    say: "The alarm is said to be over. I look.",
    calls: [{ name: "query_metrics", input: { minutes_before: 11 } }],
  };
}

/** "Nothing to do" is refused while too few datapoints are healthy: time alone may bring them. Anything else goes to a person. */
export function afterRefusal(refused: SeenCall, calls: readonly SeenCall[], alarm: Alarm): Turn {
  const waited = calls.filter((call) => call.name === "wait_and_measure").length;
  if (refused.input["outcome"] !== "no_action_needed" || waited >= 2) {
    return giveUp(calls, `My conclusion was not accepted: ${refused.text}`);
  }
  const period = Number(/ over (\d+) s$/.exec(alarm["metric"] ?? "")?.[1] ?? 60);
  const seconds = Math.min(300, Math.max(30, 2 * period));
  return { say: "It may be just recovering. I wait.", calls: [{ name: "wait_and_measure", input: { seconds } }] };
}

/** The change was measured as recovered. */
export function resolved(runbook: ShownRunbook, applied: SeenCall, calls: readonly SeenCall[]): Turn {
  const input = {
    detailed_root_cause: runbook.cause || runbook.title,
    outcome: "resolved",
    citations: applied.input["citations"],
    findings: evidenceFor(runbook, calls),
    summary: `${runbook.title}. ${String(applied.input["action"])} ran and the alarm's metric recovered; nothing is left to do.`,
  };
  return { say: "The alarm's metric has recovered.", calls: [{ name: "conclude", input }] };
}

/** True when the newest datapoint of the alarm's metric is on its good side. */
export function isHealthy(own: SeenCall | undefined, alarm: Alarm): boolean {
  const newest = own === undefined ? undefined : newestOf(own.text);
  const threshold = Number(alarm["threshold"] ?? Number.NaN);
  if (newest === undefined || Number.isNaN(threshold)) return false;
  const reason = alarm["reason"] ?? "";
  // On the threshold itself "greater than" does not alarm, and "greater than or equal to" does.
  if (newest === threshold) return !/than or equal to/i.test(reason);
  return /less than/i.test(reason) ? newest > threshold : newest < threshold;
}

export function nothingToDo(own: SeenCall | undefined): Turn {
  const input = {
    detailed_root_cause: "The alarm's metric is on its healthy side again without any change of this run.",
    outcome: "no_action_needed",
    citations: [],
    findings: findingsIn(own?.text ?? "", []),
    summary: "The alarm's metric went back by itself before anything was changed. Nothing was done.",
  };
  return { say: "The metric is healthy: nothing to do.", calls: [{ name: "conclude", input }] };
}

/** Hands over to a person, with the cause where a runbook's checks established one. */
export function giveUp(calls: readonly SeenCall[], why: string, known?: Cause): Turn {
  const findings = calls.flatMap((call) => (call.status === "success" ? findingsIn(call.text, []) : [])).slice(0, 8);
  const input = {
    detailed_root_cause: (known === undefined ? `Not established. ${why}` : `${known.cause} ${why}`).slice(0, 1500),
    outcome: "escalate",
    citations: [],
    findings: known === undefined ? [...new Set(findings)] : evidenceFor(known, calls),
    summary: `A person has to look: ${why}`.slice(0, 600),
  };
  return { say: "I escalate.", calls: [{ name: "conclude", input }] };
}
