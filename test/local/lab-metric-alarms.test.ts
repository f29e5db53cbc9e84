import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AlarmDefinition } from "../../src/domain/ports.ts";
import { type Datapoint, evaluateAlarm, evaluationRange, isBreaching } from "../../src/local/metric-alarms.ts";

const treatments = ["missing", "ignore", "breaching", "notBreaching"] as const;
type Treatment = (typeof treatments)[number];

const definition = (changes: Partial<AlarmDefinition> = {}): AlarmDefinition => ({
  alarmArn: "arn:aws:cloudwatch:us-east-1:123456789012:alarm:ServerCpuTooHigh",
  alarmName: "ServerCpuTooHigh",
  metric: { namespace: "AWS/EC2", name: "CPUUtilization", dimensions: {}, stat: "Average", period: 60 },
  comparison: ">",
  threshold: 50,
  evaluationPeriods: 3,
  datapointsToAlarm: 3,
  treatMissingData: "missing",
  ...changes,
});

const start = Date.UTC(2019, 9, 2, 16, 55);

/** `0` is within the threshold, `X` breaches it, `-` is missing; oldest first. */
const range = (text: string): readonly Datapoint[] =>
  text.split(" ").map((sign, index) => ({
    at: start + index * 60_000,
    value: sign === "-" ? undefined : sign === "X" ? 99 : 1,
  }));

const stateOf = (
  text: string,
  treatMissingData: Treatment,
  datapointsToAlarm: number,
  current: "OK" | "ALARM" = "OK",
) => evaluateAlarm(definition({ treatMissingData, datapointsToAlarm }), range(text), current).state;

describe("the states that AWS documents for missing data", () => {
  const keep = "keep";
  // Columns: missing, ignore, breaching, notBreaching.
  const threeOfThree: readonly (readonly [string, readonly string[]])[] = [
    ["0 - X - X", ["OK", "OK", "OK", "OK"]],
    ["- - - - 0", ["OK", "OK", "OK", "OK"]],
    ["- - - - -", ["INSUFFICIENT_DATA", keep, "ALARM", "OK"]],
    ["0 X X - X", ["ALARM", "ALARM", "ALARM", "ALARM"]],
    ["- - X - -", ["ALARM", keep, "ALARM", "OK"]],
  ];
  const twoOfThree: readonly (readonly [string, readonly string[]])[] = [
    ["0 - X - X", ["ALARM", "ALARM", "ALARM", "ALARM"]],
    ["0 0 X 0 X", ["ALARM", "ALARM", "ALARM", "ALARM"]],
    ["0 - X - -", ["OK", "OK", "ALARM", "OK"]],
    ["- - - - 0", ["OK", "OK", "ALARM", "OK"]],
    ["- - - X -", ["ALARM", keep, "ALARM", "OK"]],
  ];
  for (const [wanted, rows] of [[3, threeOfThree] as const, [2, twoOfThree] as const]) {
    for (const [text, states] of rows) {
      it(`${wanted} of 3: ${text}`, () => {
        for (const current of ["OK", "ALARM"] as const) {
          const found = treatments.map((treatment) => stateOf(text, treatment, wanted, current));
          expect(found).toEqual(states.map((state) => (state === keep ? current : state)));
        }
      });
    }
  }
});

