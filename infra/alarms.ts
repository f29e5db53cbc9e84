import { gaugeNamespace } from "../src/aws/gauges.ts";

export type Watched = {
  /** The intake rule leaves out alarms whose name begins with it. */
  readonly prefix: string;
  readonly email?: string | undefined;
  readonly workflow: aws.sfn.StateMachine;
  readonly functions: readonly (readonly [name: string, made: sst.aws.Function])[];
  readonly alarms: aws.sqs.Queue;
  readonly deadLetters: readonly (readonly [name: string, queue: aws.sqs.Queue])[];
};

type Alarm = {
  readonly name: string;
  readonly says: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions?: Readonly<Record<string, $util.Input<string>>>;
  readonly stat: "Sum" | "Maximum";
  readonly above: number;
  readonly period?: number;
  /** Silence is a fault of its own. */
  readonly mustReport?: boolean;
};

/** Alarms on the healer itself, and one page that shows the same numbers. */
export function createAlarms(watched: Watched): void {
  const actions = topicFor(watched.email);
  const alarms = alarmsOf(watched);
  for (const alarm of alarms) createAlarm(alarm, watched.prefix, actions);
  const widgets = alarms.map((alarm, index) => widgetOf(alarm, index));
  new aws.cloudwatch.Dashboard("Dashboard", {
    dashboardName: watched.prefix.replace(/-$/, ""),
    dashboardBody: $util.all([aws.getRegionOutput().region, $util.output(widgets)]).apply(([region, resolved]) =>
      JSON.stringify({
        widgets: resolved.map((widget) => ({ ...widget, properties: { ...widget.properties, region } })),
      }),
    ),
  });
}

/** Whom alarms tell; nobody without an address. */
function topicFor(email: string | undefined): $util.Output<string>[] {
  if (email === undefined) return [];
  const topic = new aws.sns.Topic("OwnAlarms", {});
  new aws.sns.TopicSubscription("OwnAlarmsMail", { topic: topic.arn, protocol: "email", endpoint: email });
  return [topic.arn];
}

function alarmsOf({ workflow, functions, alarms, deadLetters }: Watched): readonly Alarm[] {
  const states = { namespace: "AWS/States", dimensions: { StateMachineArn: workflow.arn }, stat: "Sum" } as const;
  const own = { namespace: gaugeNamespace, stat: "Maximum" } as const;
  const queue = (of: aws.sqs.Queue) => ({ namespace: "AWS/SQS", dimensions: { QueueName: of.name } }) as const;
  return [
    {
      ...states,
      name: "runs-failed",
      says: "A run ended in an error that nobody handled.",
      metric: "ExecutionsFailed",
      above: 0,
    },
    {
      ...states,
      name: "runs-timed-out",
      says: "A run was open for two weeks.",
      metric: "ExecutionsTimedOut",
      above: 0,
    },
    {
      ...queue(alarms),
      name: "queue-age",
      says: "Alarm changes wait: the detector is slow or broken.",
      metric: "ApproximateAgeOfOldestMessage",
      stat: "Maximum",
      above: 120,
    },
    ...deadLetters.map(
      ([name, of]): Alarm => ({
        ...queue(of),
        name,
        says: "Something was given up; docs/operations.md says how to take it up again.",
        metric: "ApproximateNumberOfMessagesVisible",
        stat: "Maximum",
        above: 0,
      }),
    ),
    ...functions.map(
      ([name, made]): Alarm => ({
        name: `errors-${name}`,
        says: `The ${name} failed more than 5 times in 15 minutes.`,
        namespace: "AWS/Lambda",
        metric: "Errors",
        dimensions: { FunctionName: made.name },
        stat: "Sum",
        above: 5,
        period: 900,
      }),
    ),
    {
      name: "anchor-age",
      says: "The journal is not anchored in time.",
      namespace: "AWS/Lambda",
      metric: "IteratorAge",
      dimensions: { FunctionName: anchorOf(functions).name },
      stat: "Maximum",
      above: 300_000,
    },
    {
      ...own,
      name: "approvals-expiring",
      says: "An approval expires within five minutes and nobody has decided.",
      metric: "ApprovalsExpiring",
      above: 0,
    },
    {
      ...own,
      name: "spend",
      says: "Today's changes come to more than $15 of the $20 ceiling.",
      metric: "ChangeDollarsToday",
      above: 15,
      mustReport: true,
    },
  ];
}

function anchorOf(functions: Watched["functions"]): sst.aws.Function {
  const found = functions.find(([name]) => name === "anchor");
  if (found === undefined) throw new Error("there is no anchor function to watch");
  return found[1];
}

function createAlarm(alarm: Alarm, prefix: string, actions: $util.Output<string>[]): void {
  new aws.cloudwatch.MetricAlarm(`Alarm-${alarm.name}`, {
    name: `${prefix}${alarm.name}`,
    alarmDescription: alarm.says,
    namespace: alarm.namespace,
    metricName: alarm.metric,
    ...(alarm.dimensions !== undefined && { dimensions: { ...alarm.dimensions } }),
    statistic: alarm.stat,
    period: alarm.period ?? 300,
    evaluationPeriods: 1,
    comparisonOperator: "GreaterThanThreshold",
    threshold: alarm.above,
    treatMissingData: alarm.mustReport === true ? "breaching" : "notBreaching",
    alarmActions: actions,
    okActions: actions,
  });
}

const widgetOf = (alarm: Alarm, index: number) => ({
  type: "metric",
  x: (index % 3) * 8,
  y: Math.floor(index / 3) * 6,
  width: 8,
  height: 6,
  properties: {
    title: alarm.name,
    stat: alarm.stat,
    period: alarm.period ?? 300,
    metrics: [[alarm.namespace, alarm.metric, ...Object.entries(alarm.dimensions ?? {}).flat()]],
    annotations: { horizontal: [{ value: alarm.above }] },
  },
});
