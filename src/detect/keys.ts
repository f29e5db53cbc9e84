import type { AlarmEvent } from "../domain/alarm.ts";
import type { IncidentAlarm } from "../domain/incident.ts";
import { sha256 } from "../domain/journal.ts";

/** The same for every delivery of one change, whichever door it comes through. */
export function dedupeKey(event: AlarmEvent): string {
  return sha256([event.alarmArn, event.state.value, event.state.at, event.contributor?.id ?? ""].join("|"));
}

/** Names an alarm, or one contributor of an alarm over many series: what has a state of its own. */
export const alarmKey = (event: AlarmEvent): string => keyOf(event.alarmArn, event.contributor?.id);
export const entryKey = (entry: IncidentAlarm): string => keyOf(entry.arn, entry.contributor);

const keyOf = (arn: string, contributor: string | undefined): string =>
  contributor === undefined ? arn : `${arn}#${contributor}`;
