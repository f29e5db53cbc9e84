import { parseArgs } from "node:util";
import { detect } from "../src/detect/detect.ts";
import { parseAlarmText } from "../src/detect/parse.ts";
import { openIncident } from "../src/detect/take-in.ts";
import type { AlarmEvent } from "../src/domain/alarm.ts";
import type { IncidentId, RunId } from "../src/domain/ids.ts";

/** Events per second of reading, and of deciding against a growing number of open incidents. Medians of `--rounds`. */
const { values } = parseArgs({ options: { rounds: { type: "string", default: "9" } } });
const rounds = Number(values.rounds);
const start = Date.parse("2026-11-23T10:00:00.000Z");

const texts = Array.from({ length: 2000 }, (_, index) => eventText(index));
console.log(`Node ${process.version}, median of ${rounds} rounds`);
const parsed = measure(() => texts.map(parseAlarmText));
console.log(`read: ${perSecond(texts.length, parsed)} events/s (${texts[0]?.length} bytes each)`);

const events = texts.map(readOne);
let baseline: number | undefined;
for (const open of [0, 10, 100, 1000]) {
  const incidents = events.slice(0, open).map((event, index) => {
    const name = `${index}`.padStart(4, "0");
    return openIncident(
      event,
      { incidentId: `inc-${name}` as IncidentId, runId: `run-${name}` as RunId },
      "SEV3",
      start,
    );
  });
  const asked = events.slice(1000, 1200);
  const time = measure(() => asked.map((event) => detect(event, incidents, { now: start + 60_000 })));
  baseline ??= time;
  const ratio = (time / baseline).toFixed(1);
  console.log(
    `decide with ${open} open incidents: ${perSecond(asked.length, time)} events/s, ${ratio} × the time with none`,
  );
}

function measure(work: () => unknown): number {
  work();
  const times = Array.from({ length: rounds }, () => {
    const before = performance.now();
    work();
    return performance.now() - before;
  });
  return times.sort((one, other) => one - other)[Math.floor(rounds / 2)] ?? 0;
}

function perSecond(count: number, milliseconds: number): string {
  return Math.round((count * 1000) / milliseconds).toLocaleString("en");
}

function readOne(text: string): AlarmEvent {
  const result = parseAlarmText(text);
  const event = result.ok ? result.events[0] : undefined;
  if (event === undefined) throw new Error("the bench's own event was refused");
  return event;
}

/** Every alarm has a metric and a resource of its own, so that no rule before the last one decides: the slowest case. */
function eventText(index: number): string {
  const metric = { namespace: "Shop", name: `Errors${index}`, dimensions: { ServiceName: `service-${index}` } };
  return JSON.stringify({
    id: `event-${index}`,
    "detail-type": "CloudWatch Alarm State Change",
    source: "aws.cloudwatch",
    account: "123456789012",
    region: "eu-west-1",
    time: "2026-11-23T10:00:00Z",
    resources: [`arn:aws:cloudwatch:eu-west-1:123456789012:alarm:errors-${index}`],
    detail: {
      alarmName: `errors-${index}`,
      state: {
        value: "ALARM",
        reason:
          "Threshold Crossed: 1 out of the last 1 datapoints [12.0 (23/11/26 09:59:00)] was greater than the threshold (5.0).",
        reasonData: '{"version":"1.0","period":60,"recentDatapoints":[12.0],"threshold":5.0}',
        timestamp: new Date(start + index).toISOString().replace("Z", "+0000"),
      },
      configuration: { metrics: [{ id: "m1", metricStat: { metric, period: 60, stat: "Sum" }, returnData: true }] },
    },
  });
}
