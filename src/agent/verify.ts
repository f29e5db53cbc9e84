import { compares, decisive } from "../domain/compare.ts";
import type { EventOf } from "../domain/event.ts";
import type { AlarmDefinition, MetricPoint } from "../domain/ports.ts";
import type { CallState, Run } from "../domain/run.ts";
import type { RunbookAction } from "../domain/runbook.ts";
import type { AgentDeps } from "./deps.ts";
import type { Performance } from "./perform.ts";

type Proof = RunbookAction["verification"];

/** For a change without a runbook: three healthy datapoints within five minutes. */
const defaultProof: Proof = { datapoints: 3, withinSeconds: 300, guards: [] };

/** Measures recovery on the alarm's own metric, and waits as long as the runbook allows before it counts as no effect. */
export async function* verify(calls: readonly CallState[], run: Run, deps: AgentDeps): Performance {
  const action = await actionOf(calls, deps);
  const proof = action?.verification ?? defaultProof;
  const definition = run.started && (await deps.ports.alarms.describe(run.started.alarm.alarmArn));
  const callIds = calls.map((call) => call.callId);
  if (definition === undefined) {
    const measured = "The alarm watches no single metric that can be read.";
    yield [{ type: "verified", calls: callIds, verdict: "unknown", measured, datapoints: [] }];
    return undefined;
  }
  const appliedAt = Math.max(...calls.map((call) => call.finished?.at ?? 0));
  const now = deps.ports.clock.now();
  const points = await pointsAround(definition, appliedAt, now, deps);
  const late = now - appliedAt >= proof.withinSeconds * 1000;
  const verdict = verdictOf(definition, points, appliedAt, proof.datapoints, late);
  if (verdict === undefined) return { wait: Math.min(definition.metric.period, deps.settings.pollSeconds) };
  const guards = verdict === "recovered" ? await brokenGuards(proof, calls, appliedAt, now, deps) : [];
  const after = points.filter((point) => point.at > appliedAt);
  const rollback = verdict === "recovered" && guards.length === 0 ? undefined : wayBack(action);
  yield [
    {
      type: "verified",
      calls: callIds,
      verdict: guards.length > 0 ? "worse" : verdict,
      measured: [measuredText(definition, after), ...guards].join(" "),
      datapoints: after.slice(-20).map(({ at, value }) => ({ at, value })),
      ...(rollback === undefined ? {} : { rollback }),
    },
  ];
  for (const { started } of calls) {
    if (started !== undefined) await deps.locks.release(started.plan.targets, started.actionId);
  }
  return undefined;
}

/**
 * `recovered` after that many healthy datapoints in a row, `worse` when the metric ended further on the wrong side than it
 * was before the change, `no_effect` otherwise; undefined while there is still time. Silence is never recovery.
 */
export function verdictOf(
  definition: Pick<AlarmDefinition, "comparison" | "threshold">,
  points: readonly MetricPoint[],
  appliedAt: number,
  needed: number,
  late: boolean,
): EventOf<"verified">["verdict"] | undefined {
  const after = points.filter((point) => point.at > appliedAt);
  const tail = after.slice(-needed);
  if (tail.length === needed && tail.every((point) => !breaches(definition, point.value))) return "recovered";
  if (!late) return undefined;
  const before = mean(points.filter((point) => point.at <= appliedAt && breaches(definition, point.value)));
  const end = mean(tail);
  if (before === undefined || end === undefined) return "no_effect";
  const direction = definition.comparison.startsWith(">") ? 1 : -1;
  const moved = (end - before) * direction;
  return moved > 0.2 * Math.max(Math.abs(before - definition.threshold), Math.abs(before) * 0.1)
    ? "worse"
    : "no_effect";
}

export const breaches = (definition: Pick<AlarmDefinition, "comparison" | "threshold">, value: number): boolean =>
  compares(value, definition.comparison, definition.threshold);

/** True when the newest datapoints of the alarm's metric are all healthy: what "nothing to do" must rest on. */
export async function isHealthyNow(alarmArn: string, deps: AgentDeps): Promise<{ healthy: boolean; measured: string }> {
  const definition = await deps.ports.alarms.describe(alarmArn);
  if (definition === undefined)
    return { healthy: false, measured: "The alarm watches no single metric that can be read." };
  const now = deps.ports.clock.now();
  const points = await pointsAround(definition, now, now, deps);
  const { newest, over } = decisive(definition, points);
  return { healthy: over, measured: measuredText(definition, newest) };
}

async function pointsAround(
  definition: AlarmDefinition,
  appliedAt: number,
  now: number,
  deps: AgentDeps,
): Promise<readonly MetricPoint[]> {
  const { metric, evaluationPeriods } = definition;
  const lookBack = Math.max(5, evaluationPeriods) * metric.period * 1000;
  return deps.ports.metrics.query({ ...metric, start: appliedAt - lookBack, end: now });
}

async function brokenGuards(
  proof: Proof,
  calls: readonly CallState[],
  appliedAt: number,
  now: number,
  deps: AgentDeps,
): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const guard of proof.guards) {
    for (const target of calls.flatMap((call) => call.started?.plan.targets ?? [])) {
      const { namespace, metric: name, dimension, value: threshold } = guard;
      const dimensions = { [dimension]: target };
      const query = { namespace, name, dimensions, stat: "Average", period: 60, start: appliedAt, end: now };
      const last = (await deps.ports.metrics.query(query)).at(-1);
      // A guard states what must hold, so it is broken when its comparison does not.
      if (last !== undefined && breaches({ comparison: guard.comparison, threshold }, last.value)) continue;
      broken.push(
        `Guard broken: ${name} of ${target} is ${last?.value ?? "missing"}, must be ${guard.comparison} ${threshold}.`,
      );
    }
  }
  return broken;
}

async function actionOf(calls: readonly CallState[], deps: AgentDeps): Promise<RunbookAction | undefined> {
  const from = calls.at(-1)?.started?.plan.runbook;
  const runbook = from && (await deps.ports.runbooks.get(from.id));
  return runbook?.actions.find((action) => action.id === from?.action);
}

function wayBack(action: RunbookAction | undefined): string {
  if (action === undefined) return "none is declared.";
  return action.rollback.kind === "action"
    ? `run the action ${action.rollback.action}.`
    : `none: ${action.rollback.why}`;
}

function measuredText(definition: AlarmDefinition, points: readonly MetricPoint[]): string {
  const values = points.slice(-5).map((point) => Number(point.value.toPrecision(4)));
  const { metric, comparison, threshold } = definition;
  return `${nameOf(metric.name)} alarms at ${comparison} ${threshold}; newest datapoints: ${values.join(", ") || "none"}.`;
}

/** One line: a label of an alarm's arithmetic may be any text of any length. */
const nameOf = (label: string): string => label.replaceAll(/\s+/g, " ").slice(0, 100);

const mean = (points: readonly MetricPoint[]): number | undefined =>
  points.length === 0 ? undefined : points.reduce((sum, point) => sum + point.value, 0) / points.length;
