import type { Command, Option } from "commander";
import type { Io } from "./io.ts";

type Add = {
  readonly program: Command;
  readonly io: Io;
  readonly state: () => Option;
  readonly config: () => Option;
  readonly json: () => Option;
  readonly done: (code: number) => void;
};

/** Commands that judge the healer itself: doctor, evals, replays, adversaries. */
export function addChecks({ program, io, state, config, json, done }: Add): void {
  program
    .command("doctor")
    .description("say what a deployment lacks, check by check, each with its fix")
    .option("--stage <stage>", "stage of the deployment", "dev")
    .option("--outputs <file>", "what `sst deploy` wrote (default: .sst/outputs.json)")
    .option("--deployment <file>", "its settings")
    .option("--no-model-call", "do not ask each model for a word")
    .addOption(json())
    .action(async (options) => done(await (await import("./doctor.ts")).runDoctor(options, io)));

  const evaluate = program
    .command("eval")
    .description("score decisions against cases, offline unless a model is named")
    .option("--filter <text>", "cases whose id, kind or service matches")
    .option("--model <id>", "a Bedrock model or inference profile; prints the estimated cost first")
    .option("--repeat <n>", "play each case so often, for pass^k", Number)
    .option("--html <file>", "write a page with every case's trajectory")
    .option("--save <folder>", "keep the results there")
    .option("--compare <files...>", "show what changed between two result files")
    .option("--verbose", "one line for each case, too")
    .option("--judge <id>", "a Bedrock model for a second opinion on each root cause; changes no score")
    .option("--sizes", "size of the prompt, by part")
    .option("--no-lab", "leave out the cases with real services; they count as failed")
    .option("--max-dollars <n>", "ceiling for a real model", Number)
    .option("--prompt <file>", "another system prompt")
    .option("--policies <dir>", "other policies")
    .option("--runbooks <dir>", "other runbooks")
    .option("--cases <dir>", "other cases")
    .addOption(json())
    .action(async (options) => done(await (await import("./eval.ts")).runEval(options, io)));
  evaluate
    .command("add <run>")
    .description("make a finished run a case, redacted, for a person to edit")
    .option("--id <id>", "its name")
    .option("--folder <dir>", "where it goes")
    .option("--stdout", "print it instead")
    .addOption(state())
    .addOption(config())
    .action(async (run, options) => done(await (await import("./replay.ts")).runEvalAdd({ ...options, run }, io)));
  const lines = { out: (line: string) => io.stdout(`${line}\n`), err: (line: string) => io.stderr(`${line}\n`) };
  for (const kind of ["hostile", "faults"] as const) {
    evaluate
      .command(kind)
      .description(
        kind === "hostile"
          ? "models that try everything: nothing ungated may change"
          : "whole incidents on a bad day, in simulated time",
      )
      .argument("[args...]", `healer eval ${kind} --help says more`)
      .allowUnknownOption()
      .helpOption(false)
      .action(async (args) => {
        const { runFaults, runHostile } = await import("./adversary.ts");
        done(await (kind === "hostile" ? runHostile : runFaults)(args, lines));
      });
  }

  evaluate
    .command("injection")
    .description("every payload through every untrusted door: no state may change")
    .option("--model <id>", "a Bedrock model instead of the offline one")
    .option("--every <n>", "take every n-th payload only", Number)
    .addOption(json())
    .action(async (options) => done(await (await import("./eval-injection.ts")).runInjection(options, io)));

  evaluate
    .command("approvals")
    .description("late, double, forged, replayed, drifted and concurrent approvals: none may change anything")
    .addOption(json())
    .action(async (options) => done(await (await import("./eval-approvals.ts")).runApprovals(options, io)));

  program
    .command("replay <run>")
    .description("play a run or a pack again with other inputs, and say where its decisions part")
    .option("--prompt <file>", "another system prompt")
    .option("--model <id>", "another model")
    .option("--policies <dir>", "other policies")
    .option("--runbooks <dir>", "other runbooks")
    .addOption(state())
    .addOption(config())
    .addOption(json())
    .action(async (run, options) => done(await (await import("./replay.ts")).runReplay({ ...options, run }, io)));
}
