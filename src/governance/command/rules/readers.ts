import { type Call, forPrograms, type Rules } from "../call.ts";
import { isCredentialFile } from "../paths.ts";
import { isDestructive, reads, risky, type Verdict } from "../verdict.ts";

/** Programs that only read, whatever they are told; those with a dangerous option name it. */
export const readerRules: Rules = {
  ...forPrograms(
    "cat tac nl head tail less more zcat bzcat xzcat zless strings od hexdump xxd wc cut paste column fold fmt pr rev expand unexpand comm join cmp diff sdiff diff3 colordiff zdiff zgrep grep egrep fgrep",
    readsFiles,
  ),
  ...forPrograms(
    "ls dir vdir ll la l tree stat file du df lsof fuser readlink realpath basename dirname pwd pushd popd dirs cd test [ [[ true false : echo seq expr sleep which whereis type whatis apropos man info help " +
      "md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum base64 base32 basenc gbase64 cksum sum id groups whoami who w users last lastlog lastb logname tty uname arch nproc uptime free vmstat iostat mpstat pidstat sar ps pgrep pstree top htop atop " +
      "lscpu lsblk lspci lsusb lsmod lsns lsmem lshw dmidecode smem glances btop bmon nload vnstat dstat collectl ausearch aureport faillog lslogins lsipc lslocks getcap pstack jps jstack jstat jinfo systemd-analyze systemd-cgls systemd-cgtop systemd-detect-virt ntpstat cloud-id ec2metadata multitail tailf lnav blkid findmnt modinfo printenv locale getconf getent cal tput clear jobs wait times ulimit umask hash return exit break continue shift let " +
      "unalias getopts read mapfile readarray caller compgen complete ss netstat arp ping ping6 traceroute traceroute6 tracepath mtr dig nslookup host whois numfmt factor bc dc jq yq tsort shuf uniq tr look iconv ldd nm objdump readelf size addr2line locate plocate " +
      "cloc tokei getfacl lsattr namei pmap slabtop zipinfo ncdu pygmentize bat batcat exa eza lsb_release hostid acpi sensors nvidia-smi rocm-smi ntpq cpuid iotop iftop nethogs ipcs pwdx tload :",
    readsOnly,
  ),
  ...forPrograms(
    "host getent uniq shuf jq yq bc nvidia-smi dmesg ss fuser hostname date lsof ping arp xxd tree iconv less more man mapfile ulimit umask hash file set shopt complete compgen readarray dig yes",
    judgeByOption,
  ),
  printf: readsOnly,
  history: ({ args }) =>
    args.some((word) => /^-[cdw]|^--clear/.test(word))
      ? risky("rewrites the shell's history")
      : reads("shows the shell's history"),
  ...forPrograms("rg ripgrep ag ack", ({ program, args }) =>
    args.some((word) => /^--(pre|hostname-bin|search-zip|pager)\b|^-[a-zA-Z]*z/.test(word))
      ? risky(`${program} is told to start another program`)
      : readsFilesOf(args, `${program} searches text`),
  ),
  ...forPrograms("sort gsort", ({ args }) => {
    if (args.some((word) => word.startsWith("--compress-program")))
      return risky("sort is told to start another program");
    return args.some((word) => /^-[a-zA-Z]*o|^--output/.test(word))
      ? risky("sort writes a file")
      : readsFilesOf(args, "sort prints lines in order");
  }),
  ...forPrograms("journalctl", ({ args }) =>
    args.some((word) =>
      /^--(vacuum|rotate|flush|relinquish|sync|setup-keys|smart-relinquish|update-catalog)/.test(word),
    )
      ? risky("journalctl removes or rotates logs")
      : reads("reads the journal"),
  ),
  ...forPrograms("vi vim nvim nano emacs ed ex pico view", ({ program, args, context }) => {
    const commands = args.map((word) => /(?:^|[+:])!\s*(.*)$/.exec(word)?.[1]).filter((text) => text !== undefined);
    const inner = commands.map((text) => context.probe(text)).find(isDestructive);
    return inner ?? risky(`${program} opens an editor, which can change files and run commands`);
  }),
  ...forPrograms("chronyc smartctl conntrack jcmd jmap busctl", judgeDiagnosis),
};

/** Tools that diagnose unless a word tells them to act. */
function judgeDiagnosis({ program, args }: Call): Verdict {
  const acts = args.some((word) =>
    /^(-D|-F|--delete|--flush|-I|-U|-s|-t|-X|-S|--test|--set|makestep|add|delete|online|offline|burst|shutdown|GC\.(run\w*|heap_dump)|ManagementAgent\.\w+|settime|cyclelogs|deny|allow|refresh|reset|VM\.(set_flag|log)|JFR\.\w+|call|set-property|emit|-dump\S*|-F)$/.test(
      word,
    ),
  );
  return acts
    ? risky(`${program} ${args.join(" ")} acts on the host or a process`)
    : reads(`${program} only diagnoses`);
}

function readsFiles(call: Call): Verdict {
  return readsFilesOf(call.args, `${call.program} only reads`);
}

function readsFilesOf(args: readonly string[], reason: string): Verdict {
  const secret = args.find((word) => !word.startsWith("-") && isCredentialFile(word));
  return secret ? risky(`shows the credentials in ${secret}`) : reads(reason);
}

function readsOnly(call: Call): Verdict {
  return reads(`${call.program} changes nothing`);
}

/** Programs that read but for some options, given as what makes each of them change something. */
const changing: Readonly<Record<string, RegExp>> = {
  jq: /^(-i|--in-place)$/,
  yq: /^(-i|--inplace|--in-place)$/,
  "nvidia-smi":
    /^-(r|pm|pl|ac|lgc|lmc|e|c|am|caa)$|^--(gpu-reset|persistence-mode|power-limit|compute-mode|ecc-config)/,
  dmesg: /^-[a-zA-Z]*[cCDEn]|^--(clear|read-clear|console-)/,
  ss: /^-[a-zA-Z]*K|^--kill/,
  fuser: /^-[a-zA-Z]*k|^--kill/,
  hostname: /^[^-]|^-[FB]|^--file/,
  date: /^-s|^--set|^\d{8}/,
  ping: /^-[a-zA-Z0-9]*f/,
  arp: /^-[a-zA-Z]*[ds]|^--(delete|set)/,
  tree: /^-o/,
  iconv: /^(-o|--output)/,
  shuf: /^(-o|--output)/,
  less: /^\+!|^--?[oO]/,
  man: /^(-P|--pager|-H|--html)/,
  umask: /^0*[0-7]*0$/,
  hash: /^-[a-z]*[rp]/,
  complete: /^-[A-Z]*[CF]/,
  compgen: /^-[A-Z]*[CF]/,
  mapfile: /^-C/,
  readarray: /^-C/,
  file: /^-C/,
  lsof: /^$/,
  dig: /^(axfr|ixfr(=.*)?|-f)$/i,
  host: /^-[a-zA-Z]*l/,
  getent: /^g?shadow$/,
};

/** Two operands of these are an input and an output file. */
const writesSecondOperand = new Set(["uniq", "xxd"]);

function judgeByOption({ program, args }: Call): Verdict {
  if (args.some((word) => changing[program]?.test(word)))
    return risky(`${program} ${args.join(" ")} changes or reveals something`);
  if (writesSecondOperand.has(program) && args.filter((word) => !word.startsWith("-")).length > 1)
    return risky(`${program} writes its second file`);
  return readsFilesOf(args, `${program} only reads`);
}
