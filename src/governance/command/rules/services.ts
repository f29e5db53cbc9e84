import { type Call, forPrograms, type Rules } from "../call.ts";
import { asksForHelp, readOptions } from "../options.ts";
import { destructive, reads, risky, undoable, type Verdict } from "../verdict.ts";

/** Services, processes and the power switch. */
export const serviceRules: Rules = {
  systemctl: judgeSystemctl,
  ...forPrograms("service rc-service", ({ program, args }) => {
    const [name = "", action = ""] = args.filter((word) => !word.startsWith("-"));
    if (args.includes("--status-all") || action === "status") return reads(`${program} shows a status`);
    return /^(stop|disable)$/.test(action) && essential.test(name)
      ? destructive(`stops ${name}, which the host needs`)
      : risky(`${program} ${name} ${action}`);
  }),
  ...forPrograms(
    "supervisorctl monit pm2 forever initctl launchctl svc sv s6-svc runsvctrl god",
    ({ program, args }) => {
      const words = args.filter((word) => !word.startsWith("-"));
      if (
        asksForHelp(args) ||
        /^(status|list|ls|avail|tail|pid|logs|show|describe|summary|report|validate|jlist|prettylist|print|info|monit)$/.test(
          words[0] ?? "",
        )
      )
        return reads(`${program} only reads`);
      return /^(delete|del|kill|shutdown|remove|quit|bootout|unload|deleteall)$/.test(words[0] ?? "")
        ? destructive(`${program} ${words.join(" ")} ends services`)
        : risky(`${program} ${words.join(" ")} changes services`);
    },
  ),
  ...forPrograms("kill pkill killall skill", judgeKill),
  ...forPrograms("reboot shutdown halt poweroff telinit init", judgePower),
  ...forPrograms("loginctl", ({ args }) =>
    /^(list-\w+|show-\w+|\w+-status)$/.test(args[0] ?? "list-x")
      ? reads("loginctl only reads")
      : risky("loginctl changes sessions"),
  ),
  ...forPrograms("renice", ({ program }) => undoable(`${program} changes the priority of a process`)),
  ...forPrograms("nginx apachectl apache2ctl httpd haproxy caddy traefik php-fpm", judgeServer),
  ...forPrograms("varnishadm varnishd", ({ args }) =>
    args.some((word) => /^(ban|stop|purge)/.test(word))
      ? destructive("empties or stops the cache")
      : risky("changes the cache"),
  ),
};

/** Without these a host is unreachable, unobservable or loses data. */
const essential =
  /^(ssh|sshd|network(ing)?|networkmanager|systemd-\w+|firewalld|iptables|nftables|ufw|docker|containerd|kubelet|postgres(ql)?\w*|mysqld?|mariadb|redis(-server)?|mongod?|mongodb|elasticsearch|etcd|kafka|rabbitmq(-server)?|amazon-ssm-agent|cron|crond|auditd|rsyslog|dbus|apparmor|fail2ban|haproxy|nginx|apache2|httpd)([@-].*)?(\.(service|socket|target))?$/i;

const guards =
  /^(auditd|apparmor|firewalld|iptables|nftables|ufw|fail2ban|ssh|sshd|amazon-ssm-agent)([@-].*)?(\.\w+)?$/i;

