import { type Call, type Field, forPrograms, type Rules } from "../call.ts";
import { asksForHelp, readOptions } from "../options.ts";
import {
  isDevice,
  isProtected,
  isSecurityFolder,
  isSecuritySensitive,
  isSystemFile,
  isTemporary,
  normalize,
} from "../paths.ts";
import { judgeWrite } from "../redirects.ts";
import { atLeast, destructive, reads, risky, undoable, type Verdict, worst } from "../verdict.ts";

/** Programs that create, copy, move or protect files. */
export const fileRules: Rules = {
  ...forPrograms("mkdir touch mktemp mkfifo", ({ program, args }) =>
    args.some(isSystemFile)
      ? risky(`${program} in a system directory`)
      : undoable(`${program} creates what can be removed again`),
  ),
  ...forPrograms("cp gcp", judgeCopy),
  install: judgeCopy,
  ...forPrograms("mv gmv rename", judgeMove),
  ln: (call) =>
    atLeast(
      call.args.some((word) => /^-[a-zA-Z]*f/.test(word) || word === "--force")
        ? risky("replaces a link")
        : undoable("creates a link"),
      judgeTarget(call.args.at(-1) ?? "", call.args),
    ),
  tee: judgeTee,
  sponge: (call) => judgeWrite(last(call.fields), false, "sponge"),
  ...forPrograms("chmod chown chgrp", judgeMode),
  ...forPrograms("setfacl chattr chcon restorecon setcap", ({ program, args }) =>
    args.some((word) => /^-R|^--recursive/.test(word)) && args.some(isProtected)
      ? destructive(`${program} changes protection across a system directory`)
      : risky(`${program} changes how files are protected`),
  ),
  ...forPrograms("tar gtar bsdtar", judgeTar),
  ...forPrograms("gzip gunzip bzip2 bunzip2 xz unxz zstd unzstd lzma compress uncompress", ({ program, args }) => {
    if (asksForHelp(args) || args.some((word) => /^-([a-z]*[clt][a-z]*)$|^--(stdout|list|test)$/.test(word)))
      return reads(`${program} only prints`);
    return undoable(`${program} replaces files by packed or unpacked ones`);
  }),
  ...forPrograms("zip 7z 7za rar", ({ program, args }) => {
    if (args.some((word) => /^(-d|-m|--move|d)$/.test(word))) return destructive(`${program} removes files`);
    return args[0] === "l" || args[0] === "t"
      ? reads(`${program} lists an archive`)
      : undoable(`${program} writes an archive`);
  }),
  ...forPrograms("unzip unrar cpio pax ar", ({ program, args }) =>
    listsArchive(program, args) ? reads(`${program} lists an archive`) : risky(`${program} may overwrite files`),
  ),
  patch: ({ args }) =>
    args.includes("--dry-run") ? reads("patch as a dry run") : risky("patch changes files in place"),
  ...forPrograms("split csplit", judgeSplit),
};

function last(fields: readonly Field[]): Field {
  return fields.at(-1) ?? { text: "", known: false, quoted: true };
}

/** `-v` lists only where nothing else is asked for; to cpio and ar it is a chatty way of unpacking. */
function listsArchive(program: string, args: readonly string[]): boolean {
  const letters = args.filter((word) => /^-[a-zA-Z]+$/.test(word)).join("");
  if (program === "cpio") return letters.includes("t") || args.includes("--list");
  if (program === "ar") return /^-?[tp]/.test(args[0] ?? "");
  if (program === "pax") return !/[rw]/.test(letters);
  return /[lptvZ]/.test(letters);
}

/** Judges where something is put: `target` may be the new name or the folder that gets it. */
function judgeTarget(target: string, sources: readonly string[]): Verdict {
  if (isDevice(target)) return destructive(`overwrites the device ${target}`);
  const system = isSystemFile(target);
  const inside = system ? sources.map((source) => `${target}/${source.split("/").at(-1)}`) : [];
  if ([target, ...inside].some(isSecuritySensitive) || isSecurityFolder(target))
    return destructive(`changes ${target}, which decides who may enter or what starts by itself`);
  return system ? risky(`writes to the system path ${target}`) : reads("");
}

/** What is copied or moved, and to where: the last word, unless an option named the folder. */
function endsOf(args: readonly string[], values: string) {
  const options = readOptions(args, { values: `-t --target-directory -S --suffix ${values}` });
  const folder = options.value("-t", "--target-directory");
  const sources = folder === undefined ? options.operands.slice(0, -1) : options.operands;
  return { options, sources, target: folder ?? options.operands.at(-1) ?? "" };
}

