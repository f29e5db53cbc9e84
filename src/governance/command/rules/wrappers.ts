import { type Call, type Field, field, forPrograms, type Piped, type Rules } from "../call.ts";
import { judgeVariable } from "../environment.ts";
import { asksForHelp, readOptions } from "../options.ts";
import { judgeWrite } from "../redirects.ts";
import { atLeast, reads, risky, type Verdict, worst } from "../verdict.ts";
import { judgeParallel, judgeXargs } from "./spread.ts";

/** Programs that run the command given in their words. */
export const wrapperRules: Rules = {
  ...forPrograms(
    "nohup setsid builtin busybox toybox catchsegv unbuffer chronic winpty pkexec fakeroot eatmydata torify torsocks proxychains proxychains4 systemd-inhibit caffeinate dotenv firejail",
    (call) => wrap(call, ""),
  ),
  ...forPrograms("time gtime", (call) => {
    const values = "-f --format -o --output";
    const output = readOptions(call.args, { values, stopAtOperand: true }).value("-o", "--output");
    return worst([wrap(call, values), output === undefined ? undefined : judgeWrite(field(output), false, "time")]);
  }),
  nice: (call) => wrap(call, "-n --adjustment"),
  ionice: (call) => wrapOrAttach(call, "-c -n --class --classdata"),
  chrt: (call) => wrap(call, "-T -P -D", { skip: 1 }),
  taskset: (call) => wrapOrAttach(call, "", { skip: 1 }),
  numactl: (call) => wrap(call, "-N -m -C -i"),
  stdbuf: (call) => wrap(call, "-i -o -e --input --output --error"),
  ...forPrograms("timeout gtimeout", (call) => wrap(call, "-k -s --kill-after --signal", { skip: 1 })),
  ...forPrograms("sudo doas", judgeSudo),
  ...forPrograms("su runuser", judgeSwitchUser),
  gosu: (call) => wrap(call, "", { skip: 1 }),
  "su-exec": (call) => wrap(call, "", { skip: 1 }),
  env: judgeEnv,
  ...forPrograms("command", (call) =>
    readOptions(call.args, { stopAtOperand: true }).has("-v", "-V") ? reads("only looks a command up") : wrap(call, ""),
  ),
  exec: (call) => wrap(call, "-a"),
  coproc: (call) => wrap(call, ""),
  ...forPrograms("strace ltrace", (call) => wrapOrAttach(call, "-e -o -s -p -u -a -E -P -I -b -S")),
  ...forPrograms("perf valgrind gdb lldb", ({ program }) => risky(`${program} runs or controls another program`)),
  watch: (call) => runsText(call, "-n --interval -q"),
  ...forPrograms("flock lockf", judgeFlock),
  script: (call) => runsOption(call, "-c", "--command"),
  ...forPrograms("chroot", (call) =>
    atLeast(risky("runs with another root directory"), wrap(call, "-u --userspec", { skip: 1 })),
  ),
  ...forPrograms("unshare nsenter", (call) =>
    atLeast(
      risky("runs in other namespaces"),
      wrap(call, "-t --target -S -G --setuid --setgid --map-users --map-groups"),
    ),
  ),
  "systemd-run": (call) =>
    atLeast(
      risky("starts a unit"),
      wrap(call, "-p --property -u --unit -E --setenv --uid --gid -M --slice --description --on-active --on-calendar"),
    ),
  ...forPrograms("xargs gxargs", judgeXargs),
  ...forPrograms("parallel rush", judgeParallel),
  ...forPrograms("npx bunx pnpx uvx pipx", judgePackageRunner),
  ...forPrograms("direnv asdf mise rbenv pyenv nvm poetry pipenv uv hatch rye bundle", judgeToolRunner),
  ...forPrograms("tmux screen dtach", judgeMultiplexer),
  ...forPrograms("at batch", ({ program, context, args }) => {
    if (args.some((word) => /^-(l|V)$/.test(word))) return reads("lists planned jobs");
    const inner = context.stdin.kind === "text" ? context.script(context.stdin.text) : reads("");
    return atLeast(risky(`${program} plans a command for later`), inner);
  }),
};

interface WrapStyle {
  /** Operands that come before the inner command, such as the duration of `timeout`. */
  readonly skip?: number;
}

/** Judges the command after the wrapper's own options. */
function wrap(call: Call, values: string, style: WrapStyle = {}, stdin?: Piped): Verdict {
  if (call.args.length === 0 || asksForHelp(call.args)) return reads(`${call.program} alone does nothing`);
  const options = readOptions(call.args, { values, stopAtOperand: true });
  const start = options.positions[style.skip ?? 0];
  if (start === undefined) return floating(call);
  return call.context.run(call.fields.slice(start), stdin);
}

/** With `-p` of its own the program takes a running process instead of a command. */
function wrapOrAttach(call: Call, values: string, style: WrapStyle = {}): Verdict {
  return readOptions(call.args, { values, stopAtOperand: true }).has("-p")
    ? risky("changes or watches a running process")
    : wrap(call, values, style);
}

function floating({ program }: Call): Verdict {
  return risky(`${program} without a command to run`);
}

function judgeSudo(call: Call): Verdict {
  const { args, context } = call;
  const options = readOptions(args, {
    values:
      "-u -g -C -D -R -T -U -p -r -t -h --user --group --chdir --chroot --prompt --role --type --host --close-from --command-timeout --other-user",
    stopAtOperand: true,
  });
  if (options.has("-e", "--edit")) return risky("edits a file as another user");
  let start: number | undefined = options.positions[0];
  const verdicts: Verdict[] = [];
  while (start !== undefined && /^[A-Za-z_]\w*=/.test(args[start] ?? "")) {
    verdicts.push(variableOf(args[start] ?? "", call));
    start = start + 1 < args.length ? start + 1 : undefined;
  }
  if (start === undefined)
    return options.has("-l", "-v", "-k", "-K", "-V", "--list", "--validate")
      ? reads("sudo alone only checks")
      : risky("opens a shell as another user");
  const inner = context.run(call.fields.slice(start));
  return worst([inner, ...verdicts]);
}

