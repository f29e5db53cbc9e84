import type { CommandPart } from "./assess.ts";
import type { Verdict } from "./verdict.ts";

/** The budget and the findings of one assessment. */
export interface Session {
  readonly parts: CommandPart[];
  /** Takes one unit of work, and more for longer text; false when none is left. */
  readonly spend: (length?: number) => boolean;
  readonly exhausted: () => boolean;
  readonly report: (text: string, verdict: Verdict) => void;
  /** Runs `work` without adding to `parts`, for text that may never run. */
  readonly quietly: <Result>(work: () => Result) => Result;
}

/** Enough for a reviewed script of some thousand commands, small enough to end in about a second. */
const stepLimit = 60_000;
/** Parsing is the costly part, so text is charged by its length each time it is read. */
const charactersPerStep = 50;
const partLimit = 500;
const partLength = 240;

export function createSession(): Session {
  let left = stepLimit;
  let silent = 0;
  const parts: CommandPart[] = [];
  return {
    parts,
    spend: (length = 0) => {
      left -= 1 + Math.floor(length / charactersPerStep);
      return left > 0;
    },
    exhausted: () => left <= 0,
    report: (text, verdict) => {
      if (silent > 0 || parts.length >= partLimit) return;
      const shown = text.length > partLength ? `${text.slice(0, partLength)}…` : text;
      parts.push({ text: shown, class: verdict.class, reason: verdict.reason });
    },
    quietly: (work) => {
      silent++;
      try {
        return work();
      } finally {
        silent--;
      }
    },
  };
}
