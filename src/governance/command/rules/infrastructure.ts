import { type Call, forPrograms, type Rules } from "../call.ts";
import { asksAboutOne, asksForHelp, readOptions } from "../options.ts";
import { phraseTable } from "../phrases.ts";
import { atLeast, destructive, isDestructive, reads, risky, undoable, type Verdict, worst } from "../verdict.ts";

/** Tools that create and destroy infrastructure from a description. */
export const infrastructureRules: Rules = {
  ...forPrograms("terraform tofu terragrunt tf", judgeTerraform),
  pulumi: judgePulumi,
  ...forPrograms("cdk cdk8s sst serverless sls sam copilot eb amplify architect chalice zappa up", judgeDeployer),
  ...forPrograms("ansible ansible-playbook ansible-pull", judgeAnsible),
  ...forPrograms("ansible-inventory ansible-doc ansible-lint ansible-config", ({ program }) =>
    reads(`${program} only reads`),
  ),
  ...forPrograms("ansible-vault ansible-galaxy", ({ program }) => risky(`${program} changes files`)),
  ...forPrograms(
    "packer salt salt-call salt-ssh puppet chef-client knife chef nomad consul waypoint",
    judgeOrchestrator,
  ),
  ...forPrograms("make gmake just task ninja cmake bazel gradle gradlew mvn mvnw ant cargo go sbt", judgeBuild),
};

const phrase = phraseTable("terraform", {
  read_only:
    "plan, show, output, validate, version, graph, providers, state list, state show, state pull, workspace list, workspace show, metadata, run-all plan, console, modules, graph-dependencies, render-json, output-all, plan-all, validate-inputs, hclvalidate",
  reversible: "init, fmt, get, workspace new, workspace select, login, logout, test, providers lock, providers mirror",
  risky:
    "apply, import, taint, untaint, refresh, state mv, state push, state replace-provider, force-unlock, run-all apply, apply-all, cloud",
  destructive: "destroy, state rm, workspace delete, run-all destroy, destroy-all",
});

function judgeTerraform({ program, args }: Call): Verdict {
  if (asksForHelp(args) || args.some((word) => /^-{1,2}(help|version)$/.test(word)) || args.length === 0)
    return reads(`${program} describes itself`);
  const options = readOptions(args, {
    singleDash: true,
    values: "-var -var-file -target -out -state -chdir -replace -backend-config",
  });
  const name = options.operands[0] ?? "";
  if (options.exactly("-destroy", "--destroy"))
    return name === "plan" ? reads("plans a destruction") : destructive("terraform destroys what it manages");
  if (
    name === "apply" &&
    options.names.some((flag) => /^--?(auto-approve|force)$/.test(flag)) &&
    options.value("-auto-approve", "--auto-approve") !== "false"
  ) {
    return destructive("terraform applies without showing what it would destroy");
  }
  if (name === "fmt" && options.exactly("-check", "--check")) return reads("checks the format");
  return phrase(options.operands) ?? risky(`${program} ${name} is not a sub-command this check knows`);
}

function judgePulumi({ args }: Call): Verdict {
  const options = readOptions(args, { values: "-s --stack -C --cwd -m --message" });
  const [name = "", second = ""] = options.operands;
  if (
    name === "destroy" ||
    name === "cancel" ||
    (name === "stack" && second === "rm") ||
    (name === "state" && /delete/.test(second))
  )
    return destructive(`pulumi ${name} ${second} destroys what it manages`);
  if (name === "up" && options.has("-y", "--yes", "-f", "--skip-preview"))
    return destructive("pulumi applies without showing what it would destroy");
  if (
    /^(preview|version|about|whoami|logs|convert|schema|console|help)$/.test(name) ||
    (/^(stack|config|plugin|policy|org)$/.test(name) && /^(|ls|get|output|history|graph|export|tag)$/.test(second))
  )
    return options.exactly("--show-secrets") ? risky("shows secrets") : reads(`pulumi ${name} only reads`);
  return risky(`pulumi ${name} changes infrastructure`);
}

