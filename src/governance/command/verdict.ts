/** From harmless to irreversible; `risky` is also the answer for everything that could not be understood. */
export const commandClasses = ["read_only", "reversible", "risky", "destructive"] as const;
export type CommandClass = (typeof commandClasses)[number];

export interface Verdict {
  readonly class: CommandClass;
  readonly reason: string;
}

export const reads = (reason: string): Verdict => ({ class: "read_only", reason });
export const undoable = (reason: string): Verdict => ({ class: "reversible", reason });
export const risky = (reason: string): Verdict => ({ class: "risky", reason });
export const destructive = (reason: string): Verdict => ({ class: "destructive", reason });

function rank(verdict: Verdict): number {
  return commandClasses.indexOf(verdict.class);
}

/** The first of the gravest verdicts; `nothing` when there are none. */
export function worst(verdicts: readonly [Verdict, ...(Verdict | undefined)[]]): Verdict;
export function worst(verdicts: readonly (Verdict | undefined)[], nothing: Verdict): Verdict;
export function worst(verdicts: readonly (Verdict | undefined)[], nothing = reads("")): Verdict {
  let found: Verdict | undefined;
  for (const verdict of verdicts) {
    if (verdict && (!found || rank(verdict) > rank(found))) found = verdict;
  }
  return found ?? nothing;
}

/** Never lowers: the verdict itself when it is as grave as the floor, else the floor. */
export function atLeast(floor: Verdict, verdict: Verdict): Verdict {
  return rank(verdict) >= rank(floor) ? verdict : floor;
}

export function isDestructive(verdict: Verdict): boolean {
  return verdict.class === "destructive";
}
