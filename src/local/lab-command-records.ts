import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { HealerError } from "../domain/errors.ts";

const Outcome = z.strictObject({
  target: z.string(),
  state: z.enum(["succeeded", "failed", "timed_out", "cancelled", "undeliverable"]),
  exitCode: z.int(),
  stdout: z.string(),
  stderr: z.string(),
  truncated: z.boolean(),
});

/** One command as the lab's Systems Manager remembers it. `comment` holds the action id, as `Comment` does at AWS. */
export const CommandRecord = z.strictObject({
  id: z.string(),
  kind: z.enum(["command", "automation"]),
  comment: z.string(),
  document: z.string(),
  text: z.string(),
  targets: z.array(z.string()),
  state: z.enum(["running", "succeeded", "failed"]),
  sentAt: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
  outcomes: z.array(Outcome),
});
export type CommandRecord = z.infer<typeof CommandRecord>;

export type CommandRecords = {
  /** On disk when it returns: written beside, synced, renamed. Rejects with `state_full` when that fails. */
  save(record: CommandRecord): void;
  /** Keeps an outcome in memory only, where the disk would not take it. */
  remember(record: CommandRecord): void;
  get(id: string): CommandRecord | undefined;
  /** Oldest first. */
  all(): readonly CommandRecord[];
};

/** Opens the folder; a command that was running when its process died is recorded as failed, "interrupted". */
export function openCommandRecords(folder: string, now: () => number): CommandRecords {
  mkdirSync(folder, { recursive: true });
  const records = new Map(readAll(folder).map((record) => [record.id, record]));
  const save = (record: CommandRecord): void => {
    writeDurably(folder, `${record.id}.json`, `${JSON.stringify(record, null, 2)}\n`);
    remember(record);
  };
  const remember = (record: CommandRecord): void => void records.set(record.id, record);
  for (const record of records.values()) {
    if (record.state === "running") save(interrupted(record, new Date(now()).toISOString()));
  }
  return {
    save,
    remember,
    get: (id) => records.get(id),
    all: () => [...records.values()].sort((left, right) => left.sentAt.localeCompare(right.sentAt)),
  };
}

function readAll(folder: string): readonly CommandRecord[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return files.map((file) => readOne(join(folder, file)));
}

function readOne(path: string): CommandRecord {
  try {
    return CommandRecord.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    const hint = "Look what the command did before you move the file away: without it, nobody knows that it was sent.";
    throw new HealerError("bad_state", `${path} is no record of a command: ${why}`, { hint, cause });
  }
}

function interrupted(record: CommandRecord, endedAt: string): CommandRecord {
  const outcomes = record.targets.map((target) => ({
    target,
    state: "failed" as const,
    exitCode: -1,
    stdout: "",
    stderr: "interrupted: the process that ran this command ended before it did",
    truncated: false,
  }));
  return { ...record, state: "failed", endedAt, outcomes };
}

function writeDurably(folder: string, name: string, text: string): void {
  try {
    writeAndRename(folder, name, text);
  } catch (cause) {
    const hint = "Nothing was sent. Make room, or give another state folder.";
    throw new HealerError("state_full", `cannot write ${join(folder, name)}: ${String(cause)}`, { hint, cause });
  }
}

function writeAndRename(folder: string, name: string, text: string): void {
  const temporary = join(folder, `${name}.tmp`);
  const file = openSync(temporary, "w");
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(temporary, join(folder, name));
  const directory = openSync(folder, "r");
  fsyncSync(directory);
  closeSync(directory);
}
