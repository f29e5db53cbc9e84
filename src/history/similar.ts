import { dimensionsOf, primaryMetric } from "../domain/alarm.ts";
import type { Incident } from "../domain/incident.ts";
import type { IncidentHistory, PastRun } from "../domain/ports.ts";
import { allCalls, type CallState, type Run } from "../domain/run.ts";

type Alarm = Parameters<IncidentHistory["similar"]>[0];

/** What kind of trouble an alarm tells of, whichever resource has it: metric and the names of its dimensions. */
export function fingerprintOf(alarm: Pick<Alarm, "namespace" | "metric" | "dimensions" | "alarmName">): string {
  // Without a metric (a composite, an expression) the alarm's own name is all that tells it from another.
  if (alarm.namespace === undefined || alarm.metric === undefined) return `alarm ${alarm.alarmName}`;
  return `${alarm.namespace} ${alarm.metric} ${Object.keys(alarm.dimensions).sort().join(",")}`;
}

/** True for the very thing, not only one of its kind. */
export const isSameResource = (left: Alarm["dimensions"], right: Alarm["dimensions"]): boolean => {
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => left[name] === right[name]);
};

/** Incidents worth a look, the most alike first: same resource before same kind, and the newest of each. */
export function candidates(incidents: readonly Incident[], alarm: Alarm): readonly Incident[] {
  const wanted = fingerprintOf(alarm);
  const alike = incidents.filter((incident) => alarmsOf(incident).some((one) => fingerprintOf(one) === wanted));
  const same = (incident: Incident): number =>
    Number(alarmsOf(incident).some((one) => isSameResource(one.dimensions, alarm.dimensions)));
  return alike.toSorted(
    (left, right) => same(right) - same(left) || Date.parse(right.openedAt) - Date.parse(left.openedAt),
  );
}

function alarmsOf(incident: Incident): readonly Alarm[] {
  const known = (incident.alarms ?? []).map((alarm) => ({
    alarmName: alarm.name,
    namespace: alarm.namespace,
    metric: alarm.metric,
    dimensions: alarm.dimensions,
  }));
  const first = { alarmName: incident.alarmName, namespace: undefined, metric: undefined, dimensions: {} };
  return known.length > 0 ? known : [first];
}

/** What a run came to, from its journal; undefined while it has not ended. */
export function pastRunOf(run: Run, alarm: Alarm): PastRun | undefined {
  const { started, concluded } = run;
  if (started === undefined || concluded === undefined) return undefined;
  const dimensions = dimensionsOf(started.alarm);
  const verdicts = run.turns.flatMap((turn) => turn.verified);
  const tried = allCalls(run).filter((call) => call.kind === "change" && call.finished !== undefined);
  return {
    runId: run.runId,
    startedAt: run.startedAt,
    alarmName: started.alarm.alarmName,
    dimensions,
    sameResource: primaryMetric(started.alarm) !== undefined && isSameResource(dimensions, alarm.dimensions),
    outcome: concluded.outcome,
    rootCause: concluded.rootCause ?? concluded.reason,
    tried: tried.map((call) => ({
      action: actionOf(call),
      how: howOf(call),
      // What was measured, never what the model said about it.
      measured: verdicts.find((event) => event.calls.includes(call.callId))?.verdict ?? "not measured",
    })),
  };
}

function actionOf(call: CallState): string {
  const plan = call.started?.plan ?? call.assessed?.assessment?.plan;
  if (plan?.runbook !== undefined) return `${plan.runbook.id} ${plan.runbook.action}`;
  return plan?.commandText === undefined ? call.tool : `command ${plan.commandText.slice(0, 120)}`;
}

function howOf(call: CallState): string {
  if (call.finished?.applied === true) return "ran";
  return call.finished?.refused === undefined ? "did not run" : `did not run: ${call.finished.refused}`;
}
