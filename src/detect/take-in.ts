import { type AlarmEvent, dimensionsOf, primaryMetric, resourceOf } from "../domain/alarm.ts";
import type { IncidentId, RunId } from "../domain/ids.ts";
import type { Incident, IncidentAlarm, Severity } from "../domain/incident.ts";
import { compact } from "./compact.ts";
import type { Detection } from "./detection.ts";
import { identifyingDimensions } from "./identity.ts";
import { dedupeKey, entryKey } from "./keys.ts";

/** One stored incident must stay well under a store's 400 kB for one item. */
export const maxAlarms = 500;
const maxSeen = 1000;

/** The incident that an `open` detection asks for. */
export function openIncident(
  event: AlarmEvent,
  ids: { readonly incidentId: IncidentId; readonly runId: RunId },
  severity: Severity,
  now: number,
): Incident {
  return {
    ...ids,
    status: "open",
    severity,
    title: event.alarmName,
    resource: resourceOf(event),
    alarmArn: event.alarmArn,
    alarmName: event.alarmName,
    alarms: [entryOf(event)],
    seen: [dedupeKey(event)],
    stateAt: event.state.at,
    openedAt: new Date(now).toISOString(),
  };
}

/** The incident after an `attach` or `close` detection: the event is in it, so a second delivery is a duplicate. */
export function takeIn(incident: Incident, event: AlarmEvent, detection: Detection, now: number): Incident {
  const taken: Incident = {
    ...incident,
    severity: detection.severity ?? incident.severity,
    alarms: alarmsAfter(incident, event),
    seen: [...incident.seen, dedupeKey(event)].slice(-maxSeen),
    stateAt: later(event.state.at, incident.stateAt),
  };
  return detection.kind === "close" ? { ...taken, status: "closed", closedAt: new Date(now).toISOString() } : taken;
}

/** What the incident knows of its alarms. A record without the list knows the alarm that opened it. */
export function alarmsOf(incident: Incident): readonly IncidentAlarm[] {
  if (incident.alarms !== undefined) return incident.alarms;
  const state = incident.status === "open" ? "ALARM" : "OK";
  return [{ arn: incident.alarmArn, name: incident.alarmName, state, at: incident.stateAt, dimensions: {} }];
}

/** The list after the event. An alarm that is OK has no contributor left that is not. */
export function alarmsAfter(incident: Incident, event: AlarmEvent): readonly IncidentAlarm[] {
  const entry = entryOf(event);
  const endsAll = entry.state === "OK" && entry.contributor === undefined;
  const others = alarmsOf(incident).map((other) => {
    const ends = endsAll && other.arn === entry.arn && other.at <= entry.at;
    return ends ? { ...other, state: entry.state, at: entry.at } : other;
  });
  const index = others.findIndex((other) => entryKey(other) === entryKey(entry));
  if (index >= 0) return others.map((other, place) => (place === index && other.at <= entry.at ? entry : other));
  return others.length < maxAlarms ? [...others, entry] : others;
}

function entryOf(event: AlarmEvent): IncidentAlarm {
  const metric = primaryMetric(event);
  return compact({
    arn: event.alarmArn,
    name: event.alarmName,
    contributor: event.contributor?.id,
    state: event.state.value,
    at: event.state.at,
    namespace: metric?.namespace,
    metric: metric?.name,
    dimensions: identifyingDimensions(dimensionsOf(event)),
    children: event.composite?.triggering,
  });
}

/** Both are ISO times in UTC with milliseconds, so the texts compare as the times do. */
function later(one: string, other: string): string {
  if (one > other) return one;
  return other;
}
