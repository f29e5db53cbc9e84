import type { Call } from "../call.ts";
import { type Options, readOptions } from "../options.ts";
import { destructive, reads, risky, undoable, type Verdict, worst } from "../verdict.ts";
import { judgeSetting } from "./git-settings.ts";

/** Git sub-commands whose options decide whether work is lost. */
export const gitWorkRules: Readonly<Record<string, (rest: readonly string[], call: Call) => Verdict | undefined>> = {
  reset: judgeReset,
  checkout: judgeCheckout,
  switch: (rest) =>
    readOptions(rest).has("--discard-changes", "--force", "-f")
      ? destructive("git switch throws uncommitted changes away")
      : readOptions(rest).has("-C", "--force-create")
        ? risky("moves a branch")
        : undoable("switches the branch"),
  restore: (rest) => {
    const options = readOptions(rest, { values: "-s --source" });
    return options.has("--staged", "-S") && !options.has("--worktree", "-W")
      ? undoable("takes files off the next commit")
      : destructive("git restore throws uncommitted changes away");
  },
  clean: (rest) => {
    const options = readOptions(rest, { values: "-e --exclude" });
    if (options.has("-n", "--dry-run"))
      return options.has("-f", "--force")
        ? risky("asks for a dry run and for force at once")
        : reads("git clean as a dry run");
    return destructive("git clean deletes files that were never committed");
  },
  push: judgePush,
  branch: judgeBranch,
  tag: (rest) => {
    const options = readOptions(rest, { values: "-m --message -F --file -u --local-user" });
    if (options.has("-d", "--delete", "-f", "--force")) return risky("removes or moves a tag");
    return options.operands.length === 0 || options.has("-l", "--list", "-v", "--verify", "--contains")
      ? reads("lists tags")
      : undoable("creates a tag");
  },
  rm: (rest) => {
    const options = readOptions(rest);
    if (options.has("-n", "--dry-run")) return reads("git rm as a dry run");
    if (options.exactly("--cached") && !options.has("-f", "--force")) return undoable("takes files off the index");
    return options.has("-r", "-f", "--force") || options.operands.some((path) => /^(\.|\*|\.\/?\*?)$/.test(path))
      ? destructive("git rm removes whole trees or changed files")
      : risky("git rm removes files");
  },
  gc: (rest) =>
    rest.some((word) => /^--prune=(now|all|\d)/.test(word))
      ? destructive("git gc --prune=now deletes what could still be rescued")
      : undoable("git gc packs the repository"),
  "update-ref": (rest) =>
    rest.includes("-d") || rest.includes("--stdin")
      ? destructive("git update-ref deletes a reference")
      : risky("git update-ref moves a reference"),
  worktree: (rest) =>
    rest[0] === "remove" && readOptions(rest).has("-f", "--force")
      ? destructive("removes a working tree with its uncommitted changes")
      : undefined,
  submodule: (rest, call) => {
    if (rest[0] === "foreach") {
      const words = rest.slice(1);
      const [start = words.length] = readOptions(words, { stopAtOperand: true }).positions;
      return worst([risky("runs a command in every submodule"), call.context.script(words.slice(start).join(" "))]);
    }
    return rest[0] === "deinit" && readOptions(rest).has("-f", "--force")
      ? destructive("removes a submodule with its changes")
      : undefined;
  },
  remote: (rest) => (rest.filter((word) => !word.startsWith("-")).length === 0 ? reads("lists remotes") : undefined),
  reflog: (rest) => (rest.length === 0 || rest[0]?.startsWith("-") ? reads("shows the reflog") : undefined),
  config: (rest, call) => {
    const options = readOptions(rest, { values: "-f --file --blob --type --default" });
    const [name, value] = options.operands;
    if (
      options.has("--get", "--get-all", "--get-regexp", "--list", "-l", "--get-urlmatch") ||
      ["get", "list"].includes(name ?? "") ||
      value === undefined
    )
      return options.has("--unset", "--remove-section", "--unset-all", "-e", "--edit")
        ? risky("removes or edits settings")
        : reads("reads settings");
    return worst([risky(`sets ${name}`), judgeSetting(`${name}=${value}`, call)]);
  },
  bisect: (rest, call) =>
    rest[0] === "run"
      ? worst([
          risky("runs a command at every step"),
          call.context.run(rest.slice(1).map((text) => ({ text, known: true, quoted: true }))),
        ])
      : undefined,
  rebase: (rest, call) => {
    const commands = readOptions(rest, { values: "-x --exec --onto -s -X" }).values("-x", "--exec");
    return worst([risky("rewrites commits"), ...commands.map((text) => call.context.script(text))]);
  },
  grep: (rest) =>
    rest.some((word) => /^(-O|--open-files-in-pager)/.test(word))
      ? risky("opens files in another program")
      : reads("searches text"),
  commit: (rest) =>
    readOptions(rest, { values: "-m --message -F --file -C -c --author --date -t" }).has("--amend")
      ? risky("rewrites the last commit")
      : undefined,
  diff: (rest) => writes(rest, "compares"),
  log: (rest) => writes(rest, "shows history"),
  show: (rest) => writes(rest, "shows a commit"),
  archive: (rest) =>
    rest.some((word) => /^(-o|--output|--exec)/.test(word)) ? risky("writes an archive") : reads("prints an archive"),
  "ls-remote": (rest) =>
    rest.some((word) => /^--(up|exec)|::/.test(word))
      ? risky("starts another program")
      : reads("lists remote references"),
  clone: (rest, call) => foreign(rest, call) ?? undoable("makes a copy of a repository"),
  fetch: (rest, call) => foreign(rest, call) ?? undoable("downloads commits"),
};

