import { type Call, type Field, field, forPrograms, type Rules } from "../call.ts";
import { isTemporary } from "../paths.ts";
import { judgeWrite } from "../redirects.ts";
import { destructive, reads, risky, type Verdict, worst } from "../verdict.ts";

/** Searches that can act on what they find. */
export const findRules: Rules = {
  ...forPrograms("find gfind", judgeFind),
  ...forPrograms("fd fdfind", judgeFd),
};

function judgeFind(call: Call): Verdict {
  const roots = startingPaths(call.fields);
  const verdicts: Verdict[] = [];
  call.fields.forEach((one, index) => {
    if (one.text === "-delete") verdicts.push(...roots.map(judgeDeletion));
    if (/^-(exec|execdir|ok|okdir)$/.test(one.text)) verdicts.push(...judgeExec(call, index + 1, roots));
    const target = call.fields[index + 1];
    if (/^-(fprint0?|fprintf|fls)$/.test(one.text) && target) verdicts.push(judgeWrite(target, false, "find"));
  });
  return worst(verdicts, reads("find only searches"));
}

function judgeDeletion(root: string): Verdict {
  return isTemporary(`${root}/found`)
    ? risky(`deletes what it finds under ${root}`)
    : destructive(`deletes everything it finds under ${root}`);
}

function startingPaths(fields: readonly Field[]): readonly string[] {
  const end = fields.findIndex((one) => /^([!(]|-(?![HLPO]|D$)).*/.test(one.text));
  const paths = fields
    .slice(0, end < 0 ? undefined : end)
    .flatMap((one) => (one.text.startsWith("-") ? [] : [one.text]));
  return paths.length > 0 ? paths : ["."];
}

/** The inner command is judged with `{}` standing for anything under each starting path. */
function judgeExec(call: Call, start: number, roots: readonly string[]): readonly Verdict[] {
  const rest = call.fields.slice(start);
  const end = rest.findIndex((one) => one.text === ";" || one.text === "\\;" || one.text === "+");
  const words = end < 0 ? rest : rest.slice(0, end);
  if (words.length === 0) return [risky("find -exec without a command")];
  return roots.slice(0, 8).map((root) => {
    const found = `${root.replace(/\/+$/, "")}/*`;
    return call.context.run(
      words.map((word) => ({ ...word, text: word.text.replaceAll("{}", found), known: word.known })),
    );
  });
}

function judgeFd(call: Call): Verdict {
  const at = call.args.findIndex((word) => /^(-x|-X|--exec|--exec-batch)$/.test(word));
  if (at < 0) return reads("fd only searches");
  const words = call.fields.slice(at + 1).map((word) => ({ ...word, text: word.text.replace(/\{[/.]*\}/g, "./*") }));
  return call.context.run(words.some((word) => word.text.includes("./*")) ? words : [...words, field("./*")]);
}
