import { messageOf } from "../../domain/errors.ts";
import { nothingPiped } from "./call.ts";
import { emptyScope } from "./scope.ts";
import { createSession } from "./session.ts";
import { atLeast, type CommandClass, type Verdict } from "./verdict.ts";
import { walkScript } from "./walk.ts";

export interface CommandPart extends Verdict {
  readonly text: string;
}

/** The class of a whole command is the gravest class among the simple commands it would run. */
export interface CommandAssessment {
  readonly command: string;
  readonly class: CommandClass;
  readonly reason: string;
  readonly parts: readonly CommandPart[];
}

export type CommandAssessor = (command: string) => CommandAssessment;

/** Longer texts are not read at all: nobody reviews 128 kB on an approval card. */
const lengthLimit = 131_072;

/**
 * Never throws and never runs anything: text that cannot be parsed, understood or read within its budget is `risky`,
 * or `destructive` when a destructive command shows in the part that was read.
 */
export function createCommandAssessor(): CommandAssessor {
  return assessCommand;
}

function assessCommand(command: string): CommandAssessment {
  if (command.trim() === "") return verdictOnly(command, "read_only", "an empty command does nothing");
  if (command.length > lengthLimit) {
    return verdictOnly(command, "risky", `longer than ${lengthLimit} characters, so it was not read`);
  }
  const session = createSession();
  let verdict: Verdict;
  try {
    verdict = walkScript(command, { source: command, scope: emptyScope(), stdin: nothingPiped, depth: 0, session });
  } catch (cause) {
    // A defect in the reading must not become a permission, nor stop the run that asked.
    const detail = messageOf(cause);
    verdict = { class: "risky", reason: `could not be read: ${detail}` };
  }
  const unread = session.exhausted()
    ? atLeast({ class: "risky", reason: "too complex to read to its end" }, verdict)
    : verdict;
  return { command, class: unread.class, reason: unread.reason, parts: session.parts };
}

function verdictOnly(command: string, commandClass: CommandClass, reason: string): CommandAssessment {
  return { command, class: commandClass, reason, parts: [] };
}
