import { type Call, forPrograms, type Rules } from "../call.ts";
import { asksForHelp, readOptions } from "../options.ts";
import { phraseTable } from "../phrases.ts";
import { judgeVerbs } from "../verbs.ts";
import { atLeast, destructive, reads, risky, undoable, type Verdict, worst } from "../verdict.ts";

/** Container engines and their compose files. */
export const containerRules: Rules = {
  ...forPrograms("docker podman nerdctl", judgeEngine),
  ...forPrograms("docker-compose podman-compose", (call) => judgeCompose(call, 0)),
  crictl: judgeEngine,
  ctr: judgeContainerd,
  ...forPrograms("lxc incus lxd multipass vagrant virsh", judgeMachines),
  ...forPrograms("buildah skopeo dive trivy grype syft hadolint cosign crane", ({ program, args }) => {
    if (args.some((word) => /^(rm|rmi|delete|prune)$/.test(word))) return destructive(`${program} deletes images`);
    const [name = "", second = ""] = args.filter((word) => !word.startsWith("-"));
    return asksForHelp(args) ||
      /^(inspect|images|ps|list-tags|containers|version|ls|digest|verify)$/.test(name) ||
      (name === "manifest" && !/^(create|add|annotate|push)$/.test(second)) ||
      /^(trivy|grype|syft|dive|hadolint)$/.test(program)
      ? reads(`${program} only reads`)
      : risky(`${program} changes images`);
  }),
};

const globalValues = "-H --host -c --context --config -l --log-level --tlscacert --tlscert --tlskey";
const runValues =
  "-v --volume -e --env -p --publish --name -w --workdir -u --user --network --net --entrypoint --mount --env-file -l --label -m --memory --cpus --restart -h --hostname --add-host --device --cap-add --cap-drop --security-opt --ulimit --pid --ipc --log-driver --log-opt --platform --dns --ip --link --tmpfs --volumes-from --expose --gpus --shm-size --pull --userns --cgroup-parent --cidfile --stop-signal --detach-keys -c";

const phrase = phraseTable("docker", {
  read_only:
    "ps, images, inspect, logs, stats, top, version, info, port, diff, history, search, events, wait, help, container ls, container list, container ps, container inspect, container logs, container stats, container top, container port, container diff, " +
    "image ls, image list, image inspect, image history, network ls, network list, network inspect, volume ls, volume list, volume inspect, system df, system info, system events, context ls, context show, context inspect, node ls, node ps, node inspect, service ls, service ps, service inspect, " +
    "service logs, stack ls, stack ps, stack services, manifest inspect, buildx ls, buildx inspect, buildx du, plugin ls, secret ls, secret inspect, config ls, config inspect, scout, pods, imagefsinfo, inspecti, inspectp, machine ls, pod ps, pod ls, pod inspect, builder du, checkpoint ls, trust inspect, sbom",
  reversible:
    "pull, build, tag, create, start, unpause, pause, container create, container start, container pause, container unpause, image build, image pull, image tag, image save, image load, save, load, export, network create, network connect, volume create, buildx build, buildx create, context use, context create, commit, container commit, attach, image import, import, login, logout, builder build, pod create",
  risky:
    "stop, restart, kill, container stop, container restart, container kill, update, container update, rename, container rename, cp, container cp, push, image push, network rm, network disconnect, network prune, network remove, builder prune, buildx prune, container prune, image prune, system prune, service update, service scale, service create, service rollback, stack deploy, node update, node promote, node demote, " +
    "swarm init, swarm join, swarm update, swarm unlock, plugin install, plugin enable, plugin disable, secret create, config create, rmi, image rm, image remove, rm, container rm, container remove, rmp, stopp, machine start, machine stop, play kube, kube play, buildx rm, context rm, context remove",
  destructive:
    "volume rm, volume remove, volume prune, service rm, stack rm, stack down, swarm leave, secret rm, config rm, node rm, plugin rm, system reset, machine rm, kube down, trust revoke, pod rm, manifest rm",
});

function judgeEngine(call: Call): Verdict {
  const { program, args } = call;
  if (asksForHelp(args) || args.length === 0) return reads(`${program} describes itself`);
  const global = readOptions(args, { values: globalValues, stopAtOperand: true });
  const start = global.positions[0];
  if (start === undefined)
    return global.exactly("-v", "--version") ? reads("prints a version") : risky(`${program} without a sub-command`);
  const words = args.slice(start);
  const first =
    words[0] === "container" || words[0] === "builder" || words[0] === "image" || words[0] === "pod" ? 1 : 0;
  const name = words[first] ?? "";
  if (words[0] === "compose") return judgeCompose(call, start + 1);
  if (name === "exec") return judgeExec(call, start + first + 1);
  if (name === "run" || name === "create") return judgeRun(call, start + first + 1);
  if (args.includes("--help")) return reads(`${program} describes itself`);
  return judgeSubcommand(program, words);
}

function judgeSubcommand(program: string, words: readonly string[]): Verdict {
  const operands = words.filter((word) => !word.startsWith("-"));
  const options = readOptions(words);
  const line = operands.slice(0, 2).join(" ");
  const short = operands[0] ?? "";
  if (/^(system|image|container|builder|buildx|network) prune$/.test(line)) {
    if (options.has("-a", "--all") || options.has("--volumes"))
      return destructive(`${program} ${line} removes everything that is not in use right now`);
    return risky(`${program} ${line} removes what is not in use`);
  }
  if (short === "rm" || /^container (rm|remove)$/.test(line)) {
    return options.has("-f", "--force", "-v", "--volumes")
      ? destructive(`${program} ${line} kills containers and removes their data`)
      : risky(`${program} removes stopped containers`);
  }
  if (short === "rmi" || /^image (rm|remove)$/.test(line))
    return options.has("-f", "--force") ? destructive("removes images that are in use") : risky("removes images");
  return phrase(operands) ?? risky(`${program} ${short} is not a sub-command this check knows`);
}

