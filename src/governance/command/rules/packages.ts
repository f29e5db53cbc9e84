import { type Call, forPrograms, type Rules } from "../call.ts";
import { asksAboutOne, asksForHelp, readOptions } from "../options.ts";
import { type PhraseRule, phraseTable } from "../phrases.ts";
import { atLeast, destructive, reads, risky, type Verdict } from "../verdict.ts";

/** Package managers of systems and languages. */
export const packageRules: Rules = {
  ...forPrograms(
    "apt apt-get aptitude yum dnf microdnf zypper apk brew snap flatpak pacman yay emerge nix nix-env guix port choco scoop winget tdnf opkg",
    judgeSystemPackages,
  ),
  ...forPrograms("dpkg rpm", judgeArchives),
  ...forPrograms(
    "apt-cache apt-file dpkg-query repoquery pkg-config rpm-query apt-config apt-show-versions needrestart",
    ({ program }) => reads(`${program} only reads`),
  ),
  ...forPrograms(
    "apt-key add-apt-repository apt-mark dpkg-reconfigure alternatives subscription-manager yum-config-manager",
    ({ program, args }) =>
      /^(list|showhold|showauto|showmanual|--list|repolist|status)$/.test(args[0] ?? "")
        ? reads(`${program} only lists`)
        : risky(`${program} changes where packages come from`),
  ),
  ...forPrograms("npm pnpm yarn cnpm", judgeNode),
  ...forPrograms(
    "pip pip3 conda mamba micromamba gem composer luarocks cpan cpanm opam mix rebar3 nuget dotnet vcpkg conan twine flit cabal stack rustup sdk",
    judgeLanguage,
  ),
};

const systemPhrase = phraseTable("the package manager", {
  read_only:
    "list, search, show, info, policy, depends, rdepends, check, check-update, repolist, history, provides, whatprovides, deplist, changelog, madison, pkgnames, stats, dump, showpkg, leaves, deps, desc, doctor, home, outdated, find, version, versions, help, se, if, lr, lu, wp, connections, services, changes, repoquery, list-updates, grouplist, groupinfo, stat, dot, config, uses",
  reversible: "update, makecache, download, fetch, pin, unpin, hold, unhold, refresh, ref, tap, source, index",
  risky:
    "install, add, upgrade, dist-upgrade, full-upgrade, reinstall, localinstall, groupinstall, build-dep, in, up, dup, module, fix, link, unlink, clean, autoclean, autoremove, remove, uninstall, erase, del, rm, downgrade, distro-sync, swap, refresh-all, set, enable, disable, revert, switch, untap, cleanup, edit-sources, mark, run",
  destructive: "purge, autopurge, groupremove",
});

/** Losing one of these takes the host or its data with it. */
const essential =
  /^(systemd|libc6|glibc|bash|coreutils|linux-image.*|kernel.*|openssh-server|sudo|util-linux|init|dpkg|apt|rpm|yum|dnf|postgresql.*|mysql.*|mariadb.*|mongodb.*|docker.*|\*|.*\*)$/;

function judgeSystemPackages({ program, args }: Call): Verdict {
  if (asksForHelp(args) || args.length === 0) return reads(`${program} describes itself`);
  if (/^(pacman|yay)$/.test(program)) return judgePacman(args);
  const options = readOptions(args, {
    values: "-t -c -o --target-release --option --config-file --repo --enablerepo --disablerepo --installroot",
  });
  if (
    /^apt(-get)?$|^aptitude$/.test(program) &&
    options.exactly("-s", "--simulate", "--dry-run", "--just-print", "--no-act")
  )
    return reads(`${program} as a dry run`);
  if (options.exactly("--purge", "--zap", "--nodeps", "--allow-remove-essential"))
    return destructive(`${program} removes packages with their settings`);
  const [name = "", ...rest] = options.operands;
  if (/^(remove|erase|del|rm|uninstall|autoremove|purge)$/.test(name) && rest.some((one) => essential.test(one)))
    return destructive(`${program} removes ${rest.join(" ")}, which the host needs`);
  return systemPhrase(options.operands) ?? risky(`${program} ${name} is not a sub-command this check knows`);
}

function judgePacman(args: readonly string[]): Verdict {
  const [first = ""] = args;
  if (/^-Q|^-F|^-S[si]+$/.test(first)) return reads("pacman only lists");
  return /^-R.*[ndsc]/.test(first)
    ? destructive("removes packages with their settings and dependents")
    : risky("changes installed packages");
}

