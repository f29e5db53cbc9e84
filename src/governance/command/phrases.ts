import { type CommandClass, commandClasses, type Verdict } from "./verdict.ts";

/** Sub-commands by class, separated by commas; a phrase may have several words (`image prune`). */
export type Phrases = Partial<Readonly<Record<CommandClass, string>>>;

export type PhraseRule = (operands: readonly string[]) => Verdict | undefined;

const longestPhrase = 4;

/** Looks up the longest listed phrase that the operands begin with. */
export function phraseTable(program: string, phrases: Phrases): PhraseRule {
  const classes = new Map<string, CommandClass>();
  for (const commandClass of commandClasses) {
    for (const phrase of (phrases[commandClass] ?? "").split(",")) classes.set(phrase.trim(), commandClass);
  }
  classes.delete("");
  return (operands) => {
    for (let length = Math.min(longestPhrase, operands.length); length > 0; length--) {
      const phrase = operands.slice(0, length).join(" ");
      const found = classes.get(phrase);
      if (found) return { class: found, reason: `${program} ${phrase} ${effects[found]}` };
    }
    return undefined;
  };
}

/** How each class is explained when a table, not a special rule, decided. */
export const effects: Readonly<Record<CommandClass, string>> = {
  read_only: "only reads",
  reversible: "makes a change that can be undone",
  risky: "makes a change that may be hard to undo",
  destructive: "destroys data, access or availability",
};