function judgeCopy(call: Call): Verdict {
  const { options, sources, target } = endsOf(call.args, "-m --mode -o --owner -g --group");
  if (options.operands.length === 0)
    return asksForHelp(call.args) ? reads("prints help") : risky("copies nothing that is named");
  const own =
    options.has("-n", "--no-clobber", "-b", "--backup") || isTemporary(target)
      ? undoable(`copies to ${target}`)
      : risky(`copies over ${target} if it exists`);
  if (/^\/dev\/(null|zero)$/.test(options.operands[0] ?? "")) return destructive(`empties ${target}`);
  return worst([own, judgeTarget(target, sources)]);
}

function judgeMove(call: Call): Verdict {
  const { options, sources, target } = endsOf(call.args, "");
  if (options.operands.length === 0)
    return asksForHelp(call.args) ? reads("prints help") : risky("moves nothing that is named");
  if (/^\/dev\/null(\/|$)/.test(normalize(target))) return destructive("moving to /dev/null loses the files");
  const grave = sources.find((source) => isProtected(source) && !isTemporary(source));
  if (grave) return destructive(`moves ${grave} away`);
  return worst([risky(`moves to ${target}, over what is there`), judgeTarget(target, sources)]);
}

function judgeTee(call: Call): Verdict {
  const appends = call.args.some((word) => /^-[a-z]*a|^--append/.test(word));
  const targets = call.fields.filter((one) => !one.text.startsWith("-"));
  return worst(
    targets.map((target) => judgeWrite(target, appends, "tee")),
    reads("tee without files only copies its input"),
  );
}

function judgeMode(call: Call): Verdict {
  const { program, args } = call;
  if (asksForHelp(args)) return reads("prints help");
  const recursive = args.some((word) => /^-[a-zA-Z]*R|^--recursive$/.test(word));
  const words = args.filter((word) => !/^-[A-Za-z-]{1,}$/.test(word) || /^-[rwxst]+$/.test(word));
  const open =
    program === "chmod" &&
    words.some(
      (word) =>
        /^0?[0-7]?[0-7][0-7][2367]$|(^|,)([ugo]*[ao][ugo]*)?[+=][rwxXst]*w/.test(word) &&
        /^0?[0-7]{3,4}$|[ao]|^[+=]/.test(word),
    );
  const grave = words.find((word) => isProtected(word) || isSecuritySensitive(word));
  if (recursive && grave && !isTemporary(grave))
    return destructive(`${program} changes protection of everything under ${grave}`);
  if (open && recursive) return destructive(`${program} opens a whole tree to everyone`);
  if (words.some((word) => isSecuritySensitive(word)))
    return destructive(`${program} changes protection of a security file`);
  if (program === "chmod" && words.some((word) => /^[ugo]*\+[rwx]*s|^[246][0-7]{3}$/.test(word)))
    return risky("sets the set-user-id bit");
  return risky(`${program} changes who may use a file`);
}

function judgeTar(call: Call): Verdict {
  const [first = ""] = call.args;
  const words = [first.startsWith("-") ? first : `-${first}`, ...call.args.slice(1)];
  if (
    words.some((word) =>
      /^--(to-command|checkpoint-action|use-compress-program|rsh-command|info-script)|^-I/.test(word),
    )
  )
    return runsByOption(call);
  if (words.some((word) => word === "--remove-files" || word === "--delete")) return destructive("tar removes files");
  const has = (letter: string, name: string): boolean =>
    words.some((word) => word === name || (/^-[a-zA-Z]+$/.test(word) && word.includes(letter)));
  if (has("t", "--list")) return reads("lists an archive");
  if (has("c", "--create")) return undoable("writes an archive");
  const root = words.some((word, index) => /^(-C|--directory)$/.test(word) && isProtected(words[index + 1] ?? ""));
  return root ? risky("unpacks over a system directory") : risky("unpacks over existing files");
}

function runsByOption(call: Call): Verdict {
  const commands = call.args.flatMap(
    (word) => /(?:exec=|to-command=|use-compress-program=)(.*)$/.exec(word)?.[1] ?? [],
  );
  return worst([risky("tar runs a command"), ...commands.map((text) => call.context.script(text))]);
}

/** `split` is also a feature-flag service's tool, told apart by its sub-commands. */
function judgeSplit(call: Call): Verdict {
  const words = call.args.filter((word) => !word.startsWith("-"));
  if (asksForHelp(call.args)) return reads("prints help");
  if (words.some((word) => /^(delete|kill|archive)$/.test(word)))
    return destructive(`${call.program} deletes ${words.join(" ")}`);
  if (words.length > 1 && words.some((word) => /^(list|get)$/.test(word))) return reads(`${call.program} lists`);
  return undoable(`${call.program} writes pieces into new files`);
}
