import { detect } from "../../src/detect/detect.ts";
import type { Detection, DetectOptions } from "../../src/detect/detection.ts";
import { openIncident, takeIn } from "../../src/detect/take-in.ts";
import type { AlarmEvent, AlarmStateValue } from "../../src/domain/alarm.ts";
import type { IncidentId, RunId } from "../../src/domain/ids.ts";
import type { Incident } from "../../src/domain/incident.ts";

export const start = Date.parse("2026-11-23T10:00:00.000Z");
export const minute = 60_000;
export const iso = (time: number): string => new Date(time).toISOString();

type Shape = {
  readonly name?: string;
  readonly state?: AlarmStateValue;
  /** Milliseconds after `start`. */
  readonly after?: number;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly namespace?: string;
  readonly metric?: string;
} & Partial<Pick<AlarmEvent, "contributor" | "composite" | "suppressedBy" | "mutedBy" | "tags">>;

/** One alarm's change as the detector takes it; what a test does not name is an instance whose CPU is busy. */
export function alarm(shape: Shape = {}): AlarmEvent {
  const { name = "cpu-busy", state = "ALARM", after = 0, namespace = "AWS/EC2", metric = "CPUUtilization" } = shape;
  const { dimensions = { InstanceId: "i-1" }, ...rest } = shape;
  const { contributor, composite, suppressedBy, mutedBy, tags } = rest;
  return {
    via: "eventbridge",
    change: contributor === undefined ? "alarm" : "contributor",
    kind: composite === undefined ? "metric" : "composite",
    alarmArn: `arn:aws:cloudwatch:eu-west-1:123456789012:alarm:${name}`,
    alarmName: name,
    account: "123456789012",
    region: "eu-west-1",
    state: { value: state, reason: "Threshold Crossed", at: iso(start + after) },
    metrics: composite === undefined ? [{ id: "m1", namespace, name: metric, dimensions, returnData: true }] : [],
    ...(contributor && { contributor }),
    ...(composite && { composite }),
    ...(suppressedBy && { suppressedBy }),
    ...(mutedBy && { mutedBy }),
    ...(tags && { tags }),
  };
}

export type Desk = { readonly incidents: readonly Incident[]; readonly detections: readonly Detection[] };
export const emptyDesk: Desk = { incidents: [], detections: [] };

/** Hands one event to the detector and applies what it says, as the caller of the detector does. */
export function receive(desk: Desk, event: AlarmEvent, options: Partial<DetectOptions> = {}): Desk {
  const now = options.now ?? Date.parse(event.state.at) + 1000;
  const detection = detect(event, desk.incidents, { ...options, now });
  const detections = [...desk.detections, detection];
  if (detection.kind === "suppress") return { incidents: desk.incidents, detections };
  if (detection.kind === "open") {
    const number = String(desk.incidents.length + 1).padStart(4, "0");
    const ids = { incidentId: `inc-${number}` as IncidentId, runId: `run-${number}` as RunId };
    const opened = openIncident(event, ids, detection.severity ?? "SEV3", now);
    return { incidents: [...desk.incidents, opened], detections };
  }
  const incidents = desk.incidents.map((incident) =>
    incident.incidentId === detection.incidentId ? takeIn(incident, event, detection, now) : incident,
  );
  return { incidents, detections };
}

export const receiveAll = (events: readonly AlarmEvent[], options: Partial<DetectOptions> = {}): Desk =>
  events.reduce((desk, event) => receive(desk, event, options), emptyDesk);

export const openIn = (desk: Desk): readonly Incident[] =>
  desk.incidents.filter((incident) => incident.status === "open");
