import { describe, expect, test } from "vitest";
import { detect } from "../../src/detect/detect.ts";
import { detectionRules } from "../../src/detect/detection.ts";
import { dedupeKey } from "../../src/detect/keys.ts";
import { maxAlarms, takeIn } from "../../src/detect/take-in.ts";
import { Incident } from "../../src/domain/incident.ts";
import { alarm, emptyDesk, iso, minute, openIn, receive, receiveAll, start } from "./fixtures.ts";

const last = (desk: { readonly detections: readonly unknown[] }) => desk.detections.at(-1);

describe("one alarm", () => {
  test("opens an incident that is a valid record", () => {
    const desk = receive(emptyDesk, alarm());
    expect(last(desk)).toEqual({
      kind: "open",
      rule: "new",
      reason: "no open incident is about this",
      severity: "SEV3",
    });
    expect(Incident.parse(desk.incidents[0])).toMatchObject({
      status: "open",
      resource: "123456789012/eu-west-1/InstanceId=i-1",
    });
  });

  test("is taken in once, whichever door the second delivery comes through", () => {
    const desk = receiveAll([alarm(), { ...alarm(), via: "sns", eventId: "other" }]);
    expect(last(desk)).toMatchObject({ kind: "suppress", rule: "duplicate", incidentId: "inc-0001" });
    expect(dedupeKey(alarm())).toMatch(/^[0-9a-f]{64}$/);
    expect(dedupeKey(alarm({ after: 1 }))).not.toBe(dedupeKey(alarm()));
  });

  test("is a duplicate still when the list of seen keys has forgotten it", () => {
    const [incident] = receive(emptyDesk, alarm()).incidents;
    if (incident === undefined) throw new Error("no incident");
    expect(detect(alarm(), [{ ...incident, seen: [] }], { now: start })).toMatchObject({ rule: "duplicate" });
  });

  test("closes its incident when it is OK again", () => {
    const desk = receiveAll([alarm(), alarm({ state: "OK", after: minute })]);
    expect(last(desk)).toMatchObject({ kind: "close", rule: "all_recovered", incidentId: "inc-0001" });
    expect(Incident.parse(desk.incidents[0])).toMatchObject({ status: "closed", closedAt: iso(start + minute + 1000) });
  });

  test("that fired before the OK we know is out of order and opens nothing", () => {
    const desk = receiveAll([alarm(), alarm({ state: "OK", after: 3 * minute }), alarm({ after: 2 * minute })]);
    expect(last(desk)).toMatchObject({ kind: "suppress", rule: "out_of_order" });
    const newest = new Map([[alarm().alarmArn, iso(start + minute)]]);
    expect(detect(alarm(), [], { now: start, newest })).toMatchObject({ rule: "out_of_order" });
  });

  test("that is OK with nothing open is ignored", () => {
    expect(last(receive(emptyDesk, alarm({ state: "OK" })))).toMatchObject({ kind: "suppress", rule: "nothing_open" });
  });

  test("without enough data says nothing, and ends nothing", () => {
    const desk = receiveAll([alarm(), alarm({ state: "INSUFFICIENT_DATA", after: minute })]);
    expect(last(desk)).toMatchObject({ kind: "suppress", rule: "insufficient_data" });
    expect(openIn(desk)).toHaveLength(1);
  });

  test("that fired too long ago is not acted on, but its recovery still is", () => {
    const later = { now: start + 25 * 60 * minute };
    expect(last(receive(emptyDesk, alarm(), later))).toMatchObject({ kind: "suppress", rule: "too_old" });
    const desk = receive(receive(emptyDesk, alarm()), alarm({ state: "OK", after: minute }), later);
    expect(last(desk)).toMatchObject({ kind: "close" });
  });

  test("from the future is refused, so that it cannot make later events look stale", () => {
    const desk = receive(emptyDesk, alarm({ after: 6 * minute }), { now: start });
    expect(last(desk)).toMatchObject({ kind: "suppress", rule: "from_the_future" });
  });

  test("that CloudWatch suppressed or muted starts no run, but its OK still closes", () => {
    const suppressed = receive(emptyDesk, alarm({ suppressedBy: "WaitPeriod" }));
    expect(last(suppressed)).toMatchObject({
      kind: "suppress",
      rule: "actions_suppressed",
      reason: expect.stringContaining("WaitPeriod"),
    });
    const mutedBy = { arn: "arn:mute", end: "2026-11-23T12:00:00.000+0000" };
    const muted = receive(emptyDesk, alarm({ mutedBy }));
    expect(last(muted)).toMatchObject({ kind: "suppress", rule: "muted", recheckAt: "2026-11-23T12:00:00.000Z" });
    expect(last(receiveAll([alarm(), alarm({ state: "OK", after: minute, mutedBy })]))).toMatchObject({
      kind: "close",
    });
  });

  test("that opens again and again is flapping until the window has passed", () => {
    const turns = [0, 1, 2].flatMap((turn) => [
      alarm({ after: turn * 10 * minute }),
      alarm({ state: "OK", after: (turn * 10 + 5) * minute }),
    ]);
    const desk = receive(receiveAll(turns), alarm({ after: 30 * minute }));
    expect(last(desk)).toMatchObject({
      kind: "suppress",
      rule: "flapping",
      recheckAt: iso(start + 60 * minute + 1000),
    });
    const later = receive(desk, alarm({ after: 30 * minute }), { now: start + 61 * minute });
    expect(last(later)).toMatchObject({ kind: "open" });
  });

  test("that fires again in a recovered incident opens a new one, and its OK ends the new one", () => {
    const [incident] = receive(emptyDesk, alarm()).incidents;
    if (incident === undefined) throw new Error("no incident");
    const desk = receive(
      { incidents: [{ ...incident, status: "recovered" }], detections: [] },
      alarm({ after: minute }),
    );
    expect(last(desk)).toMatchObject({ kind: "open" });
    const ended = receive(desk, alarm({ state: "OK", after: 2 * minute }));
    expect(last(ended)).toMatchObject({ kind: "close", incidentId: "inc-0002" });
  });

  test("of an incident that lists no alarms is known by the one that opened it", () => {
    const [incident] = receive(emptyDesk, alarm()).incidents;
    if (incident === undefined) throw new Error("no incident");
    const { alarms: _, ...bare } = incident;
    expect(detect(alarm({ state: "OK", after: 1 }), [bare], { now: start })).toMatchObject({ kind: "close" });
    expect(detect(alarm({ after: 1 }), [bare], { now: start })).toMatchObject({ rule: "same_alarm" });
  });
});

