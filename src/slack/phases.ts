import type { CardState, Phase } from "./card.ts";

/** The card's first line: a sign that is seen from across the room, and words that need no sign. */
export const phaseLine: Readonly<Record<Phase, { readonly sign: string; readonly words: string }>> = {
  looking: { sign: "🔎", words: "Looking into it" },
  observed: { sign: "👀", words: "Recorded, nothing ran" },
  pending: { sign: "✋", words: "Approval needed" },
  approved: { sign: "👍", words: "Approved" },
  denied: { sign: "⛔", words: "Denied" },
  changed: { sign: "✏️", words: "Changes requested" },
  expired: { sign: "⌛", words: "Expired, nothing ran" },
  void: { sign: "🫧", words: "No longer needed" },
  running: { sign: "⚙️", words: "Running" },
  not_run: { sign: "🛑", words: "Approved but not run" },
  failed: { sign: "❌", words: "Failed before it changed anything" },
  executed: { sign: "⏱️", words: "Ran, measuring recovery" },
  recovered: { sign: "✅", words: "Recovered" },
  no_effect: { sign: "😐", words: "Ran, no effect" },
  worse: { sign: "📈", words: "Ran, and it got worse" },
  unmeasured: { sign: "❔", words: "Ran, recovery not measurable" },
  rolled_back: { sign: "↩️", words: "Rolled back" },
  nothing_to_do: { sign: "✅", words: "Healthy, nothing to do" },
  escalated: { sign: "🚨", words: "A person must go on" },
};

/** True when the run ended without what it was for: a person has to take over. */
export const needsPerson = (card: CardState): boolean => card.concluded?.outcome === "escalated";
