import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rankChanges } from "../../src/changes/rank.ts";
import type { Change } from "../../src/domain/ports.ts";

const alarmAt = Date.parse("2026-11-23T10:00:00Z");
const alarm = { at: alarmAt, resources: ["i-0123456789abcdef0", "orders-asg"] };
const change = (what: string, minutesBefore: number, more: Partial<Change> = {}): Change => ({
  at: alarmAt - minutesBefore * 60_000,
  who: "anna",
  what,
  resources: [],
  detail: "",
  source: "CloudTrail",
  failed: false,
  ...more,
});
const names = (changes: readonly Change[]) => rankChanges(changes, alarm).changes.map(({ what }) => what);

describe("changes before an alarm", () => {
  it("come the closest in time first, those after it last", () => {
    expect(names([change("C", 300), change("After", -5), change("A", 2), change("B", 40)])).toEqual([
      "A",
      "B",
      "C",
      "After",
    ]);
  });

  it("on the resource that is broken come before nearer ones elsewhere", () => {
    const own = change("ModifyInstance", 40, { resources: ["arn:aws:ec2:eu-west-1:1:instance/i-0123456789abcdef0"] });
    const kin = change("UpdateService", 40, { resources: ["orders-service"] });
    expect(names([change("PutBucketPolicy", 20), kin, own])).toEqual([
      "ModifyInstance",
      "UpdateService",
      "PutBucketPolicy",
    ]);
    expect(rankChanges([own, kin], alarm).changes.map(({ match }) => match)).toEqual(["same", "related"]);
  });

  it("do not take a longer name for the same resource", () => {
    const other = change("UpdateAutoScalingGroup", 5, { resources: ["web-orders-asg-2"] });
    expect(rankChanges([other], alarm).changes[0]?.match).toBe("related");
  });

  it("leave reads and housekeeping out, counted by name, but no failed attempt", () => {
    const { changes, leftOut } = rankChanges(
      [
        change("CreateLogStream", 1),
        change("CreateLogStream", 2),
        change("GetObject", 1),
        change("AssumeRole", 1, { failed: true }),
      ],
      alarm,
    );
    expect(changes.map(({ what }) => what)).toEqual(["AssumeRole"]);
    expect(leftOut).toEqual({ CreateLogStream: 2, reads: 1 });
  });

  it("that were made again and again are one line with their number and first time", () => {
    const again = [1, 2, 3].map((minutes) => change("UpdateService", minutes));
    expect(rankChanges([...again, change("UpdateService", 60)], alarm).changes).toMatchObject([
      { times: 3, at: alarmAt - 60_000, firstAt: alarmAt - 180_000 },
      { times: 1 },
    ]);
  });

  it("that two sources tell of are one, with the person from the one and the targets from the other", () => {
    const sent = change("SendCommand", 3, { key: "command 7", detail: "short" });
    const listed = change("AWS-RunShellScript", 3, {
      key: "command 7",
      who: "",
      resources: ["i-0123456789abcdef0"],
      detail: "rm -rf /var/cache/*; much longer",
      source: "Systems Manager",
    });
    expect(rankChanges([sent, listed], alarm).changes).toMatchObject([
      { who: "anna", resources: ["i-0123456789abcdef0"], source: "CloudTrail + Systems Manager", match: "same" },
    ]);
  });

  it("come in the same order whichever way they were read, and none gets lost", () => {
    const any = fc.record({
      what: fc.constantFrom("UpdateService", "PutParameter", "RunInstances"),
      minutes: fc.integer({ min: -30, max: 600 }),
      who: fc.constantFrom("anna", "ben"),
      resource: fc.constantFrom("orders-asg", "orders-service", "billing"),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 30 }), (list) => {
        const changes = list.map((one) => change(one.what, one.minutes, { who: one.who, resources: [one.resource] }));
        const forth = rankChanges(changes, alarm).changes;
        expect(forth.reduce((sum, one) => sum + one.times, 0)).toBe(changes.length);
        const scores = (ranked: typeof forth) => ranked.map((one) => `${one.at} ${one.match} ${one.times}`).sort();
        expect(scores(rankChanges(changes.toReversed(), alarm).changes)).toEqual(scores(forth));
      }),
    );
  });
});
