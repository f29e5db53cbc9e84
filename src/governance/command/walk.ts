import { type CommandNode, type ParsedScript, parse, type Redirection, type Statement } from "unbash";
import { nothingPiped, type Piped } from "./call.ts";
import { scanCode } from "./code.ts";
import { expandWord } from "./expand.ts";
import { outputOf } from "./output.ts";
import { assign, childScope, defineFunction } from "./scope.ts";
import { judgeRedirects, judgeSimple } from "./simple.ts";
import { expanderFor, fieldsOf, inputOf, type State, walkExpansions } from "./state.ts";
import { destructive, reads, risky, type Verdict, worst } from "./verdict.ts";

/** Nesting of scripts within scripts; deeper text is judged risky instead of followed. */
const depthLimit = 40;

/** Judges shell text: the gravest verdict among everything it would or might run. */
export function walkScript(text: string, state: State): Verdict {
  if (state.depth > depthLimit) return risky("nested too deeply to be read");
  // A line copied from documentation often ends in a continuation whose next line is missing.
  if (!state.session.spend(text.length)) return risky("too complex to read to its end");
  const source = text.replace(/\\\s*$/, (tail, at: number) => (text[at - 1] === "\\" ? tail : ""));
  return walkParsed(parse(source), { ...state, source });
}

/** Judges an already parsed script, such as the inside of `$(...)`. */
function walkParsed(script: ParsedScript, state: State): Verdict {
  if (state.depth > depthLimit) return risky("nested too deeply to be read");
  if (!state.session.spend(script.end - script.pos)) return risky("too complex to read to its end");
  const inner = { ...state, source: script.source ?? state.source };
  const verdicts = script.commands.map((statement) => walkNode(statement, inner));
  if (script.errors && script.errors.length > 0) verdicts.push(judgeUnparsed(script, inner));
  return worst(verdicts, reads("runs nothing"));
}

/** What does not parse is risky, and destructive when its text still shows a destructive command. */
function judgeUnparsed(script: ParsedScript, state: State): Verdict {
  const [first] = script.errors ?? [];
  const at = first?.pos ?? 0;
  const found = scanCode(state.source, (text) =>
    state.session.quietly(() => walkScript(text, { ...state, depth: state.depth + 20 })),
  );
  const verdict = found ? destructive(found) : judgeRest(state, at, first?.message ?? "");
  state.session.report(state.source.slice(at), verdict);
  return verdict;
}

function judgeRest(state: State, at: number, message: string): Verdict {
  const floor = risky(`not valid shell: ${message}`);
  const rest = state.source.slice(at).replace(/^[\s&|;)}]+/, "");
  // Leading operators stop the grammar before the first command; what follows may still be run by a person who fixes it.
  if (rest === "" || rest === state.source || state.depth > 20) return floor;
  const verdict = state.session.quietly(() => walkScript(rest, { ...state, depth: state.depth + 5 }));
  return worst([floor, verdict]);
}

type Node = Statement | Statement["command"] | CommandNode;

function walkNode(node: Node, state: State): Verdict {
  if (!state.session.spend()) return risky("too complex to read to its end");
  switch (node.type) {
    case "Statement":
      return walkNode(node.command, state);
    case "AndOr":
      return worst(
        node.commands.map((command) => walkNode(command, state)),
        reads("runs nothing"),
      );
    case "Pipeline":
      return walkPipeline(node.commands, state);
    case "Command":
      return judgeSimple(node, state, { walkScript, walkParsed, walkBody });
    case "Function":
      return walkFunction(node, state);
    default:
      return walkCompound(node, state);
  }
}

function walkPipeline(commands: readonly CommandNode[], state: State): Verdict {
  let flowing: Piped = state.stdin;
  const verdicts: Verdict[] = [];
  for (const command of commands) {
    verdicts.push(walkNode(command, { ...state, stdin: flowing }));
    flowing = outputOf(command as Parameters<typeof outputOf>[0], flowing, {
      fields: (one) => fieldsOf(one, state, 0),
      input: (one) => inputOf(one.redirects, state),
    });
  }
  return worst(verdicts, reads("runs nothing"));
}

