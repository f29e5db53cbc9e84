import { type Call, forPrograms, type Rules } from "../call.ts";
import { scanCode } from "../code.ts";
import { asksForHelp } from "../options.ts";
import { destructive, reads, risky, type Verdict } from "../verdict.ts";

/** Interpreters: their program text is scanned, never trusted. */
export const interpreterRules: Rules = {
  ...forPrograms("python python2 python3 pypy pypy3 ipython uv-python", (call) =>
    judgeInterpreter(call, { inline: /^-[a-zA-Z]*c/, modules: true }),
  ),
  ...forPrograms(
    "perl ruby jruby lua luajit tclsh guile expect osascript groovy jshell R Rscript julia elixir erl ghci irb pry rails gitlab-rails gitlab-rake rake swift kotlin scala",
    (call) => judgeInterpreter(call, { inline: /^(-[a-zA-Z0-9]*[eErR]|--eval|runner|-eval)/ }),
  ),
  ...forPrograms("node nodejs deno bun tsx ts-node", (call) =>
    judgeInterpreter(call, { inline: /^(-[a-z]*[ep]|--eval|--print|eval)/ }),
  ),
  php: (call) => judgeInterpreter(call, { inline: /^-[a-zA-Z]*[rBRE]/ }),
  ...forPrograms("java javaw", judgeJava),
};

interface Language {
  readonly inline: RegExp;
  readonly modules?: boolean;
}

function judgeInterpreter(call: Call, language: Language): Verdict {
  const { program, args, context } = call;
  if (asksForHelp(args) || (args.length === 1 && /^-(v|V|-version)$/.test(args[0] ?? "")))
    return reads(`${program} describes itself`);
  const piped = context.stdin.kind === "text" ? context.stdin.text : "";
  const found = scanCode([...args, piped].join("\n"), context.probe);
  if (found) return destructive(`${program}: ${found}`);
  if (/gitlab:backup:restore|db:(drop|reset|purge|truncate_all|schema:load|setup)/.test(args.join(" ")))
    return destructive(`${program} replaces or drops a database`);
  if (
    context.stdin.kind === "opaque" &&
    context.stdin.network &&
    !args.some((word) => !word.startsWith("-") || language.inline.test(word))
  ) {
    return destructive(`${program} runs what ${context.stdin.from} downloads`);
  }
  if (language.modules && args[0] === "-m") return judgeModule(call);
  if (args.some((word) => language.inline.test(word)))
    return risky(`${program} runs program text, which can do anything`);
  return risky(`${program} runs a program that is not part of this text`);
}

function judgeModule(call: Call): Verdict {
  const [, name = "", ...rest] = call.args;
  if (name === "pip") return call.context.run([{ text: "pip", known: true, quoted: true }, ...call.fields.slice(2)]);
  if (name === "json.tool" && rest.filter((word) => !word.startsWith("-")).length < 2)
    return reads("prints JSON in a readable form");
  return ["this", "platform", "sysconfig", "calendar", "tabnanny"].includes(name)
    ? reads(`${name} only prints`)
    : risky(`runs the module ${name}`);
}

function judgeJava({ program, args }: Call): Verdict {
  if (args.length === 1 && /^--?(version|help)$/.test(args[0] ?? "")) return reads(`${program} describes itself`);
  const words = args.filter((word) => !word.startsWith("-"));
  const named = words.find((word) =>
    /^(delete|remove|clear|disable|offline|quiet|safe)-[a-z-]+$|^(delete|shutdown|safe-shutdown)$/.test(word),
  );
  if (named) return destructive(`is told to ${named}`);
  if (
    words.some((word) => word.endsWith("jenkins-cli.jar")) &&
    words.some((word) => /^(list|get)-[a-z-]+$|^(help|version|who-am-i|console)$/.test(word))
  )
    return reads("Jenkins: only lists");
  return risky(`${program} runs a program that is not part of this text`);
}
