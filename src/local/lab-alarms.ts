import { createHash, randomUUID } from "node:crypto";
import type { AlarmStateValue } from "../domain/alarm.ts";
import type { AlarmDefinition, AlarmSource, Clock, MetricSource } from "../domain/ports.ts";
import { type AlarmPlace, type AlarmStateRecord, alarmEvent, firstState, reasonData } from "./lab-alarm-event.ts";
import { evaluateAlarm, evaluationRange, extraPeriods } from "./metric-alarms.ts";

export type DescribedAlarm = { readonly definition: AlarmDefinition; readonly description: string };

export type AlarmBoard = {
  readonly source: AlarmSource;
  /** Evaluates every alarm once and hands each state change to the listeners, in order. */
  readonly evaluate: () => Promise<void>;
  /** Undefined for a name that no alarm has. */
  readonly state: (name: string) => AlarmStateValue | undefined;
  readonly listen: (listener: (eventJson: unknown) => void) => void;
};

/** Metric alarms over a metric source; the caller decides when to evaluate. */
export function createAlarmBoard(options: {
  readonly alarms: readonly DescribedAlarm[];
  readonly metrics: MetricSource;
  readonly clock: Clock;
  readonly place: AlarmPlace;
}): AlarmBoard {
  const listeners: ((eventJson: unknown) => void)[] = [];
  const states = new Map(
    options.alarms.map(({ definition }) => [definition.alarmName, firstState(options.clock.now())]),
  );
  return {
    source: {
      async describe(alarmArn) {
        return options.alarms.find(({ definition }) => definition.alarmArn === alarmArn)?.definition;
      },
    },
    async evaluate() {
      for (const alarm of options.alarms) {
        const name = alarm.definition.alarmName;
        const previous = states.get(name) ?? firstState(options.clock.now());
        const state = await nextState(alarm.definition, previous, options.metrics, options.clock.now());
        if (state === undefined) continue;
        states.set(name, state);
        const metricId = stableUuid(name);
        const event = alarmEvent({ ...alarm, place: options.place, previous, state, eventId: randomUUID(), metricId });
        for (const listener of listeners) listener(event);
      }
    },
    state: (name) => states.get(name)?.value,
    listen: (listener) => void listeners.push(listener),
  };
}

async function nextState(
  definition: AlarmDefinition,
  previous: AlarmStateRecord,
  metrics: MetricSource,
  now: number,
): Promise<AlarmStateRecord | undefined> {
  const span = (definition.evaluationPeriods + extraPeriods + 1) * definition.metric.period * 1000;
  const points = await metrics.query({ ...definition.metric, start: now - span, end: now });
  const range = evaluationRange(definition, points, now);
  const { state, reason, evaluated } = evaluateAlarm(definition, range, previous.value);
  if (state === previous.value) return undefined;
  return { value: state, reason, reasonData: reasonData(definition, evaluated, now), at: now };
}

/** An alarm's metric keeps its id from event to event. */
function stableUuid(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}