function variableOf(text: string, call: Call): Verdict {
  const equals = text.indexOf("=");
  const judged = judgeVariable(text.slice(0, equals), text.slice(equals + 1));
  return judged.runs ? worst([judged.verdict, call.context.script(judged.runs)]) : judged.verdict;
}

function judgeSwitchUser(call: Call): Verdict {
  const options = readOptions(call.args, { values: "-c --command -s --shell -g -G -u --user" });
  const text = options.value("-c", "--command");
  if (text !== undefined) return call.context.script(text);
  const dashes = call.args.indexOf("--");
  if (call.program === "runuser" && options.value("-u", "--user") !== undefined && options.positions[0] !== undefined)
    return call.context.run(call.fields.slice(dashes >= 0 ? dashes + 1 : options.positions[0]));
  return risky("opens a shell as another user");
}

function judgeEnv(call: Call): Verdict {
  const { args, context } = call;
  const split = /^(?:-[iv0]*S|--split-string=?)(.*)$/s;
  const at = args.findIndex((word) => split.test(word));
  const options = readOptions(args, { values: "-u -C --unset --chdir", stopAtOperand: true });
  if (at >= 0 && (options.positions[0] === undefined || at <= options.positions[0])) {
    const attached = split.exec(args[at] ?? "")?.[1] ?? "";
    const rest = attached === "" ? args.slice(at + 1) : [attached, ...args.slice(at + 1)];
    return context.script(`env ${rest.join(" ")}`);
  }
  let start: number | undefined = options.positions[0];
  const verdicts: Verdict[] = [];
  while (start !== undefined && /^[^=/]+=/.test(args[start] ?? "")) {
    verdicts.push(variableOf(args[start] ?? "", call));
    start = start + 1 < args.length ? start + 1 : undefined;
  }
  const inner = start === undefined ? reads("env prints variables") : context.run(call.fields.slice(start));
  return worst([inner, ...verdicts]);
}

function runsText(call: Call, values: string): Verdict {
  const options = readOptions(call.args, { values, stopAtOperand: true });
  const [start] = options.positions;
  if (start === undefined) return asksForHelp(call.args) ? reads("prints help") : floating(call);
  return call.context.script(call.args.slice(start).join(" "));
}

function runsOption(call: Call, ...names: readonly string[]): Verdict {
  const text = readOptions(call.args, { values: names.join(" ") }).value(...names);
  return text === undefined
    ? risky(`${call.program} opens a recorded shell`)
    : atLeast(risky(`${call.program} writes a recording`), call.context.script(text));
}

function judgeFlock(call: Call): Verdict {
  const options = readOptions(call.args, { values: "-w --timeout -E --conflict-exit-code", stopAtOperand: true });
  const start = options.positions[1];
  if (start === undefined) return risky("takes a lock");
  return /^(-c|--command)$/.test(call.args[start] ?? "")
    ? call.context.script(call.args[start + 1] ?? "")
    : call.context.run(call.fields.slice(start));
}

function judgePackageRunner(call: Call): Verdict {
  const options = readOptions(call.args, {
    values: "-p --package -c --call --from --with --python",
    stopAtOperand: true,
  });
  const text = options.value("-c", "--call");
  if (text !== undefined) return atLeast(risky(`${call.program} may download what it runs`), call.context.script(text));
  const start = options.positions[0];
  if (start === undefined) return asksForHelp(call.args) ? reads("prints help") : floating(call);
  const inner: readonly Field[] = call.args[start] === "run" ? call.fields.slice(start + 1) : call.fields.slice(start);
  if (inner.length === 2 && /^(--version|--help|-v|-V)$/.test(inner[1]?.text ?? "")) return reads("prints a version");
  return atLeast(risky(`${call.program} may download what it runs`), call.context.run(inner));
}

function judgeToolRunner(call: Call): Verdict {
  const at = call.args.findIndex((word) => word === "exec" || word === "run");
  if (at < 0)
    return call.args.some((word) =>
      /^(list|ls|show|version|versions|current|which|where|info|check|--version)$/.test(word),
    )
      ? reads(`${call.program} only lists`)
      : risky(`${call.program} changes installed tools`);
  const rest = call.fields.slice(at + 1).filter((one, index) => !(index === 0 && one.text === "--"));
  return atLeast(risky(`${call.program} runs a project's tool`), rest.length > 0 ? call.context.run(rest) : reads(""));
}

function judgeMultiplexer(call: Call): Verdict {
  const { args, context, program } = call;
  if (/^(ls|list-\w+|show-\w+|-ls|-list|-V|has-session|display-message|capture-pane)$/.test(args[0] ?? ""))
    return reads(`${program} only lists`);
  const inner = args
    .slice(1)
    .filter((word) => /\s/.test(word))
    .map((word) => context.script(word));
  const started = args.findIndex((word) => word === "-dm" || word === "-dmS");
  if (started >= 0) inner.push(context.run(call.fields.slice(started + (args[started] === "-dmS" ? 2 : 1))));
  const keys = readOptions(args.slice(1), { values: "-t -N", stopAtOperand: true }).operands;
  const sent =
    args[0] === "send-keys" ? [context.script(keys.filter((word) => !/^(Enter|C-m|Space)$/.test(word)).join(" "))] : [];
  return worst([risky(`${program} starts or steers another terminal`), ...inner, ...sent]);
}
