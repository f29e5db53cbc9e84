import { type Call, forPrograms, type Rules } from "../call.ts";
import { scanCode } from "../code.ts";
import { readOptions } from "../options.ts";
import { atLeast, destructive, reads, risky, undoable, type Verdict, worst } from "../verdict.ts";

/** Text editors of the pipeline, whose scripts can write files and start programs. */
export const textRules: Rules = {
  ...forPrograms("awk gawk mawk nawk", judgeAwk),
  ...forPrograms("sed gsed", judgeSed),
};

function judgeAwk(call: Call): Verdict {
  const options = readOptions(call.args, {
    values: "-F -v -f -i -e -E --file --source --assign --field-separator --include --exec -l --load",
  });
  const files = options.values("-f", "-E", "--file", "--exec", "-l", "--load");
  if (files.length > 0) return risky(`awk runs the program in ${files.join(" ")}`);
  const inline = options.values("-e", "--source");
  const code = inline.length > 0 ? inline.join("\n") : (options.operands[0] ?? "");
  if (code.length > programLimit) return risky("an awk program too long to be read");
  const included = options.values("-i", "--include");
  const found = scanCode(code, call.context.probe);
  if (found) return destructive(`awk: ${found}`);
  const plain = code.replace(/\/(?:\\.|[^/\\\n])*\//g, "//");
  if (/\bsystem\s*\(|\bgetline\b|\|&?\s*"|"\s*\|/.test(plain)) return risky("awk starts other programs");
  if (/\bprintf?\b[^;}]*>>?\s*["$\w(]/.test(plain.replace(/\([^()]*\)/g, "()"))) return risky("awk writes files");
  return included.length > 0 ? risky(`awk loads ${included.join(" ")}`) : reads("awk only prints");
}

const programLimit = 4_000;

function judgeSed(call: Call): Verdict {
  const options = readOptions(call.args, { values: "-e --expression -f --file -l --line-length" });
  const inPlace = call.args.find((word) => /^(-[nErsuz]*i|--in-place)/.test(word) && !word.startsWith("--expression"));
  if (options.values("-f", "--file").length > 0) return risky("sed runs a script file");
  const given = options.values("-e", "--expression");
  const scripts = given.length > 0 ? given : options.operands.slice(0, 1);
  const verdict = worst(
    scripts.map((script) => judgeSedScript(script, call)),
    reads("sed without a script"),
  );
  if (inPlace === undefined) return verdict;
  const backup = /^-[nErsuz]*i.+|^--in-place=.+/.test(inPlace);
  return atLeast(backup ? undoable("sed edits files and keeps a copy") : risky("sed edits files in place"), verdict);
}

/** Only scripts made of well-known harmless commands count as reading; `e`, `w` and anything unusual do not. */
function judgeSedScript(script: string, call: Call): Verdict {
  if (script.length <= scriptLimit && harmlessScript(script.trim())) return reads("sed only prints");
  const read = script.slice(0, scriptLimit);
  const found = scanCode(read, call.context.probe) ?? executed(read, call);
  return found ? destructive(`sed: ${found}`) : risky("sed with a script that may write files or run commands");
}

/** Longer scripts are not read: matching them against a grammar of regular expressions would take too long. */
const scriptLimit = 1_000;

function harmlessScript(script: string): boolean {
  if (oneSubstitution.test(script)) return true;
  return script
    .split(/[;\n]/)
    .every((piece) => piece.trim() === "" || oneCommand.test(piece.trim()) || oneSubstitution.test(piece.trim()));
}

function executed(script: string, call: Call): string | undefined {
  const text =
    /(?:^|[;{}\d$/\n])\s*e\s+(.+)/.exec(script)?.[1] ??
    /^s(.)(?:\\.|(?!\1).)*\1((?:\\.|(?!\1).)*)\1[a-zA-Z]*e/.exec(script)?.[2];
  if (text === undefined) return undefined;
  const verdict = call.context.probe(text);
  return verdict.class === "destructive" ? verdict.reason : undefined;
}

const address = String.raw`(?:\d+|\$|/(?:\\.|[^/\\])*/I?)`;
const addresses = String.raw`(?:${address}(?:,\+?${address})?)? *!? *`;
const oneSubstitution = new RegExp(
  String.raw`^${addresses}s([/|#,:@!%~_+])(?:\\.|(?!\1)[^\\\n])*\1(?:\\.|(?!\1)[^\\\n])*\1[gpiImM0-9]*$`,
);
const oneCommand = new RegExp(String.raw`^${addresses}(?:[pdqQ=nNDPhHgGx]\d*|\{[pdq=]\})$`);
