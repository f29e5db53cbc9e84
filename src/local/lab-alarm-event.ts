import type { AlarmStateValue } from "../domain/alarm.ts";
import type { AlarmDefinition, MetricPoint } from "../domain/ports.ts";

/** One side of a state change, as the event and `DescribeAlarms` show it. */
export type AlarmStateRecord = {
  readonly value: AlarmStateValue;
  readonly reason: string;
  readonly reasonData?: string;
  /** Milliseconds since 1970. */
  readonly at: number;
};

export type AlarmPlace = { readonly account: string; readonly region: string };

/** The state of an alarm that was never evaluated. */
export const firstState = (at: number): AlarmStateRecord => ({
  value: "INSUFFICIENT_DATA",
  reason: "Unchecked: Initial alarm creation",
  at,
});

/** The EventBridge event of one state change, key for key as CloudWatch sends it. Ids are passed in. */
export function alarmEvent(options: {
  readonly definition: AlarmDefinition;
  readonly description: string;
  readonly place: AlarmPlace;
  readonly previous: AlarmStateRecord;
  readonly state: AlarmStateRecord;
  readonly eventId: string;
  readonly metricId: string;
}): unknown {
  const { definition, place, state } = options;
  const { namespace, name, dimensions, period, stat } = definition.metric;
  return {
    version: "0",
    id: options.eventId,
    "detail-type": "CloudWatch Alarm State Change",
    source: "aws.cloudwatch",
    account: place.account,
    time: new Date(state.at).toISOString().replace(/\.\d{3}Z$/, "Z"),
    region: place.region,
    resources: [definition.alarmArn],
    detail: {
      alarmName: definition.alarmName,
      configuration: {
        description: options.description,
        metrics: [
          {
            id: options.metricId,
            metricStat: { metric: { dimensions, name, namespace }, period, stat },
            returnData: true,
          },
        ],
      },
      previousState: stateOf(options.previous),
      state: stateOf(state),
    },
  };
}

/** The `reasonData` text: what was evaluated, oldest datapoint first. */
export function reasonData(definition: AlarmDefinition, evaluated: readonly MetricPoint[], now: number): string {
  const first = evaluated[0];
  return JSON.stringify({
    version: "1.0",
    queryDate: stamp(now),
    ...(first === undefined ? {} : { startDate: stamp(first.at) }),
    statistic: definition.metric.stat,
    period: definition.metric.period,
    recentDatapoints: evaluated.map((point) => point.value),
    threshold: definition.threshold,
    evaluatedDatapoints: [...evaluated].reverse().map((point) => ({ timestamp: stamp(point.at), value: point.value })),
  });
}

const stateOf = (state: AlarmStateRecord) => ({
  reason: state.reason,
  ...(state.reasonData === undefined ? {} : { reasonData: state.reasonData }),
  timestamp: stamp(state.at),
  value: state.value,
});

/** `2019-10-02T17:04:40.989+0000`: CloudWatch writes the offset without a colon. */
const stamp = (at: number): string => new Date(at).toISOString().replace("Z", "+0000");
