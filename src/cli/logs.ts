import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { finished } from "node:stream/promises";
import { digestLines, type LinesDigest } from "../digest/lines.ts";
import { defaultBudgetTokens } from "../digest/options.ts";
import { renderDigest } from "../digest/render.ts";
import { HealerError } from "../domain/errors.ts";
import { openLines, type RawLines } from "./raw-lines.ts";

export interface LogsDigestArguments {
  /** A path, or `-` for standard input. */
  readonly file: string;
  readonly baseline?: string;
  readonly budget?: number;
  /** Where to write `line,cluster`, one row for each physical line. */
  readonly assignments?: string;
  readonly json?: boolean;
}

export interface Output {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

const smallestBudget = 200;

/** `healer logs digest`: prints the digest of a log file and returns the exit code; bad input is told, never thrown. */
export async function runLogsDigest(args: LogsDigestArguments, io: Output): Promise<number> {
  try {
    const budgetTokens = budgetOf(args.budget);
    const lines = await open(args.file);
    const baseline = args.baseline === undefined ? undefined : await open(args.baseline);
    const digest = await digestLines(lines.lines, {
      budgetTokens,
      source: args.file === "-" ? "standard input" : args.file,
      referenceTime: await timeOf(args.file),
      keepAssignments: args.assignments !== undefined,
      facts: () => factsOf(lines, baseline),
      ...(baseline === undefined ? {} : { baseline: baseline.lines }),
    });
    if (args.assignments !== undefined) await writeAssignments(args.assignments, digest);
    const text =
      args.json === true ? JSON.stringify(digest.report, null, 2) : renderDigest(digest.report, budgetTokens);
    io.stdout(`${text.trimEnd()}\n`);
    return 0;
  } catch (error) {
    const known = error instanceof HealerError ? error : fileError(error);
    if (known === undefined) throw error;
    io.stderr(`${known.message}\n${known.hint}\n`);
    return 2;
  }
}

function budgetOf(budget: number | undefined): number {
  const tokens = budget ?? defaultBudgetTokens;
  if (Number.isInteger(tokens) && tokens >= smallestBudget) return tokens;
  throw new HealerError("bad_input", `--budget ${tokens} is not a whole number of at least ${smallestBudget}.`, {
    hint: `Give the digest's size in tokens, for example --budget ${defaultBudgetTokens}.`,
  });
}

async function open(file: string): Promise<RawLines> {
  if (file === "-") return openLines(process.stdin);
  const facts = await stat(file);
  if (facts.isDirectory()) {
    throw new HealerError("bad_input", `${file} is a folder.`, {
      hint: "Name one log file, or pipe several into `-`.",
    });
  }
  return openLines(createReadStream(file, { highWaterMark: 1 << 18 }));
}

/** A file's last change bounds the dates in it; lines from a pipe are of now or before. */
async function timeOf(file: string): Promise<number> {
  return file === "-" ? Date.now() : (await stat(file)).mtimeMs;
}

function factsOf(lines: RawLines, baseline: RawLines | undefined) {
  const read = lines.counted();
  const notes: string[] = [];
  if (read.oversized > 0) notes.push(`${read.oversized} lines were longer than 1 MiB and cut to that.`);
  if (read.binary > 0) notes.push(`${read.binary} lines hold binary data; their unreadable bytes are not shown.`);
  if (read.invalid > 0) notes.push(`${read.invalid} lines are not valid UTF-8; the bad bytes were replaced.`);
  if (read.encoding !== "utf-8") notes.push(`decoded from ${read.encoding}.`);
  return { exhausted: true, bytes: read.bytes + (baseline?.counted().bytes ?? 0), notes };
}

async function writeAssignments(file: string, digest: LinesDigest): Promise<void> {
  const out = createWriteStream(file);
  const done = finished(out);
  done.catch(() => {});
  await Promise.race([once(out, "open"), done]);
  let chunk = "line,cluster\n";
  for (let line = 1; line <= digest.lines; line++) {
    chunk += `${line},${digest.clusterOfLine(line)}\n`;
    if (chunk.length > 1 << 16) {
      if (!out.write(chunk)) await Promise.race([once(out, "drain"), done]);
      chunk = "";
    }
  }
  out.end(chunk);
  await done;
}

function fileError(error: unknown): HealerError | undefined {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return undefined;
  const hint =
    error.code === "ENOENT" ? "Check the path; `-` reads standard input." : "Check the file and its permissions.";
  return new HealerError(error.code === "ENOENT" ? "not_found" : "bad_input", error.message, { hint, cause: error });
}
