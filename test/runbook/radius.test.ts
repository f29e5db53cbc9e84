import { expect, it } from "vitest";
import { blastRadiusOf } from "../../src/runbook/radius.ts";
import { fleetOf, member } from "./example.ts";

const unmanaged = { tags: {} };
const cases: readonly (readonly [string, readonly string[], ReturnType<typeof member>[], object])[] = [
  [
    "one of four",
    ["a"],
    ["a", "b", "c", "d"].map((id) => member(id)),
    { fleetSharePercent: 25, lastHealthy: false, managed: true },
  ],
  ["the last healthy one", ["a"], [member("a"), member("b", { healthy: false })], { lastHealthy: true }],
  [
    "an unhealthy one beside the last healthy one",
    ["b"],
    [member("a"), member("b", { healthy: false })],
    { lastHealthy: false },
  ],
  ["all of them together", ["a", "b"], [member("a"), member("b")], { fleetSharePercent: 100, lastHealthy: true }],
  [
    "one that stands alone",
    ["a"],
    [member("a", { group: undefined } as never)],
    { fleetSharePercent: 0, lastHealthy: false, managed: true },
  ],
  ["one without the tag", ["a"], [member("a", unmanaged), member("b")], { managed: false }],
  [
    "one with another value of the tag",
    ["a"],
    [member("a", { tags: { healer: "Managed" } }), member("b")],
    { managed: false },
  ],
  ["a managed one and another that is not", ["a", "b"], [member("a"), member("b", unmanaged)], { managed: false }],
  ["a whole group by name", ["api"], [member("a"), member("b")], { fleetSharePercent: 100, managed: true }],
  ["a group with one member that did not opt in", ["api"], [member("a"), member("b", unmanaged)], { managed: false }],
  ["something that nobody knows", ["ghost"], [member("a")], { fleetSharePercent: null, managed: false }],
  ["a known one and an unknown one", ["a", "ghost"], [member("a")], { fleetSharePercent: null, managed: false }],
  ["nothing", [], [member("a")], { fleetSharePercent: null, managed: false }],
];

it.each(cases)("of %s", async (_, targets, members, expected) => {
  expect(await blastRadiusOf(targets, fleetOf(members))).toMatchObject(expected);
});

it("of a group without members is not opted in", async () => {
  const fleet = {
    member: async () => undefined,
    group: async (name: string) => ({ name, instanceType: "c5.large", desired: 0, maximum: 1, members: [] }),
  };
  expect(await blastRadiusOf(["empty"], fleet)).toMatchObject({ managed: false });
});