function writes(rest: readonly string[], what: string): Verdict {
  return rest.some((word) => /^--output(=|$)/.test(word))
    ? risky("writes its output over a file")
    : reads(`git ${what}`);
}

/** `--upload-pack`, which git takes from `--up` on, `ext::` addresses and `-c` start programs of the caller's choice. */
function foreign(rest: readonly string[], call: Call): Verdict | undefined {
  const told = rest.find((word) => /^(--up(?!date)|-u$|ext::|--config=|-c$)/.test(word));
  if (!told) return undefined;
  const verdicts = rest
    .map((word) => call.context.probe(word.replace(/^(--up[\w-]*=|ext::)/, "")))
    .filter((verdict) => verdict.class === "destructive");
  return worst([risky("git is told which program to start"), ...verdicts]);
}

function judgeReset(rest: readonly string[]): Verdict {
  const options = readOptions(rest);
  if (options.has("--hard", "--merge")) return destructive("git reset --hard throws uncommitted changes away");
  if (options.has("--keep")) return risky("moves the branch and the files");
  return undoable("git reset moves the branch, the files stay");
}

function judgeCheckout(rest: readonly string[]): Verdict {
  const options: Options = readOptions(rest, { values: "-b -B --orphan --conflict --pathspec-from-file" });
  const paths = rest.includes("--") ? rest.slice(rest.indexOf("--") + 1) : [];
  if (options.has("-f", "--force")) return destructive("git checkout --force throws uncommitted changes away");
  if (paths.length > 0 || options.has("--pathspec-from-file"))
    return destructive("git checkout of paths throws their uncommitted changes away");
  if (options.value("-b", "--orphan") !== undefined) return undoable("creates a branch");
  if (options.value("-B") !== undefined) return risky("creates a branch or moves one of that name");
  if (options.has("-p", "--patch", "--ours", "--theirs", "--overlay", "--no-overlay"))
    return destructive("git checkout of paths throws changes away");
  const branching = options.exactly("--track", "-t", "--detach", "-d") ? 1 : 0;
  const [first = ""] = options.operands;
  if (options.operands.length > 1 && (branching === 0 || options.operands.length > 1))
    return destructive("git checkout of paths throws their uncommitted changes away");
  if (
    /^(\.|\.\/.*|\*|:\/.*|.*\/)$|^[^/]+\.(txt|md|js|ts|py|rs|go|java|json|ya?ml|toml|sh|rb|c|h|cpp|html|css|lock|xml|cfg|conf|ini|tf)$/.test(
      first,
    )
  )
    return destructive("git checkout of a path throws its uncommitted changes away");
  return undoable("switches the branch; uncommitted changes are kept");
}

function judgePush(rest: readonly string[]): Verdict {
  const options = readOptions(rest, { values: "-o --push-option --repo --receive-pack --exec" });
  if (options.exactly("--dry-run") || options.exactly("-n")) return reads("git push as a dry run");
  if (options.exactly("--force", "-f", "--mirror", "--prune", "--delete", "-d", "--forc", "--for", "--mirr", "--dele"))
    return destructive("git push overwrites or deletes what others have");
  if (options.names.some((name) => name.startsWith("--force-with-lease-if")))
    return destructive("git push overwrites what others have");
  const refs = options.operands.slice(1);
  if (refs.some((reference) => reference.startsWith("+") || reference.startsWith(":")))
    return destructive("git push overwrites or deletes a branch of others");
  if (options.value("--receive-pack", "--exec") !== undefined) return risky("git push starts another program");
  return risky(
    options.names.some((name) => name.startsWith("--force-with-lease"))
      ? "git push rewrites a branch nobody else moved"
      : "git push publishes commits",
  );
}

function judgeBranch(rest: readonly string[]): Verdict {
  const options = readOptions(rest, {
    values: "-u --set-upstream-to --contains --no-contains --merged --no-merged --points-at --sort --format",
  });
  const forced = options.has("-f", "--force");
  if (options.has("-D") || (forced && options.has("-d", "--delete")))
    return destructive("deletes a branch even when its commits are nowhere else");
  if (options.has("-d", "--delete") || forced || options.has("-M", "-C")) return risky("removes or moves a branch");
  if (
    options.operands.length > 0 ||
    options.has("-m", "--move", "-c", "--copy", "-u", "--set-upstream-to", "--unset-upstream", "--edit-description")
  )
    return undoable("creates or renames a branch");
  return reads("lists branches");
}
