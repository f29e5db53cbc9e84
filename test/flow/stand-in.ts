import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AlarmDefinition, Evidence, MetricPoint } from "../../src/domain/ports.ts";
import type { PlannedAction } from "../../src/domain/tool.ts";
import { noEvidence } from "../../src/local/no-evidence.ts";

export const place = { account: "000000000000", region: "us-east-1" } as const;

type Line = { readonly at: number } & (
  | { readonly kind: "broken" | "healed" }
  | { readonly kind: "sent"; readonly actionId: string; readonly plan: PlannedAction }
);

/** A service outside every process: what was sent to it lies in a file, and any send mends it. */
export type StandInService = {
  readonly ports: Evidence;
  breakAgain(): void;
  healByItself(): void;
  sent(): readonly Extract<Line, { kind: "sent" }>[];
};

type Sort = {
  readonly alarm: { readonly namespace: string; readonly name: string; readonly stat: string };
  readonly dimensions: Readonly<Record<string, string>>;
  readonly threshold: number;
  readonly levels: { readonly bad: number; readonly good: number };
  readonly log: string;
};

/** The two incidents that the shipped runbooks `disk-full` and `traffic-surge` know, by alarm name. */
export const sorts: Readonly<Record<string, Sort>> = {
  "orders-disk": {
    alarm: { namespace: "Lab/Host", name: "DiskUsedPercent", stat: "Average" },
    dimensions: { InstanceId: "i-0123456789abcdef0" },
    threshold: 90,
    levels: { bad: 99, good: 40 },
    log: "ENOSPC: no space left on device, trace_retention=off",
  },
  "checkout-latency": {
    alarm: { namespace: "Lab/Service", name: "Latency", stat: "p95" },
    dimensions: { AutoScalingGroupName: "checkout-asg" },
    threshold: 600,
    levels: { bad: 2400, good: 80 },
    log: "WARN request queue is growing",
  },
};

const arnOf = (name: string): string => `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${name}`;

export function standInService(folder: string, onSent: () => void = () => undefined): StandInService {
  const file = join(folder, "service.jsonl");
  const lines = (): readonly Line[] =>
    existsSync(file)
      ? readFileSync(file, "utf8")
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => JSON.parse(line) as Line)
      : [];
  const write = (line: Line): void => appendFileSync(file, `${JSON.stringify(line)}\n`);
  const sent = () => lines().filter((line) => line.kind === "sent");
  const managed = { healthy: true, tags: { healer: "managed" } };
  const fellow = { id: "i-0aaaaaaaaaaaaaaa1", group: "checkout-asg", ...managed };
  return {
    sent,
    breakAgain: () => write({ kind: "broken", at: Date.now() }),
    healByItself: () => write({ kind: "healed", at: Date.now() }),
    ports: {
      ...noEvidence,
      logs: {
        async read(query, take) {
          const log = Object.entries(sorts).find(([name]) => query.group === `/lab/${name.split("-")[0]}`)?.[1].log;
          if (log !== undefined) take({ timestamp: query.end - 1000, message: log, stream: "app" });
          return { source: query.group, events: log === undefined ? 0 : 1, bytesScanned: 100, exhausted: true };
        },
        groups: async () => ["/lab/orders", "/lab/checkout"],
      },
      metrics: {
        query: async (query) => points(lines(), query.name, query.start, query.end),
        neighbours: async () => [],
      },
      alarms: { describe: async (arn) => definitionOf(arn) },
      commands: {
        document: async (name, version) => ({
          type: name.startsWith("AWS-") ? "Command" : "Automation",
          version,
          hash: "d".repeat(64),
        }),
        async send(plan, actionId) {
          write({ kind: "sent", at: Date.now(), actionId, plan });
          onSent();
          return { kind: "command", id: `cmd-${sent().length}` };
        },
        async find(_, actionId) {
          const index = sent().findIndex((line) => line.actionId === actionId);
          return index < 0 ? undefined : { kind: "command", id: `cmd-${index + 1}` };
        },
        status: async (_, plan) => ({
          state: "succeeded",
          outcomes: plan.targets.map((target) => ({
            target,
            state: "succeeded",
            exitCode: 0,
            stdout: "done",
            stderr: "",
            truncated: false,
          })),
        }),
      },
      fleet: {
        member: async (id) => (id === "checkout-asg" ? undefined : { id, group: undefined, ...managed }),
        group: async (name) => ({ name, instanceType: "c5.4xlarge", desired: 2, maximum: 6, members: [fellow] }),
      },
    },
  };
}

/** Five datapoints a second, so that recovery can be measured quickly. */
function points(lines: readonly Line[], metric: string, start: number, end: number): readonly MetricPoint[] {
  const levels = Object.values(sorts).find((sort) => sort.alarm.name === metric)?.levels ?? { bad: 60, good: 60 };
  const first = Math.max(start, end - 60_000);
  return Array.from({ length: Math.max(0, Math.floor((end - first) / 200)) }, (_, index) => {
    const at = first + (index + 1) * 200;
    const last = lines.filter((line) => line.at <= at).at(-1);
    return { at, value: last?.kind === "sent" || last?.kind === "healed" ? levels.good : levels.bad };
  });
}

function definitionOf(arn: string): AlarmDefinition | undefined {
  const [name, sort] = Object.entries(sorts).find(([name]) => arnOf(name) === arn) ?? [];
  if (name === undefined || sort === undefined) return undefined;
  return {
    alarmArn: arn,
    alarmName: name,
    metric: { ...sort.alarm, dimensions: sort.dimensions, period: 1 },
    comparison: ">",
    threshold: sort.threshold,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    treatMissingData: "missing",
  };
}

let events = 0;

/** The EventBridge event of one state change, as CloudWatch sends it. */
export function alarmEvent(name: string, value: "ALARM" | "OK" = "ALARM", at = Date.now()) {
  const sort = sorts[name];
  if (sort === undefined) throw new Error(`no alarm ${name}`);
  events += 1;
  const { namespace, name: metric, stat } = sort.alarm;
  const timestamp = new Date(at).toISOString().replace("Z", "+0000");
  return {
    version: "0",
    id: `00000000-0000-4000-8000-${String(events).padStart(12, "0")}`,
    "detail-type": "CloudWatch Alarm State Change",
    source: "aws.cloudwatch",
    account: place.account,
    time: new Date(at).toISOString(),
    region: place.region,
    resources: [arnOf(name)],
    detail: {
      alarmName: name,
      configuration: {
        description: name,
        metrics: [
          {
            id: "m1",
            metricStat: { metric: { dimensions: sort.dimensions, name: metric, namespace }, period: 1, stat },
            returnData: true,
          },
        ],
      },
      previousState: { value: value === "ALARM" ? "OK" : "ALARM", reason: "", timestamp },
      state: {
        value,
        reason: `Threshold Crossed: 1 datapoint was greater than the threshold (${sort.threshold})`,
        reasonData: JSON.stringify({ version: "1.0", threshold: sort.threshold, recentDatapoints: [sort.levels.bad] }),
        timestamp,
      },
    },
  };
}
