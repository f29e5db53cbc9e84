import { type Call, field, forPrograms, type Rules } from "../call.ts";
import { asksForHelp, readOptions } from "../options.ts";
import { judgeWrite } from "../redirects.ts";
import { atLeast, destructive, isDestructive, reads, risky, undoable, type Verdict } from "../verdict.ts";

/** The operating system: accounts, schedules, kernel settings and firewalls. */
export const systemRules: Rules = {
  crontab: judgeCrontab,
  ...forPrograms("userdel deluser groupdel delgroup", ({ program, args }) =>
    asksForHelp(args) ? reads("prints help") : destructive(`${program} removes an account`),
  ),
  ...forPrograms(
    "useradd adduser usermod groupadd addgroup groupmod gpasswd chpasswd chsh chfn newusers vipw visudo passwd htpasswd chage",
    ({ program, args }) => {
      if (
        asksForHelp(args) ||
        args.some((word) => /^(-S|--status)$/.test(word)) ||
        (program === "chage" && args.includes("-l"))
      )
        return reads(`${program} only reads`);
      if (program === "passwd" && args.some((word) => /^(-d|-l|--delete|--lock)$/.test(word)))
        return destructive("passwd takes a password or an account away");
      return risky(`${program} changes who may enter`);
    },
  ),
  ...forPrograms("iptables ip6tables ebtables arptables", judgeTables),
  "iptables-restore": () => destructive("iptables-restore replaces every rule"),
  "ip6tables-restore": () => destructive("ip6tables-restore replaces every rule"),
  ...forPrograms("iptables-save ip6tables-save", () => reads("prints firewall rules")),
  nft: ({ args }) => {
    const words = args.filter((word) => !word.startsWith("-"));
    if (words[0] === "list" || asksForHelp(args)) return reads("lists firewall rules");
    return (words[0] === "flush" && words[1] !== "chain") || words[0] === "delete" || words[0] === "destroy"
      ? destructive("nft removes firewall rules")
      : risky("nft changes firewall rules");
  },
  ufw: ({ args }) =>
    /^(status|show|version|app)$/.test(args[0] ?? "")
      ? reads("shows the firewall")
      : args.some((word) => /^(disable|reset)$/.test(word))
        ? destructive("opens the firewall")
        : risky("changes the firewall"),
  "firewall-cmd": ({ args }) =>
    args.some((word) => /panic-on|--remove|--complete-reload/.test(word))
      ? destructive("cuts or opens the network")
      : args.every((word) => /^--(list|get|query|state|info|zone|permanent|version)/.test(word))
        ? reads("shows the firewall")
        : risky("changes the firewall"),
  ipset: ({ args }) =>
    /^(list|-L|test|save)$/.test(args[0] ?? "")
      ? reads("lists sets")
      : /^(flush|destroy|-F|-X)$/.test(args[0] ?? "")
        ? destructive("removes sets of the firewall")
        : risky("changes sets of the firewall"),
  ...forPrograms("ip", judgeIp),
  ...forPrograms("ifconfig", ({ args }) =>
    args.includes("down")
      ? destructive("takes a network interface down")
      : args.filter((word) => !word.startsWith("-")).length <= 1
        ? reads("shows interfaces")
        : risky("changes an interface"),
  ),
  ...forPrograms("ifdown", () => destructive("takes a network interface down")),
  ...forPrograms(
    "route ifup iw iwconfig ethtool brctl tc bridge nmcli netplan resolvectl hostnamectl timedatectl localectl wg wg-quick dhclient ip-link",
    judgeNetworkTool,
  ),
  sysctl: ({ args }) =>
    args.some((word) => /^(-w|--write|-p|-f|--load|--system)|^[^-]\S*=/.test(word))
      ? risky("changes a kernel setting")
      : reads("shows kernel settings"),
  ...forPrograms(
    "modprobe insmod rmmod depmod kexec grub-install update-grub grub2-mkconfig update-initramfs mkinitrd dracut efibootmgr bootctl bcdedit",
    ({ program, args }) =>
      (bootListing[program] ?? /^(-n|--dry-run)$/).test(args.join(" "))
        ? reads(`${program} only shows`)
        : risky(`${program} changes the kernel or how the host starts`),
  ),
  ...forPrograms(
    "setenforce setsebool semanage semodule auditctl aa-disable aa-complain aa-enforce",
    ({ program, args }) =>
      /^(-l|-s|--list)$/.test(args[0] ?? "")
        ? reads(`${program} only lists`)
        : /^(0|permissive|-D|-e 0)$/i.test(args.slice(0, 2).join(" ")) || /^aa-(disable|complain)$/.test(program)
          ? destructive(`${program} takes a guard of the host away`)
          : risky(`${program} changes a guard of the host`),
  ),
  ...forPrograms(
    "vgck ldconfig update-ca-certificates update-alternatives systemd-tmpfiles tzselect localedef",
    ({ program }) => risky(`${program} changes the system`),
  ),
  ...forPrograms("mknod pivot_root switch_root setpriv capsh", ({ program }) =>
    risky(`${program} changes what the system is built on`),
  ),
  ...forPrograms("atrm", () => risky("removes a planned job")),
  ...forPrograms("atq", () => reads("lists planned jobs")),
  ...forPrograms("write wall mesg logger mail mailx sendmail notify-send", ({ program }) =>
    risky(`${program} sends a message`),
  ),
  ...forPrograms("stress stress-ng yes-bomb tc-netem fio sysbench ab wrk siege hey vegeta", ({ program, args }) =>
    asksForHelp(args) ? reads("prints help") : risky(`${program} puts load on a host`),
  ),
  ...forPrograms("gpg gpg2 age openssl certbot keytool", judgeKeys),
  tput: () => reads("controls the terminal"),
  stty: () => reads("controls the terminal"),
};

