import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Io, reportError } from "../../src/cli/io.ts";
import { approvalRows, createTimeline } from "../../src/cli/timeline.ts";
import type { RunEvent } from "../../src/domain/event.ts";
import {
  assessed,
  assessment,
  call,
  changeStarted,
  first,
  journal,
  plan,
  replied,
  requested,
  runStarted,
} from "../domain/story.ts";

const esc = String.fromCharCode(27);

function told(isTty: boolean, columns: number, reasons = ["because"]): string {
  const out: string[] = [];
  const io: Io = { stdout: (text) => void out.push(text), stderr: () => undefined, isTty, columns };
  const decision = { verdict: "ask" as const, quorum: 1, policies: ["p"], reasons };
  const asked = [assessed("ask", first, { decision }), requested()];
  for (const entry of journal(runStarted(), replied(1, [call(1, 0)]), asked)) createTimeline(io)(entry);
  return out.join("");
}

describe("the timeline of a run in a terminal", () => {
  beforeEach(() => void vi.stubEnv("NO_COLOR", ""));
  afterEach(() => void vi.unstubAllEnvs());

  it("colours its own words and leaves none of their codes behind as text", () => {
    const text = told(true, 100);
    expect(text).toContain(`${esc}[33masks 1 person${esc}[39m [p]: because`);
    expect(text).not.toContain("�");
  });

  it("has no code at all in a pipe", () => {
    expect(told(false, 100)).not.toContain(esc);
  });

  it("takes no colour code from outside", () => {
    expect(told(true, 100, [`${esc}[32mall is well`])).toContain("�[32mall is well");
  });

  it("wraps between words, under the text and not under the time", () => {
    const reasons = ["it touches more than half of the fleet", "its price could not be found out in any list"];
    const lines = told(true, 60, reasons).split("\n");
    const at = lines.findIndex((line) => line.includes("asks 1 person"));
    expect(lines[at + 1]).toMatch(/^ {21}\S/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes have no width
    for (const line of lines) expect(line.replaceAll(/\u001b\[\d+m/g, "").length).toBeLessThanOrEqual(61);
  });

  it("says on what and where the command that is decided would run, and spells out what nobody would see of it", () => {
    const command = "df -h # \u202etr mr\u200b";
    const spelled = "df -h # \\u{202e}tr mr\\u{200b}";
    const elsewhere = { ...plan, targets: ["i-1\u200b"], account: "210987654321", region: "us-east-1" };
    const card = {
      action: command,
      assessment: { ...assessment(), plan: elsewhere },
      askedBecause: [],
      citation: "none",
    };
    expect(approvalRows({ card, digest: "d" } as never).slice(0, 2)).toEqual([
      ["will run", spelled],
      ["on", "i-1\\u{200b} in 210987654321 us-east-1"],
    ]);
    const out: string[] = [];
    const io: Io = { stdout: (text) => void out.push(text), stderr: () => undefined, isTty: false, columns: 100 };
    const started = { ...changeStarted(), plan: { ...plan, commandText: command } } as RunEvent;
    for (const entry of journal(runStarted(), started)) createTimeline(io)(entry);
    expect(out.join("")).toContain(spelled);
  });
});

it("a bug's own words can not steer the terminal", () => {
  const out: string[] = [];
  const io: Io = { stdout: () => undefined, stderr: (text) => void out.push(text), isTty: true, columns: 100 };
  reportError(new Error(`no such alarm ${esc}]0;owned\u0007`), io);
  expect(out.slice(1).join("")).toContain("no such alarm �]0;owned�");
});
