import { type Call, forPrograms, type Rules } from "../call.ts";
import { asksForHelp, type Options, readOptions } from "../options.ts";
import { phraseTable } from "../phrases.ts";
import { atLeast, destructive, reads, risky, undoable, type Verdict } from "../verdict.ts";

/** Kubernetes and what is installed on it. */
export const kubernetesRules: Rules = {
  ...forPrograms("kubectl k oc kubecolor microk8s.kubectl k3s-kubectl", judgeKubectl),
  helm: judgeHelm,
  ...forPrograms("helmfile", ({ args }) => {
    if (args.some((word) => /^(destroy|delete)$/.test(word)))
      return destructive("helmfile removes every release it names");
    return args.some((word) => /^(diff|template|list|lint|status|build|version)$/.test(word))
      ? reads("helmfile only reads")
      : risky("helmfile changes releases");
  }),
  ...forPrograms("kubectx kubens", ({ program }) => undoable(`${program} switches the context`)),
  ...forPrograms("stern kubetail k9s kubeval kubeconform kustomize", ({ program }) =>
    program === "k9s" ? risky("k9s is interactive") : reads(`${program} only reads`),
  ),
  ...forPrograms("eksctl kops kubeadm k3d kind minikube", judgeCluster),
  ...forPrograms("istioctl linkerd cilium calicoctl argocd flux etcdctl velero kn", judgeAddOn),
};

const globalValues =
  "-n --namespace --context --cluster --kubeconfig --user -s --server --token --as --as-group --request-timeout -v --cache-dir --certificate-authority --tls-server-name -o --output -l --selector -f --filename -c --container --field-selector -k --kustomize -p --patch --type --replicas --grace-period --timeout --image --tail --since --sort-by --dry-run-strategy -L --subresource --limits --requests --env";

const phrase = phraseTable("kubectl", {
  read_only:
    "get, describe, logs, top, explain, api-resources, api-versions, cluster-info, version, diff, wait, events, help, auth can-i, auth whoami, config view, config get-contexts, config current-context, config get-clusters, config get-users, rollout status, rollout history, kustomize, completion, options, plugin list, plugin, whoami, status, projects, adm top, apply view-last-applied, certificate list",
  reversible:
    "label, annotate, uncordon, create, config use-context, config set-context, config set, config rename-context, expose, port-forward, proxy, project",
  risky:
    "create clusterrolebinding, create rolebinding, create clusterrole, create role, create token, apply, patch, edit, replace, scale, autoscale, rollout restart, rollout undo, rollout pause, rollout resume, cordon, set, run, cp, taint, attach, debug, certificate approve, certificate deny, auth reconcile, config unset, config delete-context, config delete-cluster, config delete-user, adm policy, new-app, start-build, rsync",
  destructive: "delete, drain, adm drain, adm prune, adm policy remove-user",
});

function judgeKubectl(call: Call): Verdict {
  const { args } = call;
  const dashes = args.indexOf("--");
  const own = dashes < 0 ? args : args.slice(0, dashes);
  if (asksForHelp(args) || args.length === 0 || own.includes("--help")) return reads("kubectl describes itself");
  const options = readOptions(own, { values: globalValues });
  const name = options.operands[0] ?? "";
  if (name === "exec") return judgeExec(call, options, dashes);
  const trial = own.some((word) => /^--dry-run(=(client|server|true))?$/.test(word));
  if (
    trial &&
    /^(apply|create|delete|patch|replace|run|scale|label|annotate|set|expose|drain|cordon|uncordon|taint|autoscale|rollout)$/.test(
      name,
    )
  )
    return reads(`kubectl ${name} as a dry run`);
  if (/^(apply|replace)$/.test(name) && own.some((word) => /^--force(=true)?$|^--prune(=true)?$/.test(word)))
    return destructive(`kubectl ${name} --force or --prune deletes objects`);
  if (name === "scale" && own.some((word) => /^--replicas=0$/.test(word)))
    return risky("scales to nothing, which takes the service down");
  if (
    name === "get" &&
    options.operands.some((word) => /^secrets?(\/|$)/.test(word)) &&
    own.some((word) => /json|yaml|template|jsonpath|custom-columns/.test(word))
  )
    return risky("shows the contents of secrets");
  if (name === "config" && own.includes("--raw")) return risky("shows the credentials of clusters");
  const inner = dashes >= 0 && /^(run|debug)$/.test(name) ? call.context.run(call.fields.slice(dashes + 1)) : reads("");
  return atLeast(inner, phrase(options.operands) ?? risky(`kubectl ${name} is not a sub-command this check knows`));
}

function judgeExec(call: Call, options: Options, dashes: number): Verdict {
  // Old syntax without `--`: the second operand after the pod begins the command.
  const start = dashes >= 0 ? dashes + 1 : options.positions[2];
  const inner = start === undefined ? [] : call.fields.slice(start);
  return inner.length === 0 ? risky("kubectl exec without a command") : call.context.run(inner);
}

const helmPhrase = phraseTable("helm", {
  read_only:
    "list, ls, status, get, history, show, search, template, lint, version, env, repo list, dependency list, verify, help, inspect, plugin list, completion",
  reversible:
    "repo add, repo update, pull, fetch, dependency build, dependency update, package, create, registry login",
  risky: "install, upgrade, rollback, test, push, repo remove, plugin install, plugin uninstall, plugin update",
  destructive: "uninstall, delete, del, un",
});

function judgeHelm({ args }: Call): Verdict {
  if (asksForHelp(args) || args.length === 0) return reads("helm describes itself");
  const options = readOptions(args, {
    values:
      "-n --namespace --kube-context --kubeconfig -f --values --set --set-string --version --timeout -o --output --repo",
  });
  if (args.some((word) => /^--dry-run(=(client|server|true))?$/.test(word))) return reads("helm as a dry run");
  if (options.operands[0] === "upgrade" && options.exactly("--force"))
    return destructive("helm upgrade --force deletes and recreates resources");
  return (
    helmPhrase(options.operands) ?? risky(`helm ${options.operands[0] ?? ""} is not a sub-command this check knows`)
  );
}

function judgeCluster({ program, args }: Call): Verdict {
  const words = args.filter((word) => !word.startsWith("-"));
  if (asksForHelp(args)) return reads(`${program} describes itself`);
  if (words.some((word) => /^(delete|reset|destroy|drain)$/.test(word)))
    return destructive(`${program} removes a cluster or a part of it`);
  if (words.slice(0, 2).some((word) => /^(get|list|status|version|info|validate|logs|ip|profile|describe)$/.test(word)))
    return reads(`${program} only lists`);
  return risky(`${program} changes a cluster`);
}

function judgeAddOn({ program, args }: Call): Verdict {
  const words = args.filter((word) => !word.startsWith("-"));
  if (asksForHelp(args)) return reads(`${program} describes itself`);
  if (words.some((word) => /^(delete|del|uninstall|remove|rm|purge|compact|defrag|prune|terminate-op)$/.test(word)))
    return destructive(`${program} ${words.slice(0, 2).join(" ")} removes things`);
  const reading = words
    .slice(0, words[0] === "put" ? 1 : 2)
    .some((word) =>
      /^(get|list|ls|describe|logs|status|version|check|analyze|proxy-status|diff|history|stats|show|endpoint|tree|can-i)$/.test(
        word,
      ),
    );
  return reading ? reads(`${program} only reads`) : risky(`${program} ${words[0] ?? ""} makes changes`);
}
