import type { AlarmEvent } from "../domain/alarm.ts";
import type { IncidentId } from "../domain/ids.ts";
import type { Incident, Severity } from "../domain/incident.ts";

/** The rule that decided, in the order in which they are asked; docs/detector.md tells each. */
export const detectionRules = [
  "insufficient_data",
  "duplicate",
  "out_of_order",
  "from_the_future",
  "nothing_open",
  "some_recovered",
  "all_recovered",
  "too_old",
  "actions_suppressed",
  "muted",
  "same_alarm",
  "same_resource",
  "composite_child",
  "part_of",
  "same_cause",
  "storm",
  "flapping",
  "new",
] as const;
export type DetectionRule = (typeof detectionRules)[number];

export type Detection = {
  readonly kind: "open" | "attach" | "suppress" | "close";
  readonly rule: DetectionRule;
  /** One line for people. */
  readonly reason: string;
  readonly incidentId?: IncidentId;
  /** On `open` the incident's severity; on `attach` only when the event raises it. */
  readonly severity?: Severity;
  /** On a suppression that lapses: when to read the alarm's state again, for CloudWatch sends nothing more by then. */
  readonly recheckAt?: string;
};

export type DetectOptions = {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** An ALARM older than this is not acted on. EventBridge itself gives up after 24 hours. */
  readonly maxAgeMs?: number;
  /** How far ahead of our clock a state's time may be. */
  readonly maxAheadMs?: number;
  /** Opened `opens` times within `windowMs`: flapping. */
  readonly flapping?: { readonly opens: number; readonly windowMs: number };
  /** Alarms within `windowMs` of each other may be one event; `alarms` of them that share a group or metric are a storm. */
  readonly storm?: { readonly alarms: number; readonly windowMs: number };
  /** Newest state time by `alarmKey` that the caller has seen of alarms that no incident holds. */
  readonly newest?: ReadonlyMap<string, string>;
};

const minute = 60_000;
export const detectDefaults = {
  maxAgeMs: 24 * 60 * minute,
  maxAheadMs: 5 * minute,
  flapping: { opens: 3, windowMs: 60 * minute },
  storm: { alarms: 5, windowMs: 5 * minute },
  newest: new Map<string, string>(),
} as const;

/** What every rule looks at. */
export type Facts = {
  readonly event: AlarmEvent;
  readonly at: number;
  /** Oldest first, so that the order of the list that came in decides nothing. */
  readonly incidents: readonly Incident[];
  readonly open: readonly Incident[];
  readonly options: Required<DetectOptions>;
};

export const suppress = (rule: DetectionRule, reason: string, incident?: Incident): Detection =>
  incident === undefined
    ? { kind: "suppress", rule, reason }
    : { kind: "suppress", rule, reason, incidentId: incident.incidentId };

/** "90 min", "24 h". */
export function span(milliseconds: number): string {
  const minutes = Math.round(milliseconds / minute);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
