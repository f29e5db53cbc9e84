import { type Call, forPrograms, type Rules } from "../call.ts";
import { readOptions } from "../options.ts";
import { isDevice, isProtected, isSecuritySensitive, isSystemFile, isTemporary } from "../paths.ts";
import { destructive, reads, risky, type Verdict, worst } from "../verdict.ts";

/** Programs that remove or overwrite files. */
export const removalRules: Rules = {
  ...forPrograms("rm grm", judgeRemoval),
  ...forPrograms("unlink", judgeRemoval),
  ...forPrograms("trash trash-put gio", () => risky("moves files to the bin")),
  rmdir: () => risky("removes an empty directory"),
  ...forPrograms("shred srm wipe scrub sdelete", ({ program, args }) =>
    args.length === 0 || asksHelp(args)
      ? reads(`${program} without files`)
      : destructive(`${program} overwrites data so that it cannot be recovered`),
  ),
  truncate: ({ args }) => {
    const options = readOptions(args, { values: "-s --size -r --reference" });
    if (options.operands.length === 0) return reads("truncate without files");
    const size = options.value("-s", "--size") ?? "";
    return /^[+>]/.test(size)
      ? risky(`grows ${options.operands.join(" ")}`)
      : destructive(`cuts the contents of ${options.operands.join(" ")}`);
  },
  ...forPrograms("logrotate savelog", () => risky("rotates logs, which may delete the oldest")),
  ...forPrograms("tmpreaper tmpwatch", () => destructive("deletes files by age")),
};

const asksHelp = (args: readonly string[]): boolean => args.every((word) => ["--help", "--version"].includes(word));

/** Judges `rm`: what is removed decides, and whether whole trees go. */
function judgeRemoval(call: Call): Verdict {
  const options = readOptions(call.args);
  if (options.exactly("--help", "--version") && options.operands.length === 0) return reads("prints help");
  const recursive = options.has("-r", "-R", "--recursive");
  if (options.operands.length === 0)
    return recursive ? risky("rm without a path") : reads("rm without a path does nothing");
  const known = new Map(call.fields.map((field) => [field.text, field.known]));
  return worst(
    options.operands.map((path) => judgePath(path, recursive, known.get(path) ?? true)),
    reads("rm without a path does nothing"),
  );
}

/** Judges the removal of one path, shared by `rm`, `find -delete` and others. */
export function judgePath(path: string, recursive: boolean, known: boolean): Verdict {
  if (isDevice(path)) return destructive(`removes the device ${path}`);
  // Scratch is cheap to lose, yet it does not come back.
  if (isTemporary(path)) return risky(`removes ${path} under a temporary directory`);
  if (isSecuritySensitive(path)) return destructive(`removes ${path}, which decides who may enter`);
  if (recursive) return destructive(`removes ${path} and everything in it`);
  if (/(^|\/)(\*|\.\*|\{\}\*?)$/.test(path)) return destructive(`removes every file that ${path} matches`);
  if (isProtected(path) && (isSystemFile(path) || !/[^/]\/[^/]/.test(path))) return destructive(`removes ${path}`);
  return risky(known ? `removes ${path}` : `removes ${path}, a path that is only known at run time`);
}