describe("several alarms", () => {
  test("on one resource share an incident, which closes when all are OK", () => {
    const disk = { name: "disk-full", metric: "DiskUsed" };
    const desk = receiveAll([alarm(), alarm({ ...disk, after: 60 * minute })]);
    expect(last(desk)).toMatchObject({ kind: "attach", rule: "same_resource", incidentId: "inc-0001" });
    const half = receive(desk, alarm({ state: "OK", after: 61 * minute }));
    expect(last(half)).toMatchObject({
      kind: "attach",
      rule: "some_recovered",
      reason: "1 of 2 alarms are OK; still firing: disk-full",
    });
    expect(openIn(half)).toHaveLength(1);
    expect(last(receive(half, alarm({ ...disk, state: "OK", after: 62 * minute })))).toMatchObject({ kind: "close" });
  });

  test("name one thing even where one says more about it", () => {
    const agent = { InstanceId: "i-1", path: "/", fstype: "ext4", ImageId: "ami-1" };
    const desk = receiveAll([
      alarm(),
      alarm({ name: "disk", namespace: "CWAgent", dimensions: agent, after: 90 * minute }),
    ]);
    expect(last(desk)).toMatchObject({ kind: "attach", rule: "same_resource" });
  });

  test("name one thing however its dimension is spelled", () => {
    const spelled = alarm({ name: "mem", namespace: "custom", dimensions: { instance_id: "i-1" }, after: 90 * minute });
    expect(last(receiveAll([alarm(), spelled]))).toMatchObject({ kind: "attach", rule: "same_resource" });
  });

  test("of a service and its cluster belong together only close in time", () => {
    const service = alarm({ name: "svc", dimensions: { ClusterName: "prod", ServiceName: "pay" }, metric: "Errors" });
    const cluster = (after: number) =>
      alarm({ name: "cluster", dimensions: { ClusterName: "prod" }, metric: "Reserved", after });
    expect(last(receiveAll([service, cluster(minute)]))).toMatchObject({ kind: "attach", rule: "part_of" });
    expect(last(receiveAll([service, cluster(20 * minute)]))).toMatchObject({ kind: "open" });
  });

  test("of two services in one cluster stay apart when their metrics differ", () => {
    const pay = alarm({ name: "pay", dimensions: { ClusterName: "prod", ServiceName: "pay" }, metric: "Errors" });
    const cart = alarm({ name: "cart", dimensions: { ClusterName: "prod", ServiceName: "cart" }, metric: "Memory" });
    expect(openIn(receiveAll([pay, cart]))).toHaveLength(2);
    const same = { ...cart, metrics: cart.metrics.map((metric) => ({ ...metric, name: "Errors" })) };
    expect(last(receiveAll([pay, same]))).toMatchObject({ kind: "attach", rule: "same_cause" });
  });

  test("with the same names in another account or region stay apart", () => {
    const elsewhere = { ...alarm(), region: "us-east-1", alarmArn: alarm().alarmArn.replace("eu-west-1", "us-east-1") };
    expect(openIn(receiveAll([alarm(), elsewhere]))).toHaveLength(2);
  });

  test("stay apart when one's name poses as another account's place", () => {
    const { region, account, alarmArn } = alarm();
    const name = `x:cloudwatch:${region}:${account}:`;
    const posing = { ...alarm({ name }), account: "999999999999", alarmArn: alarmArn.replace(account, "999999999999") };
    const arn = `${posing.alarmArn.split(":alarm:")[0]}:alarm:${name}`;
    const desk = receiveAll([{ ...posing, alarmArn: arn }, alarm({ after: minute })]);
    expect(openIn(desk)).toHaveLength(2);
    expect(last(desk)).toMatchObject({ kind: "open", rule: "new" });
  });

  test("that make a composite alarm fire share its incident, in either order", () => {
    const child = alarm({ name: "child" });
    const parent = alarm({
      name: "parent",
      after: 30 * minute,
      composite: { rule: "ALARM(child)", triggering: [child.alarmArn] },
    });
    expect(last(receiveAll([child, parent]))).toMatchObject({ kind: "attach", rule: "composite_child" });
    const before = { ...parent, state: { ...parent.state, at: iso(start - minute) } };
    expect(last(receiveAll([before, child]))).toMatchObject({ kind: "attach", rule: "composite_child" });
  });

  test("that raise the severity say so", () => {
    const desk = receiveAll([alarm(), alarm({ name: "cpu-critical" })]);
    expect(last(desk)).toMatchObject({ kind: "attach", severity: "SEV1" });
    expect(desk.incidents[0]?.severity).toBe("SEV1");
    const after = receive(desk, alarm({ name: "cpu-warning" }));
    expect(after.incidents[0]?.severity).toBe("SEV1");
  });

  test("of one alarm's contributors share an incident that ends with the last, or with the alarm itself", () => {
    const part = (id: string, state: "ALARM" | "OK", after: number) =>
      alarm({ name: "tables", state, after, contributor: { id, attributes: { TableName: id } } });
    const desk = receiveAll([part("a", "ALARM", 0), part("b", "ALARM", 1)]);
    expect(last(desk)).toMatchObject({ kind: "attach", rule: "same_alarm" });
    const half = receive(desk, part("a", "OK", minute));
    expect(last(half)).toMatchObject({ rule: "some_recovered" });
    expect(last(receive(half, part("b", "OK", minute)))).toMatchObject({ kind: "close" });
    const whole = receive(half, alarm({ name: "tables", state: "OK", after: minute }));
    expect(last(whole)).toMatchObject({ kind: "close" });
    expect(last(receive(whole, part("b", "ALARM", 2)))).toMatchObject({ rule: "out_of_order" });
  });
});

