import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { addChecks } from "./checks.ts";
import { defaultStateFolder, exitCodes, reportError, terminal } from "./io.ts";

const exitCodeHelp = `
Exit codes:
  0   healed, or nothing to do        10  escalated to a person
  1   fault                           11  waiting for an approval
  2   bad input                       12  denied
                                      13  a journal does not verify
`;

/** Each command lives in a file of its own and is loaded only when it is called. */
export function createProgram(done: (code: number) => void): Command {
  const program = new Command("healer")
    .description("Heals AWS incidents from CloudWatch alarms, and can prove what it did.")
    .addHelpText("after", exitCodeHelp)
    .showHelpAfterError("(healer --help says more)")
    .configureHelp({ showGlobalOptions: false })
    .exitOverride();
  const io = terminal;
  const state = () =>
    new Option("--state <dir>", "folder of tables, witness and kill switch").default(
      defaultStateFolder(),
      "the user's data folder",
    );
  const config = () => new Option("--config <file>", "settings (default: healer.config.json where it exists)");
  const json = () => new Option("--json", "print JSON for a program to read");
  const add = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .showHelpAfterError(`(healer ${name.split(" ")[0]} --help says more)`);
  const stateful = (name: string, description: string) =>
    add(name, description).addOption(state()).addOption(config()).addOption(json());

  add("demo", "break two real services and heal them, showing the work")
    .option("--yes", "approve as a named demo approver")
    .option("--deny", "deny")
    .option("--state <dir>", "keep everything in this folder (default: a temporary one)")
    .addOption(json())
    .action(async (options) => done(await (await import("./demo.ts")).runDemo(options, io)));

  stateful("run", "handle one alarm event from end to end")
    .option("--event <file>", "CloudWatch alarm event (EventBridge, Lambda action or SNS); - reads standard input")
    .option("--lab <fault>", "break this in the lab instead, and handle its alarm")
    .option(
      "--wait <seconds>",
      "how long to wait for a person before leaving the run to `healer approve`",
      numberIn(0, 604_800),
      0,
    )
    .action(async (options) => done(await (await import("./run.ts")).runRun(options, io)));

  stateful("serve", "serve the API and the console on this machine, and go on with every open run")
    .option("--port <port>", "port on 127.0.0.1", numberIn(0, 65_535), 4100)
    .option("--lab [fault]", "start the lab's services too, handle their alarms, and break one of them")
    .action(async (options) => done(await (await import("./serve.ts")).runServe(options, io)));

  stateful("runs", "list incidents and their runs")
    .option("--rebuild", "make the list anew from the journal first")
    .action(async (options) => done(await (await import("./runs.ts")).runRuns(options, io)));

  stateful("shadow", "what each action would have done in mode auto, and what its alarms did without it")
    .option("--since <span>", "how far back to look: 30d, 12h, 90m", "30d")
    .action(async (options) => done(await (await import("./shadow.ts")).runShadow(options, io)));

  stateful("show <run>", "tell one run, and what it waits for").action(async (run, options) =>
    done(await (await import("./runs.ts")).runShow({ ...options, run }, io)),
  );

  stateful("journal <run>", "print a run's journal entries with their hashes").action(async (run, options) =>
    done(await (await import("./runs.ts")).runJournal({ ...options, run }, io)),
  );

  for (const kind of ["approve", "deny", "change"] as const) {
    stateful(`${kind} <approval>`, decisionHelp[kind])
      .option("--comment <text>", kind === "change" ? "what should change; goes back to the model" : "why", "")
      .option("--digest <digest>", "digest that you were shown; refuses if something else waits")
      .option("--as <name>", "decide under this name (default: your login)")
      .action(async (approval, options) =>
        done(await (await import("./decide.ts")).runDecide({ ...options, kind, approval }, io)),
      );
  }

  const audit = add("audit", "verify or export journals");
  audit
    .command("verify [run]")
    .description("check a journal's chain against its anchored heads")
    .option("--all", "every run")
    .option("--file <file>", "an exported pack, JSON or HTML")
    .option("--key <pem>", "the witness's public key as you know it, for --file")
    .addOption(state())
    .addOption(config())
    .addOption(json())
    .action(async (run, options) =>
      done(await (await import("./audit.ts")).runVerify({ ...options, ...(run && { run }) }, io)),
    );
  audit
    .command("export <run>")
    .description("write one run as a pack that an auditor can verify offline")
    .option("--html", "a page to read that holds the same pack")
    .addOption(state())
    .addOption(config())
    .action(async (run, options) => done(await (await import("./audit.ts")).runExport({ ...options, run }, io)));

  for (const stopped of [true, false]) {
    add(stopped ? "stop" : "resume", stopped ? "halt every change at once" : "let changes run again")
      .option("--scope <scope>", "all, service:<name> or runbook:<id>", "all")
      .option("--why <text>", "said to everybody who asks", "")
      .addOption(state())
      .addOption(json())
      .action(async (options) => done(await (await import("./stop.ts")).runStop({ ...options, stopped }, io)));
  }

  const runbooks = add("runbooks", "check or search runbooks");
  runbooks
    .command("lint [dir]")
    .description("say what keeps runbooks from being used")
    .addOption(json())
    .action(async (dir, options) => {
      const { runLint, shippedRunbooks } = await import("./runbooks.ts");
      done(await runLint({ ...options, dir: dir ?? shippedRunbooks }, io));
    });
  runbooks
    .command("search [query...]")
    .description("find runbook steps for words, an alarm event, or many queries")
    .option("--alarm <file>", "alarm event to search for")
    .option("--queries <file>", "JSONL of {id, query}; prints lines of {id, abstained, hits}")
    .option("--dir <dir>", "folder of markdown (default: the shipped runbooks)")
    .option("-k <n>", "how many hits (default: 5; 10 with --queries)", Number)
    .option("--index <file>", "saved index, made where it is missing")
    .addOption(json())
    .action(async (words: readonly string[], options) => {
      const query = words.length === 0 ? undefined : words.join(" ");
      const { runRunbooksSearch } = await import("./runbooks-search.ts");
      const { shippedRunbooks } = await import("./runbooks.ts");
      done(
        await runRunbooksSearch(
          { ...options, dir: options.dir ?? shippedRunbooks, ...(query !== undefined && { query }) },
          io,
        ),
      );
    });

  const policy = add("policy", "explain or test policies");
  policy
    .command("explain [run]")
    .description("which policies decided, on which facts, and the nearest change that would flip it")
    .option("--call <file>", "JSON of {kind, facts} instead of a run")
    .option("--policies <dir>", "other policies")
    .addOption(state())
    .addOption(config())
    .addOption(json())
    .action(async (run, options) =>
      done(await (await import("./policy.ts")).runExplain({ ...options, ...(run && { run }) }, io)),
    );
  policy
    .command("test [dir]")
    .description("run the cases of a policy folder")
    .addOption(json())
    .action(async (dir, options) =>
      done(await (await import("./policy.ts")).runPolicyTest({ ...options, ...(dir && { dir }) }, io)),
    );

  add("cost", "price a change: ec2, asg, ebs, rds, ecs, lambda, dynamodb …")
    .argument("[args...]", "healer cost --help says more")
    .allowUnknownOption()
    .helpOption(false)
    .action(async (args) => {
      const { runCost } = await import("./cost.ts");
      done(
        await runCost(args, {
          out: (line) => io.stdout(`${line}\n`),
          err: (line) => io.stderr(`${line}\n`),
          env: process.env,
          now: () => Date.now(),
        }),
      );
    });

  add("assess-command", "class of each shell command on standard input, one a line")
    .addOption(json())
    .action(async (options) => {
      const { runAssessCommand } = await import("./assess-command.ts");
      done(await runAssessCommand(options, { ...io, stdin: process.stdin.setEncoding("utf8") }));
    });

  const blockKit = add("block-kit", "look at Slack cards without Slack");
  blockKit
    .command("preview")
    .description("draw every state of the approval card on one page")
    .option("--out <file>", "HTML file to write")
    .option("--state <name>", "only this state")
    .addOption(json())
    .action(async (options) => done(await (await import("./block-kit.ts")).runBlockKitPreview(options, io)));

  const logs = add("logs", "condense logs");
  logs
    .command("digest <file>")
    .description("clusters of similar lines, what is new, and what was left out; - reads standard input")
    .option("--baseline <file>", "an earlier log to compare with")
    .option("--budget <tokens>", "most tokens of the digest", Number)
    .option("--assignments <csv>", "write line,cluster for every line")
    .addOption(json())
    .action(async (file, options) => done(await (await import("./logs.ts")).runLogsDigest({ ...options, file }, io)));
  addChecks({ program, io, state, config, json, done });
  return program;
}

/** Refuses what is no number in that range: a wait or a port of NaN would do something nobody asked for. */
const numberIn =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== "" && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It takes a number from ${least} to ${most}.`);
  };

const decisionHelp = {
  approve: "approve what waits, exactly as it was shown",
  deny: "deny what waits",
  change: "send what waits back to the model with your words",
} as const;

/** Runs the command line and sets the process's exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", outliveReader);
  let code: number = exitCodes.ok;
  const program = createProgram((answered) => {
    code = answered;
  });
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError) code = error.exitCode === 0 ? exitCodes.ok : exitCodes.badInput;
    else code = reportError(error, terminal);
  }
  process.exitCode = code;
}

/** `healer run … | head`: whoever read has gone, and a run that changes something is not cut short for that. */
function outliveReader(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