/** The whole of the words that only show. */
const bootListing: Readonly<Record<string, RegExp>> = {
  modprobe: /(^| )(-n|--dry-run|--show\S*|-c|--showconfig|-D)( |$)/,
  efibootmgr: /^(-v|--verbose)?$/,
  bootctl: /^(status|list)?$/,
  bcdedit: /^$/,
};

function judgeCrontab({ args, context }: Call): Verdict {
  const options = readOptions(args, { values: "-u" });
  if (options.has("-r")) return destructive("crontab -r deletes every planned job");
  if (options.has("-l")) return reads("lists planned jobs");
  if (options.operands.includes("-") && context.stdin.kind === "text") {
    const inner = context.stdin.text
      .split("\n")
      .map((line) => context.probe(line.replace(/^\s*(@\w+|(\S+\s+){5})/, "")))
      .find(isDestructive);
    if (inner) return inner;
  }
  return options.operands.length > 0 ? destructive("replaces every planned job") : risky("edits planned jobs");
}

function judgeTables({ program, args }: Call): Verdict {
  const options = readOptions(args, { values: "-t --table -A -I -D -P -j -s -d -p -i -o --dport --sport -m --jump" });
  if (asksForHelp(args) || options.has("-L", "--list", "-S", "--list-rules", "-C", "--check", "-V"))
    return reads(`${program} lists rules`);
  if (
    options.exactly("-F", "--flush", "-X", "--delete-chain", "-Z") ||
    args.some((word) => /^--(flush|delete-chain)$/.test(word))
  )
    return destructive(`${program} flushes the firewall`);
  const policy = options.value("-P") ?? "";
  if (policy !== "" || args.includes("--policy"))
    return destructive(`${program} sets what happens to all other traffic`);
  const everything =
    !options.has("-s", "-d", "-p", "-i", "--dport", "--sport", "-m") &&
    /^(DROP|REJECT|ACCEPT)$/.test(options.value("-j", "--jump") ?? "");
  return everything ? destructive(`${program} drops or admits all traffic`) : risky(`${program} changes the firewall`);
}

function judgeIp({ args, fields, context }: Call): Verdict {
  const words = args.filter((word) => !word.startsWith("-"));
  const [object = "", action = "show"] = words;
  if (/^(netns|vrf)$/.test(object) && action === "exec") {
    // With `-all` no namespace is named.
    const from = args.indexOf("exec") + (args.some((word) => /^-a(ll)?$/.test(word)) ? 1 : 2);
    return atLeast(risky("runs in another network namespace"), context.run(fields.slice(from)));
  }
  if (args.some((word) => /^-b(atch)?$/.test(word))) return risky("ip runs the commands of a file");
  // `ip link s` is set, everywhere else `s` is show.
  if (
    /^(show|list|ls|get|monitor|help|sh|l)$/.test(action) ||
    (action === "s" && !object.startsWith("l")) ||
    object === ""
  )
    return reads("ip only shows");
  if (words.includes("down") || /^(flush|f)$/.test(action))
    return destructive("takes an interface, its addresses or routes away");
  return /^(del|delete|d)$/.test(action)
    ? destructive("removes an address, route or interface")
    : risky("changes the network");
}

function judgeNetworkTool({ program, args }: Call): Verdict {
  const words = args.filter((word) => !word.startsWith("-"));
  if (
    asksForHelp(args) ||
    words.length === 0 ||
    (program === "nmcli" && words.length === 1) ||
    words.some(
      (word) =>
        /^(status|show|list|query|statistics|get|print|info)$/.test(word) &&
        !words.some((one) => /^(del|delete|down|off|flush|disconnect|modify|add|up|set|replace)$/.test(one)),
    )
  )
    return reads(`${program} only shows`);
  if (words.some((word) => /^(del|delete|down|off|flush|disconnect)$/.test(word)))
    return destructive(`${program} takes a part of the network away`);
  return risky(`${program} changes the network or the host's settings`);
}

function judgeKeys({ program, args }: Call): Verdict {
  const text = args.join(" ");
  if (asksForHelp(args)) return reads("prints help");
  if (/--delete|delete-(secret-)?key|^revoke|-delete\b|^delete/.test(text))
    return destructive(`${program} deletes keys or certificates`);
  if (
    program === "openssl" &&
    /^(version|x509|s_client|verify|dgst|list|ciphers|asn1parse|speed|crl|ocsp)\b/.test(text) &&
    !/\s-out\b/.test(text)
  )
    return reads("openssl only reads");
  if (/^(--list|-k|-K|--fingerprint|--verify|certificates|-list|--version|show)/.test(text))
    return reads(`${program} only lists`);
  const output = readOptions(args, { values: "-out -o --output", singleDash: true }).value("-out", "-o", "--output");
  if (output !== undefined) return judgeWrite(field(output), false, program);
  return program === "gpg" || program === "age" || program === "openssl"
    ? undoable(`${program} encrypts, signs or makes keys`)
    : risky(`${program} changes keys or certificates`);
}
