import { type Call, type Field, field, nothingPiped, unknownField } from "../call.ts";
import { readOptions } from "../options.ts";
import { atLeast, reads, risky, type Verdict, worst } from "../verdict.ts";

/** What `xargs` and `parallel` would run: their command with the words they are fed. */

/** Words nobody can name yet stand as `*`, because the command is run for every one of them. */
const anything: Field = unknownField("*");
const wordLimit = 200;

/** Judges `xargs`: the words on its input become arguments of the inner command. */
export function judgeXargs(call: Call): Verdict {
  const values =
    "-a -d -E -I -J -R -L -n -P -s --arg-file --delimiter --max-lines --max-args --max-procs --max-chars --process-slot-var";
  const options = readOptions(call.args, { values, stopAtOperand: true });
  const start = options.positions[0];
  const words = fed(call, options.value("-a", "--arg-file"));
  if (start === undefined) return reads("xargs prints its input");
  const replaced = options.value("-I", "-J") ?? replacement(call.args.slice(0, start));
  const inner = call.fields.slice(start);
  return call.context.run(fill(inner, words, replaced), nothingPiped);
}

/** `--replace` and `-i` take their word only when it is attached. */
function replacement(own: readonly string[]): string | undefined {
  const given = own.map((word) => /^(?:--replace|-i)(?:=?(.*))$/.exec(word)).find((match) => match !== null);
  return given ? given[1] || "{}" : undefined;
}

function fed(call: Call, file: string | undefined): readonly Field[] {
  const { stdin } = call.context;
  if (file !== undefined || stdin.kind !== "text") return [anything];
  return stdin.text
    .split(/[\s\0]+/)
    .filter(Boolean)
    .slice(0, wordLimit)
    .map((word) => field(word.replace(/^(['"])(.*)\1$/, "$2")));
}

function fill(inner: readonly Field[], words: readonly Field[], replaced: string | undefined): readonly Field[] {
  if (replaced === undefined || replaced === "") return [...inner, ...words];
  const whole = words.map((word) => word.text).join(" ");
  const known = words.every((word) => word.known);
  return inner.map((one) =>
    one.text.includes(replaced)
      ? { text: one.text.replaceAll(replaced, whole), known: one.known && known, quoted: true }
      : one,
  );
}

/** Judges GNU parallel: once with each listed argument, the inner words read as shell text. */
export function judgeParallel(call: Call): Verdict {
  const values =
    "-j --jobs -I -a --arg-file -d -N -n -S --sshlogin --results --joblog --delay --timeout --tmpdir --workdir --wd --colsep -C --retries --load --memfree --progress-interval --tagstring --env --basefile --transferfile";
  const options = readOptions(call.args, { values, stopAtOperand: true });
  const start = options.positions[0];
  if (start === undefined) return fromInput(call);
  const from = call.args.findIndex((word, index) => index >= start && /^:::\+?$|^::::\+?$/.test(word));
  const inner = call.fields.slice(start, from < 0 ? undefined : from);
  const listed =
    from < 0
      ? fed(call, options.value("-a", "--arg-file"))
      : call.fields.slice(from + 1).filter((one) => !/^:::+\+?$/.test(one.text));
  if (inner.length === 0)
    return worst(
      listed.map((one) => call.context.script(one.text)),
      risky("parallel without a command"),
    );
  const floor = options.values("-S", "--sshlogin").length > 0 ? risky("parallel runs on other hosts") : reads("");
  const verdicts = listed.slice(0, 20).map((one) => judgeOnce(call, inner, one));
  return atLeast(floor, worst(verdicts, risky("parallel without arguments")));
}

function judgeOnce(call: Call, inner: readonly Field[], one: Field): Verdict {
  const holders = inner.some((word) => /\{[^{}]*\}/.test(word.text));
  const words = inner.map((word) => ({
    ...word,
    text: word.text.replace(/\{(?:[./]*|\d+[./]*|#|%)\}/g, () => one.text),
  }));
  const run = call.context.run(holders ? words : [...words, one]);
  const [only] = words;
  // A single quoted word is a whole command line to parallel.
  return inner.length === 1 && only && /\s/.test(only.text)
    ? call.context.script(holders ? only.text : `${only.text} ${one.text}`)
    : run;
}

function fromInput(call: Call): Verdict {
  const { stdin } = call.context;
  return stdin.kind === "text" ? call.context.script(stdin.text) : risky("parallel runs every line of its input");
}
