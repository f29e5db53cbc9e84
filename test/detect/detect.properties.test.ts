import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { detect } from "../../src/detect/detect.ts";
import type { AlarmEvent } from "../../src/domain/alarm.ts";
import { Incident } from "../../src/domain/incident.ts";
import { alarm, type Desk, emptyDesk, minute, openIn, receive, receiveAll, start } from "./fixtures.ts";

const shape = fc.record({
  name: fc.constantFrom("cpu", "disk", "errors", "db-connections", "queue-critical"),
  state: fc.constantFrom("ALARM" as const, "ALARM" as const, "OK" as const, "INSUFFICIENT_DATA" as const),
  after: fc.integer({ min: 0, max: 90 }).map((minutes) => minutes * minute),
  metric: fc.constantFrom("CPUUtilization", "Errors"),
  dimensions: fc.constantFrom<Record<string, string>[]>(
    { InstanceId: "i-1" },
    { InstanceId: "i-2" },
    { ClusterName: "prod" },
    { ClusterName: "prod", ServiceName: "pay" },
    { DBInstanceIdentifier: "db" },
    {},
  ),
});
const event = shape.map((made) => alarm(made));
const stream = fc.array(event, { maxLength: 30 });
const now = start + 91 * minute;

/** One alarm's changes in any order, some of them delivered several times. */
const oneAlarm = fc
  .uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 12 })
  .map((minutes) =>
    minutes
      .toSorted((one, other) => one - other)
      .map((at, index) => alarm({ state: index % 2 === 0 ? "ALARM" : "OK", after: at * minute })),
  )
  .chain((events) => fc.shuffledSubarray([...events, ...events, ...events], { minLength: events.length }));

describe("the detector", () => {
  test("gives the same answer to the same question, in whatever order the incidents are listed", () => {
    fc.assert(
      fc.property(stream, event, fc.infiniteStream(fc.nat()), (events, next, numbers) => {
        const { incidents } = receiveAll(events, { now });
        const shuffled = incidents
          .map((incident) => ({ incident, place: numbers.next().value ?? 0 }))
          .toSorted((one, other) => one.place - other.place)
          .map(({ incident }) => incident);
        const before = JSON.stringify([next, incidents]);
        expect(detect(next, shuffled, { now })).toEqual(detect(next, incidents, { now }));
        expect(JSON.stringify([next, incidents])).toBe(before);
      }),
    );
  });

  test("never has two incidents open for one alarm, however its changes are shuffled and repeated", () => {
    fc.assert(
      fc.property(oneAlarm, (events) => {
        let desk: Desk = emptyDesk;
        for (const change of events) {
          desk = receive(desk, change, { now });
          expect(openIn(desk).length).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  test("never has one alarm in two open incidents, and never two open incidents on one resource", () => {
    fc.assert(
      fc.property(stream, (events) => {
        let desk: Desk = emptyDesk;
        for (const change of events) {
          desk = receive(desk, change, { now });
          const arns = openIn(desk).flatMap((incident) => [...new Set(incident.alarms?.map((entry) => entry.arn))]);
          expect(new Set(arns).size).toBe(arns.length);
          const resources = openIn(desk).map((incident) => incident.resource);
          expect(new Set(resources).size).toBe(resources.length);
        }
      }),
    );
  });

  test("takes a change in at most once: a second delivery of anything it took changes nothing", () => {
    fc.assert(
      fc.property(stream, (events) => {
        let desk: Desk = emptyDesk;
        const taken: AlarmEvent[] = [];
        for (const change of events) {
          const after = receive(desk, change, { now });
          if (after.detections.at(-1)?.kind !== "suppress") taken.push(change);
          desk = after;
        }
        for (const change of taken) {
          expect(receive(desk, change, { now }).incidents).toEqual(desk.incidents);
        }
      }),
    );
  });

  test("ends in one state when one alarm's changes come in order, with any repeats after the first", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }), fc.nat(), (repeats, seed) => {
        const events = repeats.map((_, index) =>
          alarm({ state: index % 2 === 0 ? "ALARM" : "OK", after: index * minute }),
        );
        const noisy = events.flatMap((change, index) => [change, ...events.slice(0, (seed + index) % (index + 1))]);
        const [plain, repeated] = [receiveAll(events, { now }), receiveAll(noisy, { now })];
        expect(repeated.incidents.map((incident) => incident.status)).toEqual(
          plain.incidents.map((incident) => incident.status),
        );
      }),
    );
  });

  test("keeps valid records, and names an incident that is there whenever it names one", () => {
    fc.assert(
      fc.property(stream, (events) => {
        const desk = receiveAll(events, { now });
        for (const incident of desk.incidents) Incident.parse(incident);
        for (const { kind, incidentId, reason } of desk.detections) {
          expect(reason).not.toBe("");
          if (kind === "attach" || kind === "close")
            expect(desk.incidents.some((one) => one.incidentId === incidentId)).toBe(true);
        }
      }),
    );
  });

  test("lets a new distinct alarm through every storm", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 4 }), (count, minutes) => {
        const storm = Array.from({ length: count }, (_, index) =>
          alarm({ name: `s-${index}`, dimensions: { ServiceName: "pay", Task: `${index}` }, after: index * 1000 }),
        );
        const distinct = alarm({
          name: "new",
          metric: "Errors",
          namespace: "AWS/Lambda",
          dimensions: { FunctionName: "f" },
          after: minutes * minute,
        });
        const desk = receive(receiveAll(storm, { now }), distinct, { now });
        expect(desk.detections.at(-1)).toMatchObject({ kind: "open" });
        expect(desk.incidents).toHaveLength(2);
      }),
    );
  });
});