function walkFunction(node: Extract<CommandNode, { type: "Function" }>, state: State): Verdict {
  const name = node.name.text;
  defineFunction(state.scope, name, node.body);
  const body = state.source.slice(node.body.pos, node.body.end);
  if (isForkBomb(node, name)) {
    const verdict = destructive(`fork bomb: ${name} starts itself twice or in the background without end`);
    state.session.report(body, verdict);
    return verdict;
  }
  return walkBody(node.body, { ...state, scope: childScope(state.scope, [name]), depth: state.depth + 1 });
}

/** True when a function starts itself through a pipe or in the background: it multiplies until the machine stops. */
function isForkBomb(node: Extract<CommandNode, { type: "Function" }>, name: string): boolean {
  const body = node.body.type === "Redirected" ? node.body.command : node.body;
  const list =
    "body" in body && typeof body.body === "object" && "commands" in body.body ? body.body.commands : undefined;
  const statements = list ?? ("commands" in body ? body.commands : []);
  return statements.some((statement) => {
    const command = statement.command;
    const members = command.type === "Pipeline" ? command.commands : [command];
    const calls = members.filter((member) => member.type === "Command" && member.name?.text === name).length;
    return calls > 1 || (calls > 0 && statement.background === true);
  });
}

function walkList(list: { readonly commands: readonly Statement[] } | undefined, state: State): readonly Verdict[] {
  return (list?.commands ?? []).map((statement) => walkNode(statement, state));
}

type Compound = Exclude<Node, { type: "Statement" | "AndOr" | "Pipeline" | "Command" | "Function" }>;
type Body =
  | Compound
  | Extract<CommandNode, { type: "Command" }>
  | { readonly type: "CompoundList"; readonly commands: readonly Statement[] };

/** Judges the body of a function or coprocess. */
function walkBody(body: Body | CommandNode, state: State): Verdict {
  if (body.type === "CompoundList") return worst(walkList(body, state), reads("runs nothing"));
  return walkNode(body, state);
}

function walkCompound(node: Compound, state: State): Verdict {
  return worst([...innerVerdicts(node, { ...state, depth: state.depth + 1 })], reads("runs nothing"));
}

function innerVerdicts(node: Compound, state: State): readonly Verdict[] {
  switch (node.type) {
    case "Redirected": {
      const input = inputOf(node.redirects, state);
      const verdicts = redirected(node.redirects, state);
      return [...verdicts, walkNode(node.command, input ? { ...state, stdin: input } : state)];
    }
    case "If":
      return [
        ...walkList(node.clause, state),
        ...walkList(node.then, state),
        ...node.elif.flatMap((branch) => [...walkList(branch.clause, state), ...walkList(branch.then, state)]),
        ...walkList(node.else, state),
      ];
    case "For":
    case "Select":
      return overWords(node, state);
    case "ArithmeticFor":
      return [...walkExpansions(node, state, walkParsed, ["CompoundList"]), ...walkList(node.body, state)];
    case "While":
      return [...walkList(node.clause, state), ...walkList(node.body, state)];
    case "Subshell":
      return walkList(node.body, { ...state, scope: childScope(state.scope) });
    case "BraceGroup":
      return walkList(node.body, state);
    case "Case":
      return [
        ...walkExpansions(node.word, state, walkParsed),
        ...node.items.flatMap((item) => [
          ...item.pattern.flatMap((word) => walkExpansions(word, state, walkParsed)),
          ...walkList(item.body, state),
        ]),
      ];
    case "TestCommand":
    case "ArithmeticCommand":
      return walkExpansions(node, state, walkParsed);
    case "Coproc":
      return [walkBody(node.body, { ...state, stdin: nothingPiped })];
  }
}

/** The loop's variable may hold any of the listed words. */
function overWords(node: Extract<Compound, { type: "For" | "Select" }>, state: State): readonly Verdict[] {
  const outer = (node.wordlist ?? []).map((word) => walkExpansions(word, state, walkParsed));
  const fields = (node.wordlist ?? []).flatMap((word) => expandWord(word, expanderFor(state, 0)));
  for (const one of fields) assign(state.scope, node.name.text, [{ ...one, quoted: true }]);
  return [...outer.flat(), ...walkList(node.body, state)];
}

function redirected(redirects: readonly Redirection[], state: State): readonly Verdict[] {
  const inner = redirects.flatMap((redirect) => walkExpansions(redirect, state, walkParsed));
  return [...inner, ...judgeRedirects(redirects, "compound", state)];
}
