import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { Change, ChangeHistory } from "../src/domain/ports.ts";
import type { CommandRecord } from "../src/local/lab-command-records.ts";

const Noted = z.object({
  at: z.number(),
  who: z.string(),
  what: z.string(),
  resources: z.array(z.string()),
  detail: z.string(),
});
type Noted = z.infer<typeof Noted>;

const fileOf = (folder: string): string => join(folder, "changes.jsonl");

/** Writes down a release or a change of capacity, as a pipeline and an Auto Scaling group would. */
export function noteChange(folder: string, change: Omit<Noted, "at">): void {
  appendFileSync(fileOf(folder), `${JSON.stringify({ at: Date.now(), ...change })}\n`);
}

/** The lab's own record of releases and capacity, and every command that was sent to a host. */
export function createLabChanges(folder: string, commands: () => readonly CommandRecord[]): ChangeHistory {
  return {
    async read({ start, end }) {
      const all = [...noted(folder), ...commands().map(ofCommand)];
      return {
        changes: all.filter((change) => change.at >= start && change.at <= end),
        sources: ["releases", "scaling", "commands"],
        missing: [],
      };
    },
  };
}

function noted(folder: string): readonly Change[] {
  return linesOf(fileOf(folder)).flatMap((line) => {
    const parsed = Noted.safeParse(json(line));
    return parsed.success ? [{ ...parsed.data, source: "lab", failed: false }] : [];
  });
}

function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch {
    return []; // Nothing was changed yet.
  }
}

function json(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // A line that is still being written.
  }
}

const ofCommand = (record: CommandRecord): Change => ({
  at: Date.parse(record.sentAt),
  who: "",
  what: record.document,
  resources: record.targets,
  detail: `${record.text.slice(0, 200)} | ${record.comment} | ${record.state}`,
  source: "commands",
  failed: record.state === "failed",
});
