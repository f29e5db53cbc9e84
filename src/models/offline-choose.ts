import { type Cause, giveUp, type Turn } from "./offline-conclude.ts";
import { conditionOf, parametersFor } from "./offline-fill.ts";
import { firstError, logOf, logToRead, statedIn } from "./offline-logs.ts";
import {
  type Alarm,
  dimensionsOf,
  findingsIn,
  type SeenCall,
  type ShownAction,
  type ShownRunbook,
} from "./offline-read.ts";

export type Choice = {
  readonly action: ShownAction;
  readonly parameters: Readonly<Record<string, string | number>>;
  /** Findings that state a parameter. */
  readonly findings: readonly string[];
  /** What a person has to judge first; empty where the runbook's checks are all it asks for. */
  readonly condition: string;
};

/** The action that the remediation names, with its parameters; undefined where filling them needs a judgement. */
export function choiceOf(runbook: ShownRunbook, calls: readonly SeenCall[], alarm: Alarm): Choice | undefined {
  const { actions, remediation } = runbook;
  const action = actions.find((candidate) => remediation.includes(`\`${candidate.action}\``));
  if (action === undefined) return undefined;
  const log = logOf(runbook, calls, alarm)?.text ?? "";
  const findings: string[] = [];
  const resource = calls.find(({ name, status }) => name === "describe_resource" && status === "success")?.text;
  const parameters = parametersFor(action, remediation, dimensionsOf(alarm), {
    stated: (name, parameter) => {
      const stated = statedIn(log, name, parameter);
      if (stated !== undefined) findings.push(stated.finding);
      return stated?.value;
    },
    ...(resource !== undefined && { resource }),
  });
  if (resource !== undefined && remediation.includes("of `describe_resource`"))
    findings.push(...findingsIn(resource, []));
  const condition = conditionOf(action, remediation) ?? "";
  return parameters && { action, parameters, findings, condition };
}

/** The diagnosis holds, and what to do about it is left to a person; first the log is read that the runbook points to. */
export function handOver(runbook: ShownRunbook, calls: readonly SeenCall[], alarm: Alarm, instead?: Cause): Turn {
  const group = logToRead(runbook, calls, alarm);
  if (group !== undefined) {
    return { say: `${runbook.id} says to read the log.`, calls: [{ name: "fetch_logs", input: { group } }] };
  }
  const choice = choiceOf(runbook, calls, alarm);
  const why =
    runbook.actions.length === 0
      ? `${runbook.id} names no action for this.`
      : choice === undefined
        ? `${runbook.id} does not say how to fill its action from this alarm.`
        : `Whether ${choice.action.action} may run is for a person to judge: "${choice.condition}"`;
  return giveUp(calls, why, instead ?? causeOf(runbook, calls, alarm, choice !== undefined));
}

/** A cause that points to a log is none without it; where an action's prose asks for a judgement, the cause would be a guess too. */
function causeOf(runbook: ShownRunbook, calls: readonly SeenCall[], alarm: Alarm, filled: boolean): Cause | undefined {
  if (!/\blogs?\b[^.]*\bwhy\b/i.test(runbook.cause)) {
    return filled || runbook.actions.length === 0 ? runbook : undefined;
  }
  const log = logOf(runbook, calls, alarm);
  const told = log && firstError(log.text);
  if (log === undefined || told === undefined) return undefined;
  const cause = `${runbook.cause} ${String(log.input["group"])} says: ${told.words}`;
  return { ...runbook, cause, findings: told.findings };
}
