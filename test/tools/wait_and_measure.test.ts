import { describe, expect, it } from "vitest";
import { clock, execute, now, toolNamed } from "./around.ts";

const definition = {
  alarmArn: "arn:alarm",
  alarmName: "cpu-busy",
  metric: { namespace: "AWS/EC2", name: "CPUUtilization", dimensions: { InstanceId: "i-1" }, stat: "p99", period: 60 },
  comparison: ">",
  threshold: 80,
  evaluationPeriods: 3,
  datapointsToAlarm: 3,
  treatMissingData: "missing",
} as const;

async function measured(values: readonly number[], known = true) {
  const asked: unknown[] = [];
  const result = await execute(
    "wait_and_measure",
    { seconds: 120 },
    {
      clock,
      alarms: { describe: async () => (known ? definition : undefined) },
      metrics: {
        query: async (query) => {
          asked.push(query);
          return values.map((value, index) => ({ at: now - (values.length - index) * 60_000, value }));
        },
        neighbours: async () => [],
      },
    },
  );
  return { result, asked };
}

describe("wait_and_measure", () => {
  it("waits for as long as was asked, half a minute to five", () => {
    const tool = toolNamed("wait_and_measure", "read");
    expect(tool.delay?.({ seconds: 120 })).toBe(120);
    for (const seconds of [29, 301, 60.5, "60"]) expect(tool.input.safeParse({ seconds }).success).toBe(false);
  });

  it("reads what the alarm itself watches, with its statistic and period", async () => {
    const { result, asked } = await measured([93, 60, 61, 62]);
    expect(asked).toEqual([{ ...definition.metric, start: now - 5 * 60_000, end: now }]);
    expect(result.forModel).toContain("newest 62 at 2026-11-23T10:04:00Z");
    expect(result.findings).toMatchObject([{ id: "t1c0-measure", source: "AWS/EC2" }]);
  });

  it("says that it is over only when as many datapoints are healthy as the alarm needs", async () => {
    expect((await measured([93, 60, 61, 62])).result.forModel).toContain("this counts as over");
    const { forModel } = (await measured([60, 93, 61, 62])).result;
    expect(forModel).toContain("not over yet");
    expect(forModel).toContain("2026-11-23T10:02:00Z 93 breaching");
  });

  it("takes silence and an alarm that can not be read for no recovery", async () => {
    expect((await measured([])).result).toMatchObject({ status: "empty" });
    expect((await measured([60, 60, 60], false)).result).toMatchObject({ status: "empty" });
  });
});
