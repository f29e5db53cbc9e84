import { type Call, forPrograms, type Rules } from "../call.ts";
import { asksForHelp, readOptions } from "../options.ts";
import { atLeast, reads, risky, undoable, type Verdict, worst } from "../verdict.ts";
import { judgeInput } from "./shells.ts";

/** Programs that run a command on another host, and the keys that let them in. */
export const remoteRules: Rules = {
  ...forPrograms("ssh autossh mosh dbclient plink", judgeSsh),
  sshpass: (call) => {
    const options = readOptions(call.args, { values: "-p -f -d -P", stopAtOperand: true });
    const start = options.positions[0];
    return start === undefined ? risky("sshpass without a command") : call.context.run(call.fields.slice(start));
  },
  ...forPrograms("pssh pdsh clush dsh mussh", (call) => {
    const verdicts = call.args.map((_, index) => call.context.probe(call.args.slice(index).join(" ")));
    return worst([
      risky(`${call.program} runs a command on many hosts`),
      ...verdicts.filter((verdict) => verdict.class === "destructive"),
    ]);
  }),
  "ssh-keygen": ({ args }) => {
    if (args.some((word) => /^-[a-zA-Z]*R/.test(word))) return risky("removes a known host");
    return readOptions(args, { values: "-f -t -b -C -N -P -E" }).has("-l", "-F", "-y", "-B")
      ? reads("shows a key's fingerprint")
      : risky("creates or changes a key");
  },
  "ssh-add": ({ args }) =>
    args.some((word) => /^-[lL]$/.test(word)) ? reads("lists keys") : risky("changes the keys an agent holds"),
  "ssh-keyscan": () => reads("reads hosts' public keys"),
  "ssh-copy-id": () => risky("lets a key in on another host"),
  "ssh-agent": () => undoable("starts a key agent"),
};

const valued = "-b -c -D -E -e -F -I -i -J -L -l -m -O -o -p -Q -R -S -W -w -B";

function judgeSsh(call: Call): Verdict {
  const { args, context } = call;
  const options = readOptions(args, { values: valued, stopAtOperand: true });
  if (asksForHelp(args) || options.exactly("-V", "-h", "-G", "-Q")) return reads("ssh describes itself");
  const floor = worst(
    options.values("-o").map((text) => judgeOption(text, call)),
    reads(""),
  );
  const tunnel =
    options.values("-L", "-R", "-D", "-w").length > 0 || options.exactly("-N") ? risky("opens a tunnel") : reads("");
  const host = options.positions[0];
  if (host === undefined) return args.length === 0 ? reads("ssh alone prints usage") : risky("ssh without a host");
  const rest = args.slice(host + 1);
  // ssh reads options after the host too.
  const command = rest.slice(rest.findIndex((word) => !/^-[a-zA-Z46]+$/.test(word)));
  if (rest.every((word) => word.startsWith("-"))) {
    const inner =
      context.stdin.kind === "nothing"
        ? risky("opens a shell on another host")
        : judgeInput("ssh", context.stdin, call);
    return worst([inner, floor, tunnel]);
  }
  const inner = context.script(command.join(" "));
  return worst([inner, floor, tunnel]);
}

function judgeOption(text: string, call: Call): Verdict {
  const command = /^(?:proxycommand|localcommand|remotecommand|knownhostscommand)\s*[= ]\s*(.*)$/i.exec(text)?.[1];
  if (command !== undefined) return atLeast(risky("ssh starts another program"), call.context.script(command));
  return /^stricthostkeychecking\s*[= ]\s*no/i.test(text) ? reads("does not check the host's key") : reads("");
}
