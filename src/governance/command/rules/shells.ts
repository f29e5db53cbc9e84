import { type Call, type Field, forPrograms, type Piped, type Rules } from "../call.ts";
import { judgeVariable } from "../environment.ts";
import { asksForHelp, readOptions } from "../options.ts";
import { atLeast, destructive, isDestructive, reads, risky, type Verdict, worst } from "../verdict.ts";

/** Shells and builtins that run text as shell commands. */
export const shellRules: Rules = {
  ...forPrograms("sh bash dash zsh ksh ash mksh rbash fish tcsh csh bash5", judgeShell),
  eval: judgeEval,
  ...forPrograms("source .", judgeSource),
  ...forPrograms("export declare typeset local readonly", judgeDeclaration),
  unset: ({ args }) =>
    args.some((name) => /^HIST|^PROMPT_COMMAND$/.test(name))
      ? risky("hides what is typed")
      : reads("forgets variables"),
  alias: ({ args, context }) => {
    const grave = args.map((word) => context.probe(word.slice(word.indexOf("=") + 1))).find(isDestructive);
    return grave
      ? risky(`defines an alias for something destructive: ${grave.reason}`)
      : reads("defines or lists aliases");
  },
  trap: ({ args, context }) =>
    args[0] && !args[0].startsWith("-") ? context.script(args[0]) : reads("shows or clears traps"),
  set: ({ args }) =>
    /^[-+]o$/.test(args[0] ?? "") && /history/.test(args[1] ?? "")
      ? risky("changes how the shell records")
      : reads("sets shell options"),
  shopt: () => reads("sets shell options"),
  bind: () => risky("binds keys to commands"),
  enable: ({ args }) => (args.includes("-f") ? risky("loads code into the shell") : reads("lists builtins")),
  fc: ({ args }) =>
    args.includes("-l") ? reads("lists the shell's history") : risky("runs commands of the history again"),
  suspend: () => risky("suspends the shell"),
  disown: () => reads("lets go of a job"),
  ...forPrograms("bg fg", () => reads("continues a job")),
  ...forPrograms("pwsh powershell cmd", judgePowerShell),
};

function judgeShell(call: Call): Verdict {
  const { args, context, program } = call;
  if (asksForHelp(args)) return reads(`${program} describes itself`);
  const style = { values: "-o +o -O +O --rcfile --init-file", stopAtOperand: true };
  const options = readOptions(args, style);
  if (options.exactly("-n", "--dump-strings", "--dump-po-strings") && !options.has("-c"))
    return reads(`${program} only checks syntax`);
  const floor = options.value("--rcfile", "--init-file")
    ? risky(`${program} starts with a file of commands`)
    : reads("");
  const [at = -1] = options.positions;
  if (options.has("-c", "--command")) {
    const text = at < 0 ? undefined : call.fields[at];
    if (!text) return risky(`${program} -c without a command`);
    return atLeast(floor, judgeText(text, call.fields.slice(at + 1), call));
  }
  if (at >= 0 && !options.has("-s")) return judgeScriptFile(call, at);
  return atLeast(floor, judgeInput(program, context.stdin, call));
}

/** A variable set for later commands is judged like one set in front of a command. */
function judgeDeclaration(call: Call): Verdict {
  const verdicts = call.args.flatMap((word) => {
    const equals = word.indexOf("=");
    if (word.startsWith("-") || equals < 1) return [];
    const judged = judgeVariable(word.slice(0, equals).replace(/\+$/, ""), word.slice(equals + 1));
    return judged.runs ? [judged.verdict, call.context.script(judged.runs)] : [judged.verdict];
  });
  return worst(verdicts, reads(`${call.program} shows or declares variables`));
}

function judgeEval({ args, fields, context }: Call): Verdict {
  if (fields.some((one) => one.network)) return destructive("eval runs what it downloads");
  return args.length === 0 ? reads("eval of nothing") : context.script(args.join(" "));
}

function judgeText(text: Field, positional: readonly Field[], call: Call): Verdict {
  // `bash -c CMD NAME ARG…`: the word after the command is $0, the rest are $1 and on.
  const verdict = call.context.script(text.text, positional.slice(1));
  const named = positional[0] ? worst([verdict, zeroth(text, positional, call)]) : verdict;
  if (text.network) return destructive(`${call.program} runs what it downloads`);
  return text.known ? named : atLeast(risky(`the command is only known at run time: ${text.text}`), named);
}

/** `$0` is the word after the command; `-c '$0 "$@"' rm -rf /` runs it. */
function zeroth(text: Field, positional: readonly Field[], call: Call): Verdict {
  const [name, ...rest] = positional;
  if (!name || !/\$(0|\{0\})/.test(text.text)) return reads("");
  return call.context.script(
    text.text.replace(/"?\$(0|\{0\})"?/g, () => name.text),
    rest,
  );
}

function judgeScriptFile(call: Call, at: number): Verdict {
  const file = call.fields[at];
  if (file?.piped) return judgeInput(call.program, file.piped, call);
  if (/^\/dev\/(stdin|fd\/0)$/.test(file?.text ?? "") || file?.text === "-")
    return judgeInput(call.program, call.context.stdin, call);
  return risky(`runs the script ${file?.text ?? ""}, which is not part of this text`);
}

/** A shell that reads commands from its input: known text is judged, a download is as bad as it gets. */
export function judgeInput(program: string, stdin: Piped, call: Call): Verdict {
  switch (stdin.kind) {
    case "nothing":
      return risky(`${program} starts a shell that waits for commands`);
    case "text":
      return call.context.script(stdin.text);
    case "opaque":
      if (stdin.network) return destructive(`${program} runs what ${stdin.from} downloads`);
      return stdin.from === "history" || stdin.from === "fc"
        ? destructive(`${program} runs every command of the history again`)
        : risky(`${program} runs what ${stdin.from} prints`);
  }
}

function judgeSource(call: Call): Verdict {
  const [file] = call.fields;
  if (!file) return reads("source without a file");
  if (file.piped) return judgeInput("source", file.piped, call);
  if (/^\/dev\/(stdin|fd\/0)$/.test(file.text)) return judgeInput("source", call.context.stdin, call);
  return risky(`runs the commands in ${file.text}, which is not part of this text`);
}

function judgePowerShell(call: Call): Verdict {
  const text = call.args.join(" ");
  const encoded = /-e(?:nc|ncodedcommand)?\s+([A-Za-z0-9+/=]{8,})/i.exec(text)?.[1];
  const decoded = encoded ? Buffer.from(encoded, "base64").toString("utf16le") : "";
  const code = `${text}\n${decoded}`;
  if (
    /\b(remove-item|del|rd|rmdir|erase|format(-volume)?|clear-disk|remove-\w+|stop-computer|restart-computer|initialize-disk|iex|invoke-expression)\b/i.test(
      code,
    )
  )
    return destructive("PowerShell removes things or runs downloaded text");
  const inner = call.context.probe(code);
  return isDestructive(inner) ? inner : risky("PowerShell commands are not read by this check");
}
