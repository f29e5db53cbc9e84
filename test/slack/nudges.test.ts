import { describe, expect, it } from "vitest";
import { nudgesDue } from "../../src/slack/nudges.ts";
import { minute } from "../../src/slack/preview/sample-parts.ts";
import { sampleRun } from "../../src/slack/preview/sample-run.ts";
import { plainWords, settings } from "./workspace.ts";

const { approval } = sampleRun(plainWords, []);
const requested = Date.parse(approval.requestedAt);
const end = Date.parse(approval.expiresAt);
const kinds = (now: number, sent: readonly string[] = []) =>
  nudgesDue(approval, sent, now, settings).map((nudge) => nudge.kind);

describe("what is due for an approval that nobody decides", () => {
  it.each([
    ["just asked", requested, []],
    ["nine minutes on", requested + 9 * minute, []],
    ["ten minutes on", requested + 10 * minute, ["escalate"]],
    ["ten minutes before the end", end - 10 * minute, ["remind", "escalate"]],
    ["at the end", end, []],
  ])("%s", (_name, now, expected) => {
    expect(kinds(now)).toEqual(expected);
  });

  it("is not due again once it was sent", () => {
    const sent = nudgesDue(approval, [], end - 10 * minute, settings).map((nudge) => nudge.key);
    expect(kinds(end - 6 * minute, sent)).toEqual([]);
    expect(kinds(end - 5 * minute, sent)).toEqual(["remind"]);
  });

  it("after an outage is one reminder, not all that were missed", () => {
    expect(kinds(end - minute)).toEqual(["remind", "escalate"]);
  });

  it("is nothing for a short approval whose reminder would come before the question", () => {
    const short = { ...approval, expiresAt: new Date(requested + 4 * minute).toISOString() };
    expect(nudgesDue(short, [], requested, settings)).toEqual([]);
  });

  it("is nothing once it is decided", () => {
    expect(nudgesDue({ ...approval, status: "approved" }, [], end - minute, settings)).toEqual([]);
  });
});
