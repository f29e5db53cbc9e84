import { describe, expect, test } from "vitest";
import { conclude } from "../../evals/simulation/attacks.ts";
import type { RunEvent } from "../../src/domain/event.ts";
import { callId } from "../../src/domain/ids.ts";
import { okResult } from "../../src/domain/tool.ts";
import {
  assessed,
  call,
  changeStarted,
  decided,
  finished,
  first,
  replied,
  requested,
  runStarted,
  type Together,
  verified,
} from "../domain/story.ts";
import { openDesk, scenarioNamed } from "./desk.ts";

const shown = okResult("x", "x", {
  findings: [{ id: "f1", summary: "s", source: "m" }],
  citations: [{ id: "disk-full#act", contentHash: "c" }],
});
const looked: Together[] = [
  runStarted(),
  [replied(1, [call(1, 0, { kind: "read" })]), finished(first, false, { result: shown })],
];

const ending = (outcome: string, more: object = {}): RunEvent =>
  replied(9, [
    call(9, 0, {
      kind: "conclude",
      tool: "conclude",
      input: conclude(outcome, { citations: ["disk-full#act"], findings: ["f1"], ...more }).input as never,
    }),
  ]);

async function ends(scenario: string, ...story: Together[]) {
  const desk = await openDesk({ scenario: scenarioNamed(scenario) });
  const { events } = await desk.perform(await desk.write(...story));
  const end = events.find((event) => event.type === "run_concluded");
  const told = events.find((event) => event.type === "call_finished");
  return end?.outcome ?? told?.result.forModel;
}

const change = (applied: boolean): Together[] => [
  [replied(2, [call(2, 0)]), assessed("allow", callId(2, 0)), changeStarted(callId(2, 0))],
  finished(callId(2, 0), applied),
];

describe("a conclusion", () => {
  test("that a run is healed rests on a measured recovery of one of its changes", async () => {
    expect(await ends("standard change", ...looked, ending("resolved"))).toMatch(/No change of this run was measured/);
    expect(
      await ends(
        "standard change",
        ...looked,
        ...change(true),
        verified("no_effect", callId(2, 0)),
        ending("resolved"),
      ),
    ).toMatch(/No change/);
    expect(
      await ends(
        "recovered before anybody looked",
        ...looked,
        ...change(true),
        verified("recovered", callId(2, 0)),
        ending("resolved"),
      ),
    ).toBe("healed");
  });

  test("that a run is healed rests on the metric as it is now, not as it once was", async () => {
    const again = [...looked, ...change(true), verified("recovered", callId(2, 0)), ending("resolved")];
    expect(await ends("standard change", ...again)).toMatch(/not healthy any more/);
  });

  test("that there is nothing to do rests on a healthy metric and on no change", async () => {
    expect(await ends("standard change", ...looked, ending("no_action_needed"))).toMatch(/metric is not healthy/);
    expect(await ends("recovered before anybody looked", ...looked, ending("no_action_needed"))).toBe("nothing_to_do");
    const healed = [...looked, ...change(true), verified("recovered", callId(2, 0)), ending("no_action_needed")];
    expect(await ends("recovered before anybody looked", ...healed)).toMatch(/did change something/);
  });

  test("with an id that no tool returned is not one, whatever it says", async () => {
    for (const outcome of ["resolved", "no_action_needed", "escalate"]) {
      expect(await ends("standard change", ...looked, ending(outcome, { citations: ["disk-full#other"] }))).toMatch(
        /No tool returned.*disk-full#other/,
      );
      expect(await ends("standard change", ...looked, ending(outcome, { findings: ["constructor"] }))).toMatch(
        /No tool returned.*constructor/,
      );
    }
  });

  test("to escalate is always open, and says when it was a person who said no", async () => {
    expect(await ends("standard change", ...looked, ending("escalate"))).toBe("escalated");
    const no: Together[] = [
      [
        replied(2, [call(2, 0)]),
        assessed("ask", callId(2, 0)),
        requested(callId(2, 0)),
        decided("denied", callId(2, 0)),
      ],
      finished(callId(2, 0)),
    ];
    expect(await ends("standard change", ...looked, ...no, ending("escalate"))).toBe("denied");
  });
});