describe("the answer", () => {
  test("names the oldest of the incidents that fit, in whatever order they are listed", () => {
    const service = (name: string, after: number) =>
      alarm({ name, metric: name, dimensions: { ClusterName: "prod", ServiceName: name }, after });
    const { incidents } = receiveAll([service("pay", 0), service("cart", 1000)]);
    expect(incidents).toHaveLength(2);
    const cluster = alarm({ name: "cluster", metric: "Reserved", dimensions: { ClusterName: "prod" }, after: 2000 });
    for (const listed of [incidents, incidents.toReversed()]) {
      expect(detect(cluster, listed, { now: start + minute })).toMatchObject({
        rule: "part_of",
        incidentId: "inc-0001",
      });
    }
  });

  test("to a contributor that was not known yet is out of order when the whole alarm is OK since", () => {
    const whole = (state: "ALARM" | "OK", after: number) => alarm({ name: "tables", state, after });
    const late = alarm({ name: "tables", contributor: { id: "c", attributes: { TableName: "t" } }, after: minute });
    const desk = receiveAll([whole("ALARM", 0), whole("OK", 2 * minute), late]);
    expect(last(desk)).toMatchObject({ kind: "suppress", rule: "out_of_order" });
  });
});

describe("taking an event in", () => {
  test("keeps the newest time and the newest state, though an older event comes last", () => {
    const disk = alarm({ name: "disk", after: -2 * minute });
    const [incident] = receiveAll([alarm(), disk]).incidents;
    if (incident === undefined) throw new Error("no incident");
    expect(incident.stateAt).toBe(iso(start));
    const attach = { kind: "attach", rule: "same_alarm", reason: "because" } as const;
    const older = takeIn(incident, alarm({ state: "OK", after: -minute }), attach, start);
    expect(older.alarms?.map((entry) => entry.state)).toEqual(["ALARM", "ALARM"]);
  });

  test("stops listing alarms before the record outgrows its store", () => {
    const attach = { kind: "attach", rule: "same_resource", reason: "because" } as const;
    let incident = receive(emptyDesk, alarm()).incidents[0];
    for (let index = 0; index < maxAlarms + 50 && incident !== undefined; index += 1) {
      incident = takeIn(incident, alarm({ name: `a-${index}` }), attach, start);
    }
    expect(incident?.alarms).toHaveLength(maxAlarms);
    expect(Buffer.byteLength(JSON.stringify(incident))).toBeLessThan(400_000);
  });
});