function judgeSystemctl({ args }: Call): Verdict {
  const options = readOptions(args, {
    values:
      "-H --host -M --machine -t --type -p --property --state -n --lines -o --output -s --signal --job-mode --root",
  });
  const [name = "", ...units] = options.operands;
  if (
    asksForHelp(args) ||
    name === "" ||
    /^(status|show|cat|list-\w+|is-\w+|get-default|help|show-environment)$/.test(name)
  )
    return reads("systemctl only reads");
  if (/^(poweroff|reboot|halt|kexec|rescue|emergency|exit|soft-reboot)$/.test(name))
    return destructive(`systemctl ${name} takes the host down`);
  if (name === "isolate") return destructive("systemctl isolate stops everything else");
  if (/^(stop|kill|mask)$/.test(name) && units.some((unit) => essential.test(unit) || unit.includes("*")))
    return destructive(`systemctl ${name} ${units.join(" ")} stops what the host needs`);
  if (name === "disable" && units.some((unit) => guards.test(unit)))
    return destructive(`systemctl disable ${units.join(" ")} takes a guard away`);
  if (
    /^(daemon-reload|reload|reset-failed|enable|unmask|start|set-environment|preset|daemon-reexec|add-wants|link)$/.test(
      name,
    )
  )
    return undoable(`systemctl ${name} can be undone`);
  return risky(`systemctl ${name} interrupts or changes services`);
}

function judgeKill({ program, args }: Call): Verdict {
  if (program === "killall5") return destructive("killall5 signals every process");
  // To pkill, `-L` and `-l` say how to kill.
  const lists = program !== "pkill" && /^-(l|L)$|^--(list|table)$/.test(args[0] ?? "");
  if (asksForHelp(args) || args.length === 0 || lists) return reads(`${program} lists signals`);
  const signal = /^(?:-s|--signal)$/.test(args[0] ?? "") ? 2 : args[0]?.startsWith("-") ? 1 : 0;
  const targets = args.slice(signal).filter((word) => word !== "--");
  if (args.some((word, index) => /^-0$/.test(word) && index === 0)) return reads("only asks whether a process lives");
  if (
    program === "kill" &&
    (targets.some((word) => /^(1|-1|0)$/.test(word)) || (args.at(-1) === "-1" && args.length > 1))
  )
    return destructive("kills the first process or every process");
  if (
    program !== "kill" &&
    targets.some((word) =>
      /^(\.|\.\*|systemd|init|sshd|dockerd|containerd|kubelet|postgres|mysqld|mongod|redis-server|java|amazon-ssm-agent|etcd)$/.test(
        word,
      ),
    ) &&
    args.some((word) => /^-(9|KILL|SIGKILL)$/.test(word))
  )
    return destructive(`kills ${targets.join(" ")} at once`);
  if (program !== "kill" && args.some((word) => /^(-u|--euid|-U|--user)$/.test(word)) && args.includes("root"))
    return destructive("kills every process of root");
  return risky(`${program} ends or signals a process`);
}

function judgePower({ program, args }: Call): Verdict {
  if (args.some((word) => /^--(help|version|show)$/.test(word))) return reads(`${program} describes itself`);
  if (program === "shutdown" && args.some((word) => /^(-c|-k)$/.test(word)))
    return risky("cancels or only announces a shutdown");
  if (/^(init|telinit)$/.test(program) && !/^[016]$/.test(args[0] ?? ""))
    return risky(`${program} changes what runs on the host`);
  return destructive(`${program} takes the host down`);
}

/** What asks a server to check itself; what does so for one of them starts another. */
const onlyChecks: Readonly<Record<string, RegExp>> = {
  nginx: /^-[tTvVh]$/,
  haproxy: /^-(c|v|vv|h)$/,
  caddy: /^(validate|list-modules|fmt|adapt)$/,
  traefik: /^healthcheck$/,
  "php-fpm": /^-[tvhim]$/,
};

function judgeServer({ program, args }: Call): Verdict {
  const checks = onlyChecks[program] ?? /^(-t|-v|-V|-h|-l|-L|-S|-M|configtest|status|fullstatus)$/;
  if (
    asksForHelp(args) ||
    (args.some((word) => checks.test(word)) && !args.some((word) => /^(stop|quit|-k)$/.test(word)))
  )
    return reads(`${program} only checks`);
  if (args.some((word) => /^(reload|graceful|reopen)$/.test(word)))
    return undoable(`${program} reloads its configuration`);
  if (args.some((word) => /^(stop|quit|graceful-stop)$/.test(word))) return risky(`${program} is stopped`);
  return risky(`${program} is started or changed`);
}
