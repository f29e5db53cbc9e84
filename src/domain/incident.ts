import * as z from "zod";
import { AlarmStateValue } from "./alarm.ts";
import { IncidentId, RunId } from "./ids.ts";

export const Severity = z.enum(["SEV1", "SEV2", "SEV3", "SEV4"]);
export type Severity = z.infer<typeof Severity>;

/** The newest known state of one alarm, or of one contributor of an alarm over many series. */
export const IncidentAlarm = z.strictObject({
  arn: z.string(),
  name: z.string(),
  contributor: z.string().optional(),
  state: AlarmStateValue,
  at: z.iso.datetime(),
  namespace: z.string().optional(),
  metric: z.string().optional(),
  /** Those that name a thing; the event has them all. */
  dimensions: z.record(z.string(), z.string()),
  /** Alarms that made a composite alarm fire. */
  children: z.array(z.string()).readonly().optional(),
});
export type IncidentAlarm = Readonly<z.infer<typeof IncidentAlarm>>;

/** A disruption being handled; groups the alarms of one resource. Rebuildable from the journal. */
export const Incident = z.strictObject({
  incidentId: IncidentId,
  runId: RunId,
  status: z.enum(["open", "recovered", "closed"]),
  severity: Severity,
  title: z.string(),
  resource: z.string(),
  alarmArn: z.string(),
  alarmName: z.string(),
  /** Every alarm taken in, the one that opened it first; absent in records that know only that one. */
  alarms: z.array(IncidentAlarm).readonly().optional(),
  /** Dedupe keys of the events that this incident has taken in. */
  seen: z.array(z.string()).readonly(),
  /** Time of the newest alarm state taken in: an older event is stale. */
  stateAt: z.iso.datetime(),
  openedAt: z.iso.datetime(),
  closedAt: z.iso.datetime().optional(),
  outcome: z.string().optional(),
});
export type Incident = Readonly<z.infer<typeof Incident>>;