describe("a storm", () => {
  const fleet = (count: number, more: Partial<Parameters<typeof alarm>[0]> = {}) =>
    Array.from({ length: count }, (_, index) =>
      alarm({ name: `fleet-${index}`, dimensions: { InstanceId: `i-${index}` }, after: index * 100, ...more }),
    );

  test("of 200 alarms on one service is one incident", () => {
    const events = Array.from({ length: 200 }, (_, index) =>
      alarm({
        name: `svc-${index}`,
        metric: `Metric${index}`,
        dimensions: { ServiceName: "pay", Task: `${index}` },
        after: index * 1000,
      }),
    );
    const desk = receiveAll(events);
    expect(desk.incidents).toHaveLength(1);
    expect(desk.incidents[0]?.alarms).toHaveLength(200);
    expect(Buffer.byteLength(JSON.stringify(desk.incidents[0]))).toBeLessThan(400_000);
  });

  test("of 200 instances of one group with one metric is one incident", () => {
    const events = fleet(200).map((event, index) => ({
      ...event,
      metrics: event.metrics.map((metric) => ({
        ...metric,
        dimensions: { InstanceId: `i-${index}`, AutoScalingGroupName: "web" },
      })),
    }));
    expect(receiveAll(events).incidents).toHaveLength(1);
  });

  test("of 200 alarms that share only their metric opens five and gathers the rest in the oldest", () => {
    const desk = receiveAll(fleet(200));
    expect(desk.incidents).toHaveLength(5);
    expect(last(desk)).toMatchObject({ kind: "attach", rule: "storm", incidentId: "inc-0001" });
  });

  test("does not hold back a new alarm about something else", () => {
    const desk = receive(
      receiveAll(fleet(200)),
      alarm({
        name: "db",
        namespace: "AWS/RDS",
        metric: "Connections",
        dimensions: { DBInstanceIdentifier: "db" },
        after: minute,
      }),
    );
    expect(last(desk)).toMatchObject({ kind: "open", rule: "new" });
  });

  test("is over when the alarms are no longer close in time", () => {
    const desk = receive(
      receiveAll(fleet(10)),
      alarm({ name: "late", dimensions: { InstanceId: "i-late" }, after: 30 * minute }),
    );
    expect(last(desk)).toMatchObject({ kind: "open" });
  });
});

test("every rule has its line in docs/detector.md", async () => {
  const { readFile } = await import("node:fs/promises");
  const page = await readFile(new URL("../../docs/detector.md", import.meta.url), "utf8");
  const named = [...page.matchAll(/^\| \d+ \| `([a-z_]+)`/gm)].map((match) => match[1]);
  expect(named).toEqual(detectionRules);
});
