import type { Call, Context, Field, Piped } from "./call.ts";
import { isCredentialFile } from "./paths.ts";
import { ruleFor } from "./rules/index.ts";
import { judgeUnknown } from "./rules/unknown.ts";
import { assignPositional, childScope } from "./scope.ts";
import type { Walker } from "./simple.ts";
import type { State } from "./state.ts";
import { atLeast, destructive, reads, risky, type Verdict } from "./verdict.ts";

const judgingDepthLimit = 30;

/** Judges a command whose words are expanded: functions and aliases first, then the program's rule, else unknown. */
export function judgeFields(fields: readonly Field[], state: State, walker: Walker): Verdict {
  const [first, ...rest] = fields;
  if (!first) return reads("runs no program");
  if (state.depth > judgingDepthLimit) return risky("nested too deeply to be read");
  if (!state.session.spend()) return risky("too complex to read to its end");
  if (first.network) return destructive(`runs what ${first.text} downloads`);
  const defined = judgeDefined(first, rest, state, walker);
  if (defined) return defined;
  const program = first.text.split("/").at(-1) ?? first.text;
  const context = contextFor(state, walker);
  const call: Call = { program, fields: rest, args: rest.map((one) => one.text), context };
  const rule = ruleFor(program);
  const verdict = rule ? rule(call) : judgeUnknown(call);
  return atLeast(floorFor(first, program, rest, verdict), verdict);
}

/** The least grave answer allowed when something about the words themselves is uncertain. */
function floorFor(first: Field, program: string, rest: readonly Field[], verdict: Verdict): Verdict {
  if (!first.known) return risky(`the program is only known at run time: ${first.text}`);
  if (/[*?[]/.test(program) && program !== "[" && program !== "[[")
    return risky(`the program name is a pattern: ${program}`);
  if (first.text.includes("/") && !standardDirectories.test(first.text)) {
    return risky(`${first.text} is not in a standard program directory`);
  }
  const secret = namesOnly.has(program) ? undefined : rest.find((one) => holdsCredentials(one.text));
  if (secret) return risky(`reads or copies the credentials in ${secret.text}`);
  const injectable = rest.find((one) => !one.known && !one.quoted && /^[$`]/.test(one.text));
  if (verdict.class === "read_only" && injectable && !optionProof.has(program)) {
    return risky(`${injectable.text} may expand to options that change what ${program} does`);
  }
  return reads("");
}

const standardDirectories = /^\/(usr\/|usr\/local\/|opt\/homebrew\/|snap\/)?s?bin\/[^/]+$/;

/** Programs that only name a file, or use a key for what it is there for. */
const namesOnly = new Set(
  "ls stat test [ [[ echo printf : find file du readlink realpath basename dirname cd ssh scp sftp openssl curl wget aws kubectl helm git docker mysql psql sh bash eval".split(
    " ",
  ),
);

function holdsCredentials(text: string): boolean {
  return !text.startsWith("-") && (isCredentialFile(text) || /(^|\/)\.(ssh|aws|gnupg|kube)\/?$/.test(text));
}

/** Programs that cannot change anything whatever options they are given. */
const optionProof = new Set(
  "echo printf cat ls head wc test [ [[ grep egrep fgrep true false : stat basename dirname readlink realpath id du df cut which type sleep seq expr ps pgrep uptime free".split(
    " ",
  ),
);

/** Functions and aliases defined earlier in the same text win over programs of the same name. */
function judgeDefined(first: Field, rest: readonly Field[], state: State, walker: Walker): Verdict | undefined {
  const name = first.text;
  const body = state.scope.functions.get(name);
  if (body && state.scope.active.has(name)) return reads(`calls ${name} again`);
  if (body) {
    const scope = childScope(state.scope, [name]);
    assignPositional(scope, rest);
    return walker.walkBody(body as never, { ...state, scope, depth: state.depth + 1 });
  }
  const alias = state.scope.aliases.get(name);
  if (alias === undefined || state.scope.active.has(`alias ${name}`)) return undefined;
  const scope = childScope(state.scope, [`alias ${name}`]);
  return walker.walkScript([alias, ...rest.map(quote)].join(" "), { ...state, scope, depth: state.depth + 1 });
}

function contextFor(state: State, walker: Walker): Context {
  const deeper = (stdin: Piped): State => ({ ...state, stdin, depth: state.depth + 1 });
  return {
    stdin: state.stdin,
    run: (fields, stdin) => judgeFields(fields, deeper(stdin ?? state.stdin), walker),
    script: (text, positional) => {
      const scope = childScope(state.scope);
      if (positional) assignPositional(scope, positional);
      return walker.walkScript(text, { ...deeper(state.stdin), scope });
    },
    probe: (text) => {
      const scope = childScope(state.scope);
      return state.session.quietly(() =>
        walker.walkScript(text, { ...deeper(state.stdin), scope, depth: state.depth + 6 }),
      );
    },
  };
}

function quote(one: Field): string {
  return one.known ? `'${one.text.replaceAll("'", "'\\''")}'` : one.text;
}