function judgeDeployer({ program, args }: Call): Verdict {
  const words = args.filter((word) => !word.startsWith("-"));
  if (asksForHelp(args) || args.length === 0) return reads(`${program} describes itself`);
  if (words.some((word) => /^(destroy|remove|delete|terminate|rm|undeploy|rollback-all)$/.test(word)))
    return destructive(`${program} ${words[0]} removes what it deployed`);
  if (
    /^(diff|list|ls|synth|synthesize|doctor|metadata|context|notices|info|print|logs|validate|status|health|events|show|package-check|version|svc-show)$/.test(
      words[0] ?? "",
    )
  )
    return reads(`${program} ${words[0]} only reads`);
  return risky(`${program} ${words[0] ?? ""} changes infrastructure`);
}

function judgeAnsible(call: Call): Verdict {
  const { args, context, program } = call;
  if (asksForHelp(args) || args.some((word) => /^--(list-hosts|list-tasks|list-tags|syntax-check|version)$/.test(word)))
    return reads(`${program} only lists`);
  const options = readOptions(args, {
    values: "-i -a -m -e -u -l -f --args --module-name --extra-vars --limit --inventory -t --tags",
  });
  const text = options.value("-a", "--args");
  const module = options.value("-m", "--module-name") ?? "command";
  if (/^(\w+\.)*(win_)?(reboot|shutdown)$/.test(module)) return destructive("ansible takes hosts down");
  if (/\bstate=absent\b/.test(text ?? "")) return destructive("ansible removes something from many hosts");
  const runs = /(^|\.)(command|shell|raw|script)$/.test(module);
  if (text === undefined || !runs)
    return /(^|\.)(ping|setup|debug|stat)$/.test(module) && text === undefined && program === "ansible"
      ? reads("ansible only asks hosts")
      : risky(`${program} changes hosts`);
  const inner = context.script(text);
  return isDestructive(inner) ? inner : atLeast(risky("runs a command on many hosts"), inner);
}

function judgeOrchestrator(call: Call): Verdict {
  const { program, args, context } = call;
  const words = args.filter((word) => !word.startsWith("-"));
  if (asksForHelp(args)) return reads(`${program} describes itself`);
  const remote = args.indexOf("cmd.run");
  if (remote >= 0)
    return worst([risky("runs a command on many hosts"), context.script(args.slice(remote + 1).join(" "))]);
  if (
    words.some((word) =>
      /^(delete|destroy|purge|stop|deregister|leave|force-leave|drain|system-gc|bulk|node-delete|system\.(reboot|shutdown|halt|poweroff))$/.test(
        word,
      ),
    )
  )
    return destructive(`${program} ${words.join(" ")} removes things`);
  // What comes third is a name or a value: `consul kv put version 2`.
  if (
    words
      .slice(0, 2)
      .some((word) =>
        /^(status|list|members|info|validate|inspect|show|logs|plan|version|facts|catalog|monitor|search|test\.ping|grains\.items|get)$/.test(
          word,
        ),
      )
  )
    return reads(`${program} only reads`);
  return risky(`${program} changes infrastructure`);
}

function judgeBuild(call: Call): Verdict {
  const { program, args } = call;
  if (asksForHelp(args) || asksAboutOne(args)) return reads(`${program} describes itself`);
  if (/^(make|gmake)$/.test(program) && args.some((word) => /^(-n|--dry-run|--just-print|-q|--question)$/.test(word)))
    return risky("make as a dry run still runs $(shell …)");
  const evaluated = readOptions(args, { values: "--eval" }).values("--eval");
  if (evaluated.length > 0)
    return worst([
      risky("make runs the text it is given"),
      ...evaluated
        .map((text) => call.context.probe(text.replace(/^[^:]*:\s*;?|\$\(shell|\)/g, " ")))
        .filter(isDestructive),
    ]);
  const words = args.filter((word) => !word.startsWith("-"));
  if (
    words.some((word) =>
      /^(release:perform|deploy|publish|destroy|nuke|distclean|clobber|maintainer-clean|yank|publishToMavenCentral|flywayClean|flyway:clean|db-drop|dropAll)$/.test(
        word,
      ),
    )
  )
    return destructive(`${program} ${words.join(" ")} publishes or removes for good`);
  if (program === "go" && /^(version|env|list|vet|doc)$/.test(words[0] ?? ""))
    return reads(`go ${words[0]} only reads`);
  if (program === "cargo" && /^(tree|metadata|search|check|clippy|version|locate-project|pkgid)$/.test(words[0] ?? ""))
    return undoable(`cargo ${words[0]} only reads`);
  return risky(`${program} runs the recipes of a project, which can do anything`);
}
