import type { Decision } from "./event.ts";
import type { CallState } from "./run.ts";

/** What mode `auto` would have made of a change that another mode held back, for people and for the model. */
export function wouldHaveText({ verdict, quorum }: Decision): string {
  const words = {
    allow: "it would have run without asking",
    ask: `it would have asked ${quorum === 1 ? "one person" : `${quorum} people`}`,
    deny: "it would have been refused",
  };
  return `In mode auto ${words[verdict]}.`;
}

/** A change that only the mode kept from being run or asked for: it is recorded, and nothing else happens. */
export const isObserved = ({ assessed }: Pick<CallState, "assessed">): boolean =>
  assessed?.decision.verdict === "deny" &&
  assessed.facts["mode"] === "observe" &&
  assessed.wouldHave !== undefined &&
  assessed.wouldHave.verdict !== "deny";
