import { type Call, forPrograms, type Rules } from "../call.ts";
import { asksForHelp, readOptions } from "../options.ts";
import { isCredentialFile, isSecurityFolder, isSecuritySensitive } from "../paths.ts";
import { atLeast, destructive, isDestructive, reads, risky, undoable, type Verdict, worst } from "../verdict.ts";

/** Copying between hosts, and backups. */
export const transferRules: Rules = {
  rsync: judgeRsync,
  ...forPrograms("scp pscp", judgeScp),
  rclone: judgeRclone,
  ...forPrograms("restic borg duplicity duplicacy kopia bup tarsnap", judgeBackup),
  ...forPrograms("mc s3cmd s5cmd gsutil azcopy", judgeObjects),
};

function judgeRsync(call: Call): Verdict {
  const { args, context } = call;
  if (asksForHelp(args)) return reads("rsync describes itself");
  const options = readOptions(args, {
    values:
      "-e --rsh -f --filter --exclude --include --files-from --rsync-path --bwlimit --log-file --backup-dir --out-format --port -T --temp-dir --chmod",
  });
  const started = [...options.values("-e", "--rsh"), ...options.values("--rsync-path")].filter(
    (text) => !/^(ssh|rsync)(\s+-[\w=@:/.~ -]+)*$/.test(text),
  );
  const floor =
    started.length > 0
      ? worst([
          risky("rsync starts a program of the caller's choice"),
          ...started.map((text) => context.probe(text)).filter(isDestructive),
        ])
      : reads("");
  if (options.exactly("-n", "--dry-run", "--list-only"))
    return args.some((word) => /^--(delete|del|remove-source)/.test(word)) &&
      !options.exactly("--dry-run", "--list-only")
      ? atLeast(floor, risky("rsync would delete, but for -n"))
      : atLeast(floor, reads("rsync as a dry run"));
  if (options.operands.length === 1) return atLeast(floor, reads("rsync lists files"));
  if (args.some((word) => /^--(del|delete\S*|remove-source-files|force-delete)/.test(word)))
    return destructive("rsync deletes files at the target or the source");
  if (sendsCredentials(options.operands)) return destructive("sends credentials away");
  const secret = options.operands.find((path) => isSecuritySensitive(plainPath(path)));
  if (isSecurityFolder(plainPath(options.operands.at(-1) ?? "")))
    return destructive("rsync writes where files decide who may enter");
  return secret ? destructive(`rsync copies ${secret}`) : atLeast(floor, risky("rsync overwrites files at the target"));
}

/** `host:path` without its host. */
const plainPath = (path: string): string => path.replace(/^[^:/]*:/, "");

const sendsCredentials = (operands: readonly string[]): boolean =>
  operands.at(-1)?.includes(":") === true && operands.slice(0, -1).some(isCredentialFile);

function judgeScp({ args, program }: Call): Verdict {
  const options = readOptions(args, { values: "-i -P -F -o -J -l -c -S -D -X" });
  if (asksForHelp(args) || options.operands.length === 0) return reads(`${program} describes itself`);
  const target = options.operands.at(-1) ?? "";
  const path = plainPath(target);
  if (options.values("-S").length > 0) return risky("scp starts a program of the caller's choice");
  if (isSecuritySensitive(path) || isSecurityFolder(path))
    return destructive(`writes ${path}, which decides who may enter`);
  if (sendsCredentials(options.operands)) return destructive("sends credentials away");
  return risky(`copies over ${target} if it exists`);
}