function judgeArchives({ program, args }: Call): Verdict {
  if (asksForHelp(args)) return reads("prints help");
  if (program === "dpkg") {
    if (
      args.some((word) =>
        /^(-l|-L|-s|-S|-I|-c|-p|--list|--listfiles|--status|--search|--info|--contents|--print-architecture|--get-selections|--verify|-V|--audit|-C|--compare-versions)$/.test(
          word,
        ),
      )
    )
      return reads("dpkg only reads");
    return args.some((word) =>
      /^(-P|--purge|--force-all|--force-remove-essential|--force-remove-reinstreq)$/.test(word),
    )
      ? destructive("dpkg removes packages with their settings")
      : risky("dpkg changes installed packages");
  }
  if (args.some((word) => /^-[a-zA-Z]*[qV]|^--(query|verify|checksig|showrc|eval|test)$/.test(word)))
    return reads("rpm only reads");
  return args.some((word) => /^--nodeps$/.test(word))
    ? destructive("rpm removes what others depend on")
    : risky("rpm changes installed packages");
}

const nodePhrase = phraseTable("the package manager", {
  read_only:
    "view, info, show, v, ls, list, ll, la, outdated, search, s, find, why, explain, audit, ping, whoami, root, prefix, bin, config get, config list, config ls, docs, bugs, repo, home, help, doctor, fund, licenses, team ls, access list, access get, owner ls, dist-tag ls, dist-tags, profile get, diff, query, sbom, help-search, completion, store status, store path, workspaces info, workspaces list",
  reversible: "init, pack, cache verify, login, logout, set, pkg get",
  risky:
    "install, i, add, ci, update, up, upgrade, remove, rm, uninstall, un, r, link, unlink, dedupe, prune, publish, version, rebuild, run, run-script, test, t, start, stop, restart, config set, config delete, cache clean, cache add, import, patch, deploy, dist-tag add, dist-tag rm, deprecate, owner add, access public, access restricted, audit fix, shrinkwrap, pkg set, token create, store prune, global, create, npm publish, set-script, hook, star, stage",
  destructive:
    "unpublish, owner rm, owner remove, access revoke, token revoke, token delete, npm unpublish, org rm, team destroy, team rm, hook rm, profile disable-2fa",
});

function judgeNode(call: Call): Verdict {
  const { program, args } = call;
  const options = readOptions(args, {
    values: "--prefix --registry -C --dir -w --workspace --filter -F",
    stopAtOperand: true,
  });
  const [name = ""] = options.operands;
  // Behind the name of a script the words are the script's.
  const aboutOne = asksAboutOne(args) && nodePhrase([name]) !== undefined;
  if (asksForHelp(args) || aboutOne || options.exactly("-v", "--version", "--help"))
    return reads(`${program} describes itself`);
  if (name === "init" && args.filter((word) => !word.startsWith("-")).length > 1)
    return risky(`${program} init runs a generator that it downloads`);
  if (/^(exec|x|dlx)$/.test(name) && options.positions[0] !== undefined) {
    const from = options.positions[0] + 1;
    const text = readOptions(args.slice(from), { values: "-c --call" }).value("-c", "--call");
    const inner = call.fields
      .slice(from)
      .filter((one, index) => !(index === 0 && (one.text === "--" || one.text.startsWith("-"))));
    return atLeast(
      risky(`${program} may download what it runs`),
      text !== undefined ? call.context.script(text) : inner.length > 0 ? call.context.run(inner) : reads(""),
    );
  }
  if (args.includes("--dry-run"))
    return name === "publish" || name === "unpublish" ? reads(`${program} as a dry run`) : risky(`${program} ${name}`);
  return known(nodePhrase, args.slice(options.positions[0]), program);
}

const languagePhrase = phraseTable("the package manager", {
  read_only:
    "list, show, freeze, check, search, index versions, info, outdated, config list, config get, env list, contents, which, query, specification, environment, dependency, why, licenses, diagnose, validate, status, debug, inspect, hash, --list-sdks, --info, tool list, toolchain list, target list, component list, current, audit, depends, deps",
  reversible: "download, cache dir, wheel, lock, create, sources, fetch, --version, restore",
  risky:
    "install, uninstall, remove, update, upgrade, config set, env remove, cache purge, clean, build, run, test, publish, push, add, require, init, sync, default, toolchain install, target add, component add, exec, tool install, tool uninstall, cleanup, pristine, global",
  destructive: "yank, owner --remove, unpublish, self uninstall, env remove --all, delete, nuget delete",
});

function judgeLanguage({ program, args }: Call): Verdict {
  if (asksForHelp(args) || asksAboutOne(args)) return reads(`${program} describes itself`);
  return known(languagePhrase, args, program);
}

function known(phrase: PhraseRule, args: readonly string[], program: string): Verdict {
  const words = args.filter((word) => !word.startsWith("-"));
  return phrase(words) ?? risky(`${program} ${words[0] ?? ""} may change installed packages or run a project's code`);
}