/** Its nouns come first: `ctr images rm`, where docker's `images` only lists. */
function judgeContainerd({ program, args }: Call): Verdict {
  const { operands } = readOptions(args, { values: "-n --namespace -a --address --timeout --connect-timeout" });
  return asksForHelp(args) || args.length === 0 ? reads(`${program} describes itself`) : judgeVerbs(program, operands);
}

function judgeExec(call: Call, from: number): Verdict {
  const options = readOptions(call.args.slice(from), {
    values: "-e --env -u --user -w --workdir --env-file --detach-keys --index",
    stopAtOperand: true,
  });
  if (options.exactly("--help")) return reads(`${call.program} exec describes itself`);
  const target = options.positions[0];
  const inner = target === undefined ? [] : call.fields.slice(from + target + 1);
  if (inner.length === 0) return risky(`${call.program} exec without a command`);
  const floor = options.has("--privileged") ? risky("runs with every privilege") : reads("");
  return atLeast(floor, call.context.run(inner));
}

function judgeRun(call: Call, from: number): Verdict {
  const own = call.args.slice(from);
  const options = readOptions(own, { values: runValues, stopAtOperand: true });
  if (options.exactly("--help")) return reads(`${call.program} run describes itself`);
  const image = options.positions[0];
  const mine = own.slice(0, image ?? own.length);
  const open = mine.find((word, index) => grave(word, mine[index + 1] ?? ""));
  if (open) return destructive(`a container started with ${open} can take over the host`);
  const entry = options.value("--entrypoint");
  const words = image === undefined ? [] : call.fields.slice(from + image + 1);
  const inner = entry === undefined ? words : [{ text: entry, known: true, quoted: true }, ...words];
  const started = risky(`${call.program} run starts a container from an image`);
  // Inside a container of its own most programs are harmless to the host, yet mounted directories are not.
  return inner.length > 0 ? worst([started, call.context.run(inner)]) : started;
}

function grave(word: string, next: string): boolean {
  const attached = /^-[a-z]*v=?(\/.*)$/.exec(word)?.[1];
  const value = attached ?? (word.includes("=") ? word.slice(word.indexOf("=") + 1) : next);
  if (/^--privileged(=true)?$/.test(word)) return true;
  if (attached !== undefined || /^(-[a-z]*v|--volume)(=|$)/.test(word))
    return /^\/(:|etc|root|(var\/)?run\/docker\.sock|proc|sys|boot|dev)/.test(value);
  if (/^--mount(=|$)/.test(word))
    return /(source|src)=\/(,|etc|root|(var\/)?run\/docker\.sock|proc|sys|boot|dev|$)/.test(value);
  if (/^--(pid|ipc|userns|net|network)(=|$)/.test(word)) return value === "host" && /pid|userns/.test(word);
  if (/^--device(=|$)/.test(word)) return /^\/dev\/([shv]d|xvd|nvme|mapper|dm-|k?mem)/.test(value);
  return /^--cap-add(=|$)/.test(word) && /^(CAP_)?(ALL|SYS_ADMIN|SYS_PTRACE|SYS_MODULE)$/i.test(value);
}

function judgeCompose(call: Call, from: number): Verdict {
  const args = call.args.slice(from);
  const options = readOptions(args, {
    values: "-f --file -p --project-name --profile --env-file --project-directory",
    stopAtOperand: true,
  });
  const start = options.positions[0];
  if (start === undefined) return reads("compose alone describes itself");
  const rest = args.slice(start + 1);
  const name = args[start] ?? "";
  if (/^(ps|logs|config|images|top|port|events|version|ls|convert|stats|help)$/.test(name))
    return reads(`compose ${name} only reads`);
  if (name === "exec") return judgeExec(call, from + start + 1);
  if (name === "run") return judgeRun(call, from + start + 1);
  if (name === "down" && rest.some((word) => /^(-v|--volumes|--rmi)/.test(word)))
    return destructive("compose down removes volumes or images with their data");
  if (name === "rm" && rest.some((word) => /^-[a-z]*[vsf]/.test(word)))
    return destructive("compose rm removes containers with their volumes");
  if (/^(pull|build|create|start|unpause|pause)$/.test(name)) return undoable(`compose ${name} can be undone`);
  return risky(`compose ${name} changes what runs`);
}

function judgeMachines(call: Call): Verdict {
  const { program, args } = call;
  const dashes = args.indexOf("--");
  if (/^(exec|shell|ssh)$/.test(args[0] ?? "")) {
    const text = readOptions(args, { values: "-c --command" }).value("-c", "--command");
    if (text !== undefined) return atLeast(risky("runs a command in a machine"), call.context.script(text));
    const inner = dashes >= 0 ? call.fields.slice(dashes + 1) : call.fields.slice(2);
    return atLeast(risky("runs a command in a machine"), inner.length > 0 ? call.context.run(inner) : reads(""));
  }
  const words = readOptions(args, { values: "-c --connect" }).operands;
  const name = words[0] ?? "";
  if (
    asksForHelp(args) ||
    /^(list|ls|info|show|status|dominfo|domstate|net-list|pool-list|version|global-status|config-get|nodeinfo|domblklist)$/.test(
      name,
    )
  )
    return reads(`${program} only lists`);
  if (
    /^(delete|destroy|undefine|purge|vol-delete|pool-delete|net-destroy|pool-destroy|vol-wipe|snapshot-delete)$/.test(
      name,
    ) ||
    words[1] === "delete"
  )
    return destructive(`${program} ${name} removes a machine`);
  return risky(`${program} ${name} changes machines`);
}
