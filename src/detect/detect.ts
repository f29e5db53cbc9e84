import type { AlarmEvent } from "../domain/alarm.ts";
import type { Incident } from "../domain/incident.ts";
import { attach } from "./attach.ts";
import { type Detection, type DetectOptions, detectDefaults, type Facts, span, suppress } from "./detection.ts";
import { alarmKey, dedupeKey, entryKey } from "./keys.ts";
import { severityOf } from "./severity.ts";
import { alarmsAfter, alarmsOf } from "./take-in.ts";
import { isoTime, shortLine } from "./text.ts";

/**
 * Says what to do about one alarm's change, and why. Pure: the same event, incidents and options give the same answer,
 * in whatever order the incidents are listed. The caller applies it with `openIncident` or `takeIn`.
 */
export function detect(event: AlarmEvent, incidents: readonly Incident[], options: DetectOptions): Detection {
  const sorted = [...incidents].sort(byAge);
  const open = sorted.filter((incident) => incident.status === "open");
  const at = Date.parse(event.state.at);
  const facts = { event, at, incidents: sorted, open, options: { ...detectDefaults, ...options } };
  if (event.state.value === "INSUFFICIENT_DATA") {
    return suppress("insufficient_data", "the alarm has too little data to say anything");
  }
  return known(facts) ?? (event.state.value === "OK" ? recover(facts) : raise(facts));
}

function known({ event, at, incidents, options }: Facts): Detection | undefined {
  const key = dedupeKey(event);
  const holder = incidents.find((incident) => incident.seen.includes(key) || holdsState(incident, event));
  if (holder !== undefined) return suppress("duplicate", "this change was taken in before", holder);
  const newest = newestKnown(event, incidents, options.newest);
  if (newest !== undefined && event.state.at < newest) {
    return suppress(
      "out_of_order",
      `the alarm's state of ${newest} is known already, this one is of ${event.state.at}`,
    );
  }
  if (at <= options.now + options.maxAheadMs) return undefined;
  return suppress(
    "from_the_future",
    `its time ${event.state.at} is more than ${span(options.maxAheadMs)} ahead of the clock`,
  );
}

function recover({ event, incidents, open }: Facts): Detection {
  const holds = (incident: Incident) =>
    alarmsOf(incident).some((entry) =>
      event.contributor === undefined ? entry.arn === event.alarmArn : entryKey(entry) === alarmKey(event),
    );
  // An incident that recovered may share the alarm with a later one that is open: the open one has a run to end.
  const incident = open.find(holds) ?? incidents.find((other) => other.status === "recovered" && holds(other));
  if (incident === undefined) return suppress("nothing_open", "the alarm is OK and no open incident holds it");
  const alarms = alarmsAfter(incident, event);
  const firing = alarms.filter((entry) => entry.state !== "OK");
  const { incidentId } = incident;
  if (firing.length === 0) {
    const reason = alarms.length === 1 ? "its alarm is OK again" : `all ${alarms.length} alarms are OK again`;
    return { kind: "close", rule: "all_recovered", reason, incidentId };
  }
  const names = firing.slice(0, 3).map((entry) => shortLine(entry.name, 60));
  const more = firing.length > names.length ? ` and ${firing.length - names.length} more` : "";
  const reason = `${alarms.length - firing.length} of ${alarms.length} alarms are OK; still firing: ${names.join(", ")}${more}`;
  return { kind: "attach", rule: "some_recovered", reason, incidentId };
}

function raise(facts: Facts): Detection {
  const { event, at, options } = facts;
  const age = options.now - at;
  if (age > options.maxAgeMs) {
    return suppress("too_old", `it fired ${span(age)} ago; the limit is ${span(options.maxAgeMs)}`);
  }
  if (event.suppressedBy !== undefined) {
    return suppress("actions_suppressed", `CloudWatch suppressed its actions: ${shortLine(event.suppressedBy, 60)}`);
  }
  if (event.mutedBy !== undefined) return muted(event.mutedBy);
  return attach(facts) ?? flapping(facts) ?? openNew(event);
}

function muted(mute: NonNullable<AlarmEvent["mutedBy"]>): Detection {
  const until = mute.end === undefined ? "" : ` until ${shortLine(mute.end, 40)}`;
  const base = suppress("muted", `muted by ${shortLine(mute.arn, 120)}${until}`);
  const recheckAt = isoTime(mute.end ?? "");
  return recheckAt === undefined ? base : { ...base, recheckAt };
}

function flapping({ event, incidents, options }: Facts): Detection | undefined {
  const { opens, windowMs } = options.flapping;
  const since = options.now - windowMs;
  const opened = incidents
    .filter((incident) =>
      alarmsOf(incident)
        .slice(0, 1)
        .some((entry) => entryKey(entry) === alarmKey(event)),
    )
    .map((incident) => Date.parse(incident.openedAt))
    .filter((openedAt) => openedAt > since);
  if (opened.length < opens) return undefined;
  const recheckAt = new Date(Math.min(...opened) + windowMs).toISOString();
  return {
    ...suppress("flapping", `flapping: it opened ${opened.length} incidents within ${span(windowMs)}`),
    recheckAt,
  };
}

function openNew(event: AlarmEvent): Detection {
  return { kind: "open", rule: "new", reason: "no open incident is about this", severity: severityOf(event) };
}

/** The list of seen keys has an end; the newest state of each alarm says the same for the last change. */
function holdsState(incident: Incident, event: AlarmEvent): boolean {
  return alarmsOf(incident).some(
    (entry) => entryKey(entry) === alarmKey(event) && entry.at === event.state.at && entry.state === event.state.value,
  );
}

function newestKnown(event: AlarmEvent, incidents: readonly Incident[], newest: ReadonlyMap<string, string>) {
  const own = alarmKey(event);
  const times = incidents
    .flatMap(alarmsOf)
    .filter(
      (entry) =>
        entryKey(entry) === own ||
        (entry.arn === event.alarmArn && entry.contributor === undefined && entry.state === "OK"),
    )
    .map((entry) => entry.at);
  return [...times, newest.get(own) ?? ""].sort().at(-1) || undefined;
}

const byAge = (one: Incident, other: Incident): number =>
  compareText(one.openedAt, other.openedAt) || compareText(one.incidentId, other.incidentId);
const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
