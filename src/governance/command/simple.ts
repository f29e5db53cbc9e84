import type { Assignment, Command, ParsedScript, Redirection } from "unbash";
import { applyDefinitions } from "./builtins.ts";
import type { Field } from "./call.ts";
import { judgeVariable } from "./environment.ts";
import { expandWhole, expandWord } from "./expand.ts";
import { judgeFields } from "./judge.ts";
import { judgeRedirect } from "./redirects.ts";
import { assign } from "./scope.ts";
import { expanderFor, fieldsOf, inputOf, type State, walkExpansions } from "./state.ts";
import { reads, risky, type Verdict, worst } from "./verdict.ts";

/** The walker's functions a simple command needs to judge what it contains. */
export interface Walker {
  readonly walkScript: (text: string, state: State) => Verdict;
  readonly walkParsed: (script: ParsedScript, state: State) => Verdict;
  readonly walkBody: (body: never, state: State) => Verdict;
}

/** Judges one simple command with its assignments, redirections and everything nested in its words. */
export function judgeSimple(command: Command, state: State, walker: Walker): Verdict {
  const nested = walkExpansions(command, state, walker.walkParsed);
  const assignments = command.prefix.flatMap((item) =>
    item.type === "Assignment" ? [applyAssignment(item, state, walker)] : [],
  );
  const stdin = inputOf(command.redirects, state) ?? state.stdin;
  const run = judgeWorlds(command, { ...state, stdin }, walker);
  const program = fieldsOf(command, state, 0)[0]?.text;
  const verdict = worst([run, ...assignments, ...judgeRedirects(command.redirects, program, state)]);
  state.session.report(state.source.slice(command.pos, command.end), verdict);
  return worst([verdict, ...nested]);
}

/** Judges the command for every value its variables may hold, so that a late or conditional assignment cannot hide one. */
function judgeWorlds(command: Command, state: State, walker: Walker): Verdict {
  const seen = { candidates: 1 };
  const verdicts: Verdict[] = [];
  for (let world = 0; world < seen.candidates && world < 6; world++) {
    const fields = fieldsOf(command, state, world, seen);
    const [program, ...rest] = fields;
    if (!program) break;
    verdicts.push(judgeFields(fields, state, walker));
    applyDefinitions(program.text, rest, state.stdin, state.scope);
  }
  return worst(verdicts, reads("runs no program"));
}

export function judgeRedirects(
  redirects: readonly Redirection[],
  program: string | undefined,
  state: State,
): readonly Verdict[] {
  const expander = expanderFor(state, 0);
  return redirects.map((redirect) => {
    if (redirect.type === "HereDoc") return reads("reads text given inline");
    if (!redirect.target) return risky("redirects to nowhere");
    return judgeRedirect(redirect, expandWhole(redirect.target, expander), program);
  });
}

function applyAssignment(assignment: Assignment, state: State, walker: Walker): Verdict {
  const expander = expanderFor(state, 0);
  const { name, value } = assignment;
  const fields: readonly Field[] =
    value.type === "ArrayValue"
      ? value.elements.flatMap((element) => expandWord(element, expander))
      : [expandWhole(value, expander)];
  assign(state.scope, name, fields, assignment.append ?? false);
  const judged = judgeVariable(name, fields.map((one) => one.text).join(" "));
  if (!judged.runs) return judged.verdict;
  const inner = walker.walkScript(judged.runs, { ...state, depth: state.depth + 1 });
  return worst([judged.verdict, inner]);
}
