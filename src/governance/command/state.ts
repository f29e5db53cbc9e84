import { type Command, forEachChild, type ParsedScript, type Redirection, type SyntaxNode } from "unbash";
import { type Field, nothingPiped, type Piped } from "./call.ts";
import { type Expander, expandText, expandWhole, expandWord } from "./expand.ts";
import { concatenate } from "./output.ts";
import type { Scope } from "./scope.ts";
import type { Session } from "./session.ts";
import { reads, risky, type Verdict, worst } from "./verdict.ts";

/** Where the reading of a text stands. */
export interface State {
  readonly source: string;
  readonly scope: Scope;
  readonly stdin: Piped;
  readonly depth: number;
  readonly session: Session;
}

/** Commands whose output is followed into other commands; deeper nesting is taken as unknown. */
const followLimit = 12;

export function expanderFor(state: State, world: number, seen = { candidates: 1 }): Expander {
  return {
    scope: state.scope,
    world,
    seen,
    spend: state.session.spend,
    output: (script) => {
      if (!script || state.depth >= followLimit || !state.session.spend(lengthOf(script))) {
        return { kind: "opaque", from: "a command", network: false };
      }
      const inner = { ...state, depth: state.depth + 1 };
      return concatenate(script.commands, nothingPiped, {
        fields: (command) => fieldsOf(command, inner, world),
        input: (command) => inputOf(command.redirects, inner),
      });
    },
  };
}

function lengthOf(script: ParsedScript): number {
  return Math.max(0, script.end - script.pos);
}

/** Every word of a simple command, expanded; the first is the program. */
export function fieldsOf(command: Command, state: State, world: number, seen = { candidates: 1 }): readonly Field[] {
  const expander = expanderFor(state, world, seen);
  const name = command.name ? expandWord(command.name, expander) : [];
  const rest = command.args.flatMap((argument) => {
    if (argument.type === "Word") return expandWord(argument, expander);
    if (argument.value.type === "ArrayValue") return [{ text: argument.text, known: false, quoted: true }];
    const value = expandWhole(argument.value, expander);
    return [{ text: `${argument.name}${argument.append ? "+" : ""}=${value.text}`, known: value.known, quoted: true }];
  });
  return [...name, ...rest];
}

/** Standard input given by a redirection, or undefined when there is none. */
export function inputOf(redirects: readonly Redirection[], state: State): Piped | undefined {
  const expander = expanderFor(state, 0);
  let found: Piped | undefined;
  for (const redirect of redirects) {
    if (redirect.type === "HereDoc") found = asText(expandText(redirect.body.parts, redirect.body.text, expander));
    else if (redirect.type === "HereString") {
      if (redirect.target) {
        const target = expandWhole(redirect.target, expander);
        found = asText({ ...target, text: `${target.text}\n` });
      }
    } else if ((redirect.operator === "<" || redirect.operator === "<&") && redirect.target) {
      const target = expandWhole(redirect.target, expander);
      found = target.piped ?? { kind: "opaque", from: target.text, network: target.text.startsWith("/dev/tcp/") };
    }
  }
  return found;
}

/** Text with unknown pieces is still worth judging: `rm -rf $DIR` is destructive whatever DIR is. */
function asText(value: Field): Piped {
  return { kind: "text", text: value.text };
}

/** Judges every script nested in a word, redirection or expression: `$(...)`, backquotes, `<(...)`. */
export function walkExpansions(
  node: SyntaxNode,
  state: State,
  walk: (script: ParsedScript, state: State) => Verdict,
  except: readonly string[] = [],
): readonly Verdict[] {
  if (!state.session.spend()) return [risky("too complex to read to its end")];
  const found: Verdict[] = [];
  const deeper = { ...state, depth: state.depth + 1 };
  if (deeper.depth > 60) return [risky("nested too deeply to be read")];
  forEachChild(node, (child) => {
    if (except.includes(child.type)) return;
    if (child.type === "Script") found.push(walk(child as ParsedScript, deeper));
    else found.push(worst(walkExpansions(child, nests(child) ? deeper : state, walk), reads("expands text")));
  });
  return found;
}

/** Parts that can hold another of their kind, where depth must be counted. */
function nests(node: SyntaxNode): boolean {
  return !["Literal", "SingleQuoted", "Word"].includes(node.type);
}
