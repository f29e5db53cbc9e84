import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { detect } from "../../src/detect/detect.ts";
import { parseAlarmText } from "../../src/detect/parse.ts";
import { AlarmEvent } from "../../src/domain/alarm.ts";

const root = join(import.meta.dirname, "../..");
const data = join(process.env.HEALER_BENCH_DATA ?? join(root, "../shared/data"), "cloudwatch-alarm-events");
const samples = join(root, "../shared/samples");
for (const folder of [data, samples]) {
  if (!existsSync(folder)) console.log(`SKIPPED: public alarm events, because ${folder} is not there`);
}

const filesIn = (folder: string, pattern: RegExp): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => pattern.test(name))
        .toSorted()
    : [];
const read = (folder: string, name: string) => parseAlarmText(readFileSync(join(folder, name), "utf8"));

describe.skipIf(!existsSync(data))("each public alarm event", () => {
  const names = filesIn(data, /^(eventbridge|lambda|sns|transcribed)-.*\.json$/);

  test("is there to be read", () => expect(names.length).toBeGreaterThanOrEqual(60));

  test.each(names)("%s is read, or refused with what is wrong and where", (name) => {
    const parsed = read(data, name);
    if (parsed.ok) {
      for (const event of parsed.events) {
        expect(AlarmEvent.parse(event)).toEqual(event);
        expect(event.alarmArn).toContain(`:cloudwatch:${event.region}:${event.account}:alarm:`);
        expect(detect(event, [], { now: Date.parse(event.state.at) + 1000 }).reason).not.toBe("");
      }
      return;
    }
    for (const { path, message } of parsed.problems) {
      expect(path).toMatch(/^[A-Za-z-]+/);
      expect(message).toMatch(/is missing|must |is no |is empty|is not JSON/);
    }
  });

  test("that names an alarm, a state, a place and a time is read", () => {
    const wellFormed = names.filter((name) => {
      const text = readFileSync(join(data, name), "utf8");
      const hasTime = /\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text);
      return hasTime && /"?(region|Region)\\?"/.test(text) && !/EXAMPLE"|<region>|"metadata"/.test(text);
    });
    expect(wellFormed.filter((name) => !read(data, name).ok)).toEqual([]);
    expect(wellFormed.length).toBeGreaterThan(15);
  });
});

describe.skipIf(!existsSync(samples))("each sample of AWS's own pages", () => {
  const event = (name: string) => {
    const parsed = read(samples, `alarm-${name}.json`);
    if (!parsed.ok || parsed.events[0] === undefined) throw new Error(JSON.stringify(parsed));
    return parsed.events[0];
  };

  test("names its kind and what the alarm watches", () => {
    expect(event("single-metric")).toMatchObject({
      kind: "metric",
      threshold: 50,
      recentDatapoints: [99.50160229693434],
    });
    expect(event("metric-math")).toMatchObject({ kind: "math", threshold: 10_000, metrics: { length: 3 } });
    expect(event("anomaly-detection")).toMatchObject({ kind: "anomaly", recentDatapoints: [0] });
    expect(event("anomaly-detection").threshold).toBeUndefined();
    expect(event("multi-time-series")).toMatchObject({ kind: "insights", change: "alarm" });
    expect(event("contributor-state-change")).toMatchObject({
      kind: "insights",
      change: "contributor",
      contributor: { id: "6d442278dba546f6", attributes: { TableName: "example-dynamodb-table-name" } },
    });
    expect(event("composite-suppressed")).toMatchObject({
      kind: "composite",
      suppressedBy: "WaitPeriod",
      composite: { triggering: ["arn:aws:cloudwatch:us-east-1:123456789012:alarm:ServerCpuTooHigh"] },
    });
  });

  test("that is muted or suppressed starts nothing", () => {
    for (const name of filesIn(samples, /^alarm-.*\.json$/)) {
      const one = event(name.slice("alarm-".length, -".json".length));
      const expected = one.mutedBy === undefined ? "open" : "suppress";
      expect(detect(one, [], { now: Date.parse(one.state.at) }).kind).toBe(expected);
    }
  });
});
