import { type Call, forPrograms, type Rules } from "../call.ts";
import { type Options, readOptions } from "../options.ts";
import { phraseTable } from "../phrases.ts";
import { atLeast, destructive, reads, risky, type Verdict, worst } from "../verdict.ts";
import { judgeSetting } from "./git-settings.ts";
import { gitWorkRules } from "./git-work.ts";

/** Version control: what is committed can be found again, what is not committed can not. */
export const gitRules: Rules = {
  ...forPrograms("git", judgeGit),
  ...forPrograms("git-lfs", () => risky("changes large-file storage")),
  ...forPrograms("hg svn bzr fossil jj", ({ program, args }) => {
    const words = args.filter((word) => !word.startsWith("-"));
    if (
      /^(status|st|log|diff|info|ls|list|cat|blame|annotate|show|help|version|heads|branches|tags|summary|parents)$/.test(
        words[0] ?? "",
      )
    )
      return reads(`${program} only reads`);
    if (/^(strip|purge|revert|rm|delete|abandon|rollback|cleanup)$/.test(words[0] ?? ""))
      return destructive(`${program} ${words[0]} throws work away`);
    return risky(`${program} changes a repository`);
  }),
};

const globalValues = "-C -c --git-dir --work-tree --namespace --exec-path --super-prefix --config-env --attr-source";

const phrase = phraseTable("git", {
  read_only:
    "status, log, diff, show, blame, annotate, shortlog, describe, ls-files, ls-tree, ls-remote, rev-parse, rev-list, cat-file, grep, whatchanged, range-diff, cherry, merge-base, name-rev, for-each-ref, show-ref, show-branch, count-objects, fsck, verify-commit, verify-tag, verify-pack, var, version, help, " +
    "check-ignore, check-attr, check-ref-format, check-mailmap, diff-tree, diff-index, diff-files, archive, get-tar-commit-id, stash list, stash show, remote show, remote get-url, worktree list, submodule status, submodule summary, bisect log, bisect view, notes list, notes show, bundle verify, bundle list-heads, reflog show, reflog list, reflog exists, lfs ls-files, lfs env, lfs status, " +
    "sparse-checkout list, merge-tree, request-pull, fmt-merge-msg, column, stripspace, patch-id, interpret-trailers, bugreport, diagnose",
  reversible:
    "fetch, clone, init, add, commit, stash, stash push, stash save, stash pop, stash apply, stash branch, stash create, stash store, mv, revert, remote add, remote rename, remote update, worktree add, worktree lock, worktree unlock, worktree move, worktree repair, worktree prune, submodule add, submodule sync, submodule init, bisect start, bisect good, bisect bad, bisect run, bisect skip, notes add, notes append, bundle create, gc, repack, pack-refs, maintenance, " +
    "commit-graph, multi-pack-index, update-index, rerere, format-patch, sparse-checkout, lfs pull, lfs fetch, lfs track, instaweb, stage",
  risky:
    "push, pull, merge, rebase, cherry-pick, am, apply, rm, submodule update, submodule deinit, submodule foreach, submodule set-url, remote set-url, remote set-head, remote set-branches, remote remove, remote rm, remote prune, bisect reset, bisect replay, notes remove, notes edit, worktree remove, replace, symbolic-ref, update-ref, hash-object, write-tree, commit-tree, mktag, mktree, read-tree, checkout-index, fast-import, send-email, lfs push, lfs migrate, svn, p4, credential, config, mergetool, difftool",
  destructive:
    "stash drop, stash clear, filter-branch, filter-repo, reflog expire, reflog delete, prune, prune-packed, lfs prune, notes prune, update-ref -d, replace -d",
});

function judgeGit(call: Call): Verdict {
  const { args } = call;
  const global = readOptions(args, { values: globalValues, stopAtOperand: true });
  const settings = worst(settingsOf(args, global, call), reads(""));
  const start = global.positions[0];
  const name = args[start ?? -1];
  if (start === undefined || name === undefined || name.startsWith("-"))
    return atLeast(settings, reads("git describes itself"));
  const rest = args.slice(start + 1);
  if (rest.length === 1 && /^(--help|-h)$/.test(rest[0] ?? "")) return atLeast(settings, reads("git describes itself"));
  const special = gitWorkRules[name]?.(rest, call);
  return atLeast(settings, special ?? judgePhrase(name, rest));
}

function judgePhrase(name: string, rest: readonly string[]): Verdict {
  const options: Options = readOptions(rest, { values: "-m --message -F --file -C --author --date" });
  if (options.exactly("--dry-run") && /^(add|commit|fetch|push|rm|mv|stage|worktree|prune)$/.test(name))
    return reads(`git ${name} as a dry run`);
  return phrase([name, ...options.operands]) ?? unlisted(name);
}

function unlisted(name: string): Verdict {
  return risky(`git ${name} is not a sub-command this check knows`);
}

/** `-c alias.x='!command'`, `-c core.pager=…` and the like make git start another program. */
function settingsOf(args: readonly string[], global: Options, call: Call): readonly Verdict[] {
  const verdicts = global.values("-c").map((setting) => judgeSetting(setting, call));
  if (args.some((word) => word.startsWith("--exec-path=")) || global.values("--config-env").length > 0)
    verdicts.push(risky("git is told where to find its programs"));
  return verdicts;
}