function judgeRclone({ args }: Call): Verdict {
  const options = readOptions(args, {
    values: "--config --transfers --checkers --include --exclude --filter --backup-dir",
  });
  const [name = ""] = options.operands;
  if (asksForHelp(args) || options.exactly("-n", "--dry-run")) return reads("rclone as a dry run or help");
  if (
    /^(ls|lsd|lsl|lsf|lsjson|cat|check|cryptcheck|size|about|version|md5sum|sha1sum|hashsum|tree|ncdu|listremotes|config-show|help)$/.test(
      name,
    )
  )
    return reads(`rclone ${name} only reads`);
  if (
    /^(delete|deletefile|purge|rmdir|rmdirs|cleanup|dedupe|move|moveto|sync|bisync)$/.test(name) ||
    args.some((word) => word.startsWith("--delete"))
  )
    return destructive(`rclone ${name} deletes at the target or the source`);
  return risky(`rclone ${name} changes stored files`);
}

function judgeBackup({ program, args }: Call): Verdict {
  const words = readOptions(args, { values: "-r --repo --password-file -p --tag --host" }).operands;
  const [name = "", second = ""] = words;
  if (
    asksForHelp(args) ||
    /^(snapshots|ls|list|stats|diff|find|cat|check|version|info|dump|verify|status|policy-show|collection-status|list-current-files|help|benchmark)$/.test(
      name,
    )
  )
    return reads(`${program} ${name} only reads`);
  if (
    /^(forget|prune|delete|remove\S*|cleanup|purge|unlock-all|rebuild-index|recover-delete|nuke|compact)$/.test(name) ||
    /^(remove|rm|passwd|delete|expire)$/.test(second) ||
    args.some((word) => /^(--prune|--delete|--nuke|-d)$/.test(word))
  )
    return args.some((word) => /^(-n|--dry-run)$/.test(word))
      ? risky(`${program} ${name} as a dry run`)
      : destructive(`${program} ${name} ${second} removes backups or their keys`);
  return /^(backup|create|snapshot|init|mount|umount)$/.test(name)
    ? undoable(`${program} ${name} adds a backup`)
    : risky(`${program} ${name} changes files or backups`);
}

function judgeObjects({ program, args }: Call): Verdict {
  const options = readOptions(args, { values: "-h -o -u -i -x -c --config-dir --endpoint-url --profile" });
  const [name = "", second = ""] = options.operands;
  if (
    asksForHelp(args) ||
    /^(ls|la|cat|stat|du|head|diff|find|tree|info|version|hash|list|jobs|help|env|doc|watch|ping|ready|ver|logs|perfdiag|sql)$/.test(
      name,
    )
  ) {
    return program === "azcopy" && name === "jobs" && /^(remove|rm|clean|cancel)$/.test(second)
      ? risky("removes the record of jobs")
      : program === "mc" && name === "find" && args.some((word) => word.startsWith("--exec"))
        ? destructive("runs a command for every object")
        : reads(`${program} ${name} only reads`);
  }
  if (
    /^(rm|rb|del|remove|rr|undo|abortmp)$/.test(name) ||
    args.some((word) => /^--(remove|delete-\w+|delete-destination\S*|delete)$/.test(word)) ||
    (name === "rsync" && args.some((word) => /^-[a-zA-Z]*d/.test(word))) ||
    /^(rm|remove|delete|purge|stop)$/.test(second)
  ) {
    return args.some((word) => /^(--dry-run|--dryrun|-n)$/.test(word))
      ? risky(`${program} ${name} as a dry run`)
      : destructive(`${program} ${name} ${second} deletes stored objects`);
  }
  if (
    /^(acl|policy|anonymous|setpolicy|iam|defacl|setacl|cors|versioning|retention|lifecycle|ilm|quota|admin|encrypt|kms|pap|ubla|web|label|notification)$/.test(
      name,
    )
  )
    return /^(get|list|ls|info|show|export)$/.test(second)
      ? reads(`${program} ${name} ${second} only reads`)
      : risky(`${program} ${name} changes access or rules`);
  return judgeObjectChange(program, name);
}

function judgeObjectChange(program: string, name: string): Verdict {
  if (/^(mb|login|make)$/.test(name)) return undoable(`${program} ${name} can be undone`);
  return risky(`${program} ${name} may overwrite stored objects`);
}
