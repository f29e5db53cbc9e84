import type { Call } from "../call.ts";
import { scanCode } from "../code.ts";
import { namesDestruction } from "../verbs.ts";
import { destructive, risky, type Verdict } from "../verdict.ts";
import { judgeSql, looksLikeSql } from "./sql.ts";

/** A program nobody described is risky, and destructive when its own words say so. */
export function judgeUnknown(call: Call): Verdict {
  const { program, args, context } = call;
  const text = [program, ...args].join(" ");
  if (looksLikeSql(text)) return judgeSql(text);
  if (/^flush(db|all)$/i.test(program)) return destructive(`${program} empties a Redis database`);
  const words = args.filter((word) => !word.startsWith("-"));
  const named = words.slice(0, 5).find(namesDestruction);
  // `anything ... -exec rm -rf {}`: an unknown wrapper may run the words that follow.
  const found = scanCode(text, context.probe) ?? wrappedCommand(call);
  if (found) return destructive(found);
  return risky(`${program} is not a program this check knows${named ? `, and it is told to ${named}` : ""}`);
}

function wrappedCommand(call: Call): string | undefined {
  const starts = call.args.flatMap((word, index) => (index < 8 && wrappable.test(word) ? [index] : []));
  for (const start of starts.slice(0, 2)) {
    const verdict = call.context.probe(call.args.slice(start).map(quote).join(" "));
    if (verdict.class === "destructive") return `${call.program} is unknown and may run its words: ${verdict.reason}`;
  }
  return undefined;
}

/** Only programs whose misuse destroys are worth looking for among the words of an unknown program. */
const wrappable =
  /^(.*\/)?(rm|dd|mkfs(\.\w+)?|shred|wipefs|sh|bash|zsh|dash|ksh|sudo|env|busybox|find|xargs|git|terraform|kubectl|docker|aws|psql|mysql|reboot|shutdown|iptables)$/;

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