describe("evaluating an alarm", () => {
  it("alarms when M of the last N real datapoints breach, wherever they stand", () => {
    expect(stateOf("0 0 X 0 X", "missing", 2)).toBe("ALARM");
    expect(stateOf("X X 0 0 X", "missing", 2)).toBe("OK");
  });

  it("does not let a single first breaching datapoint alarm a three-of-three alarm", () => {
    expect(stateOf("- - - - X", "missing", 3)).toBe("OK");
    expect(evaluateAlarm(definition(), range("- - - - X"), "INSUFFICIENT_DATA").state).toBe("INSUFFICIENT_DATA");
  });

  it.each([
    [">", 50, false],
    [">", 50.1, true],
    [">=", 50, true],
    ["<", 50, false],
    ["<=", 50, true],
    ["<", 49.9, true],
  ] as const)("compares %s with the threshold 50: %d breaches: %s", (comparison, value, breaches) => {
    expect(isBreaching({ comparison, threshold: 50 }, value)).toBe(breaches);
  });

  it("never needs more than the documented range, and is the same whatever lies before it", () => {
    const sign = fc.constantFrom("0", "X", "-");
    const property = fc.property(
      fc.array(sign, { minLength: 5, maxLength: 5 }),
      fc.constantFrom(...treatments),
      fc.integer({ min: 1, max: 3 }),
      (signs, treatMissingData, datapointsToAlarm) => {
        const points = range(signs.join("")).flatMap(({ at, value }) => (value === undefined ? [] : [{ at, value }]));
        const rule = definition({ treatMissingData, datapointsToAlarm });
        const now = start + 5 * 60_000 + 10;
        const older = Array.from({ length: 9 }, (_, index) => ({ at: start - (index + 1) * 60_000, value: 99 }));
        const alone = evaluateAlarm(rule, evaluationRange(rule, points, now), "OK");
        expect(evaluateAlarm(rule, evaluationRange(rule, [...older, ...points], now), "OK")).toEqual(alone);
      },
    );
    fc.assert(property);
  });

  it("leaves the period that has not ended out of the range", () => {
    const rule = definition();
    const now = start + 2 * 60_000 + 59_000;
    expect(evaluationRange(rule, [{ at: start + 2 * 60_000, value: 99 }], now).map((point) => point.value)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(evaluationRange(rule, [], now).at(-1)?.at).toBe(start + 60_000);
  });
});

describe("the reason in CloudWatch's words", () => {
  it("is the service's own text for one of one datapoints", () => {
    const rule = definition({ evaluationPeriods: 1, datapointsToAlarm: 1 });
    const high = [{ at: Date.UTC(2019, 9, 2, 16, 59), value: 99.50160229693434 }];
    expect(evaluateAlarm(rule, high, "OK").reason).toBe(
      "Threshold Crossed: 1 out of the last 1 datapoints [99.50160229693434 (02/10/19 16:59:00)] was greater than the threshold (50.0) (minimum 1 datapoint for OK -> ALARM transition).",
    );
    const low = [{ at: Date.UTC(2019, 9, 1, 13, 46), value: 0.0666851903306472 }];
    expect(evaluateAlarm(rule, low, "ALARM").reason).toBe(
      "Threshold Crossed: 1 out of the last 1 datapoints [0.0666851903306472 (01/10/19 13:46:00)] was not greater than the threshold (50.0) (minimum 1 datapoint for ALARM -> OK transition).",
    );
  });

  it("lists several datapoints newest first, in the plural", () => {
    const text = evaluateAlarm(definition(), range("0 0 X X X"), "OK").reason;
    expect(text).toContain("3 out of the last 3 datapoints [99.0 (02/10/19 16:59:00), 99.0 (02/10/19 16:58:00)");
    expect(text).toContain("were greater than the threshold (50.0) (minimum 3 datapoints for OK -> ALARM transition).");
  });

  it("names what was made of missing datapoints", () => {
    const empty = (treatMissingData: Treatment, periods: number): string =>
      evaluateAlarm(
        definition({ treatMissingData, evaluationPeriods: periods, datapointsToAlarm: periods }),
        range("- - - - -"),
        "OK",
      ).reason;
    expect(empty("breaching", 1)).toBe(
      "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [Breaching].",
    );
    expect(empty("notBreaching", 3)).toBe(
      "Threshold Crossed: no datapoints were received for 3 periods and 3 missing datapoints were treated as [NonBreaching].",
    );
    expect(empty("missing", 3)).toBe("Insufficient Data: 3 datapoints were unknown.");
  });

  it("stays within the 1,023 characters that the service keeps", () => {
    const many = Array.from({ length: 200 }, (_, index) => ({ at: start + index * 60_000, value: 99 }));
    const rule = definition({ evaluationPeriods: 200, datapointsToAlarm: 200 });
    expect(evaluateAlarm(rule, many, "OK").reason.length).toBeLessThanOrEqual(1023);
  });
});
