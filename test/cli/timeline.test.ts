import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Io } from "../../src/cli/io.ts";
import { createTimeline } from "../../src/cli/timeline.ts";
import { assessed, call, first, journal, replied, requested, runStarted } from "../domain/story.ts";

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
});
