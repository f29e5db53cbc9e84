import { type AlarmEvent, dimensionsOf, primaryMetric } from "../domain/alarm.ts";
import type { Incident, IncidentAlarm } from "../domain/incident.ts";
import { type Identity, identityOf } from "./identity.ts";
import { alarmKey, entryKey } from "./keys.ts";
import { alarmsOf } from "./take-in.ts";

/** What an event is about, and an incident's alarm that may be about the same. */
export type Subject = { readonly identity: Identity; readonly metric: string | undefined };
export type Neighbour = Subject & { readonly incident: Incident; readonly entry: IncidentAlarm };

export function subjectOf(event: AlarmEvent): Subject {
  const metric = primaryMetric(event);
  return { identity: identityOf(dimensionsOf(event)), metric: metricMark(metric?.namespace, metric?.name) };
}

/** The alarms of these incidents in the event's account and region: things elsewhere may bear the same names. */
export function neighboursOf(event: AlarmEvent, incidents: readonly Incident[]): readonly Neighbour[] {
  return incidents.flatMap((incident) =>
    alarmsOf(incident)
      .filter((entry) => isAt(entry.arn, event))
      .map((entry) => ({
        incident,
        entry,
        identity: identityOf(entry.dimensions),
        metric: metricMark(entry.namespace, entry.metric),
      })),
  );
}

/** By position: an alarm may be named like another account's ARN. */
function isAt(arn: string, { region, account }: Pick<AlarmEvent, "region" | "account">): boolean {
  const [, , , itsRegion, itsAccount] = arn.split(":", 5);
  return itsRegion === region && itsAccount === account;
}

/** True when both name the very same thing, whatever else they say of it: the agent's disk metric names the disk too. */
export function isSameThing(one: Subject, other: Subject): boolean {
  const { size } = one.identity;
  return size > 0 && size === other.identity.size && countShared(one, other) === size;
}

/** True when one names a part of what the other names: a service and its cluster, a database and its cluster. */
export function isPartOf(one: Subject, other: Subject): boolean {
  const shared = countShared(one, other);
  return shared > 0 && shared === Math.min(one.identity.size, other.identity.size);
}

/** True when both watch one metric of members of one group: two instances of a group, two tasks of a cluster. */
export function isSameCause(one: Subject, other: Subject): boolean {
  return one.metric !== undefined && one.metric === other.metric && countShared(one, other) > 0;
}

export type Storm = { readonly incident: Incident; readonly shared: string; readonly alarms: number };

/**
 * The incident that a storm belongs to: at least `least` other firing alarms share one group value, or the metric,
 * with this event. The first incident among theirs takes it.
 */
export function stormOf(event: AlarmEvent, neighbours: readonly Neighbour[], least: number): Storm | undefined {
  const subject = subjectOf(event);
  const own = alarmKey(event);
  const firing = neighbours.filter(({ entry }) => entry.state === "ALARM" && entryKey(entry) !== own);
  for (const shared of marksOf(subject)) {
    const fellows = firing.filter((neighbour) => marksOf(neighbour).includes(shared));
    const alarms = new Set(fellows.map(({ entry }) => entryKey(entry))).size;
    const [oldest] = fellows;
    if (oldest !== undefined && alarms >= least) return { incident: oldest.incident, shared, alarms };
  }
  return undefined;
}

/** Group values before the metric: sharing a cluster says more than sharing CPUUtilization. */
function marksOf({ identity, metric }: Subject): readonly string[] {
  const marks = [...identity].map(([name, value]) => `${name}=${value}`).sort();
  return metric === undefined ? marks : [...marks, metric];
}

function metricMark(namespace: string | undefined, name: string | undefined): string | undefined {
  return name === undefined ? undefined : `${namespace ?? ""} ${name}`;
}

function countShared(one: Subject, other: Subject): number {
  let count = 0;
  for (const [name, value] of one.identity) if (other.identity.get(name) === value) count += 1;
  return count;
}
