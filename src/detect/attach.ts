import { type AlarmEvent, resourceOf } from "../domain/alarm.ts";
import type { Incident, IncidentAlarm } from "../domain/incident.ts";
import { type Detection, type DetectionRule, type Facts, span } from "./detection.ts";
import { isPartOf, isSameCause, isSameThing, type Neighbour, neighboursOf, stormOf, subjectOf } from "./related.ts";
import { isWorse, severityOf } from "./severity.ts";
import { alarmsOf } from "./take-in.ts";
import { shortLine } from "./text.ts";

/** The open incident that an alarm belongs to, by the first rule that finds one; undefined when it stands alone. */
export function attach(facts: Facts): Detection | undefined {
  const { event, at, open, options } = facts;
  const withAlarm = open.find((incident) => alarmsOf(incident).some((entry) => entry.arn === event.alarmArn));
  if (withAlarm !== undefined) return attachTo(withAlarm, event, "same_alarm", "the incident holds this alarm");
  const resource = resourceOf(event);
  const withResource = open.find((incident) => incident.resource === resource);
  if (withResource !== undefined) return attachTo(withResource, event, "same_resource", "the same resource");

  const subject = subjectOf(event);
  const all = neighboursOf(event, open);
  const { alarms, windowMs } = options.storm;
  const close = all.filter(({ entry }) => Math.abs(Date.parse(entry.at) - at) <= windowMs);
  const tries: readonly (readonly [DetectionRule, Neighbour | undefined, string])[] = [
    ["same_resource", all.find((other) => isSameThing(subject, other)), "the same resource"],
    ["composite_child", all.find(({ entry }) => isChild(event, entry)), "a composite alarm and one that makes it fire"],
    ["part_of", close.find((other) => isPartOf(subject, other)), "part of the same thing, at the same time"],
    ["same_cause", close.find((other) => isSameCause(subject, other)), "the same metric and group, at the same time"],
  ];
  for (const [rule, found, reason] of tries) {
    if (found !== undefined) return attachTo(found.incident, event, rule, reason);
  }
  const storm = stormOf(event, close, alarms);
  if (storm === undefined) return undefined;
  const shared = shortLine(storm.shared, 80);
  const reason = `a storm: ${storm.alarms} other alarms with ${shared} within ${span(windowMs)}`;
  return attachTo(storm.incident, event, "storm", reason);
}

function attachTo(
  { incidentId, severity }: Incident,
  event: AlarmEvent,
  rule: DetectionRule,
  reason: string,
): Detection {
  const own = severityOf(event);
  const base = { kind: "attach", rule, reason, incidentId } as const;
  return isWorse(own, severity) ? { ...base, severity: own } : base;
}

function isChild(event: AlarmEvent, entry: IncidentAlarm): boolean {
  const fires = event.composite?.triggering.includes(entry.arn) ?? false;
  return fires || (entry.children?.includes(event.alarmArn) ?? false);
}
