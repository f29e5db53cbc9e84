import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createCommandAssessor } from "../src/governance/command/assess.ts";
import { judgeOperation } from "../src/governance/command/rules/aws-operations.ts";
import { type CommandClass, commandClasses } from "../src/governance/command/verdict.ts";

/** Where the public data sets are: beside the project, or where HEALER_BENCH_DATA says. */
export const commandsFolder = join(
  process.env.HEALER_BENCH_DATA ?? resolve(import.meta.dirname, "../../shared/data"),
  "commands",
);

interface Labelled {
  readonly command: string;
  readonly label: string;
  readonly strength: string;
}

export interface Judged extends Labelled {
  readonly class: CommandClass;
  readonly reason: string;
}

export const dataPresent = (): boolean => existsSync(join(commandsFolder, "shell_commands.jsonl"));

/** Every labelled command of one file with the class it was given. */
export function judgeFile(file: "shell_commands.jsonl" | "aws_cli_commands.jsonl"): readonly Judged[] {
  const assess = createCommandAssessor();
  return readFileSync(join(commandsFolder, file), "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const row = JSON.parse(line) as { command: string; label: string; strength?: string; destructive_verb?: boolean };
      const label = row.destructive_verb ? `${row.label}, destructive verb` : row.label;
      const { class: found, reason } = assess(row.command);
      return { command: row.command, label, strength: row.strength ?? "strong", class: found, reason };
    });
}

export interface ActionScore {
  readonly action: string;
  readonly level: string;
  readonly class: CommandClass;
}

/** Every action of the IAM reference as if it were a command of the AWS CLI. */
export function judgeActions(): readonly ActionScore[] {
  const rows = JSON.parse(readFileSync(join(commandsFolder, "iam_action_access_levels.json"), "utf8")) as readonly {
    readonly action: string;
    readonly access_level: string;
  }[];
  return rows.map(({ action, access_level }) => {
    const [service = "", name = ""] = action.split(":");
    return { action, level: access_level, class: judgeOperation(service, kebab(name)).class };
  });
}

/** The spelling the AWS CLI uses: `DescribeDBInstances` is `describe-db-instances`. */
function kebab(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1-$2")
    .toLowerCase();
}

export function confusion(rows: readonly { readonly label: string; readonly class: CommandClass }[]): string {
  const labels = [...new Set(rows.map((row) => row.label))].sort();
  const width = Math.max(...labels.map((label) => label.length), 5) + 2;
  const header = `${"label".padEnd(width)}${commandClasses.map((name) => name.padStart(13)).join("")}${"total".padStart(8)}`;
  const lines = labels.map((label) => {
    const mine = rows.filter((row) => row.label === label);
    const counts = commandClasses.map((name) => String(mine.filter((row) => row.class === name).length).padStart(13));
    return `${label.padEnd(width)}${counts.join("")}${String(mine.length).padStart(8)}`;
  });
  return [header, ...lines].join("\n");
}

function show(title: string, rows: readonly { readonly label: string; readonly class: CommandClass }[]): void {
  console.log(`\n${title}\n${confusion(rows)}`);
}

function main(): void {
  if (!dataPresent()) {
    console.log(`SKIPPED: no labelled commands in ${commandsFolder}`);
    return;
  }
  const started = performance.now();
  const shell = judgeFile("shell_commands.jsonl");
  const aws = judgeFile("aws_cli_commands.jsonl");
  const elapsed = performance.now() - started;
  show(
    "shell commands, strong labels",
    shell.filter((row) => row.strength === "strong"),
  );
  show(
    "shell commands, weak labels",
    shell.filter((row) => row.strength === "weak"),
  );
  show("AWS CLI commands", aws);
  show(
    "actions of the IAM reference by access level",
    judgeActions().map((row) => ({ ...row, label: row.level })),
  );
  console.log(`\n${shell.length + aws.length} commands in ${elapsed.toFixed(0)} ms`);
  if (process.argv.includes("--misses"))
    for (const row of [...shell, ...aws].filter(missed))
      console.log(`${row.label} (${row.strength}) judged ${row.class}: ${row.command}\n    ${row.reason}`);
}

/** Rows that matter: a grave command let down, a harmless one stopped, a change taken for reading. */
export function missed(row: Judged): boolean {
  if (row.label === "destructive") return row.class === "read_only" || row.class === "reversible";
  if (row.label === "benign" || row.label === "read_only") return row.class === "destructive";
  return row.label.startsWith("mutating") && row.class === "read_only";
}

if (import.meta.main) main();
