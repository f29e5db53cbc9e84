import { homedir } from "node:os";
import { join } from "node:path";
import { Help } from "commander";
import pc from "picocolors";
import { HealerError } from "../domain/errors.ts";

/** Where a command writes; a test hands in its own. */
export type Io = {
  stdout(text: string): void;
  stderr(text: string): void;
  readonly isTty: boolean;
  /** Columns of the terminal, or 100 where there is none. */
  readonly columns: number;
};

export const terminal: Io = {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  isTty: process.stdout.isTTY === true,
  columns: process.stdout.columns ?? 100,
};

/** Documented in `healer --help`: a script can tell the outcomes apart. */
export const exitCodes = {
  ok: 0,
  fault: 1,
  badInput: 2,
  escalated: 10,
  waiting: 11,
  denied: 12,
  notVerified: 13,
} as const;

/** Colours only on a terminal, and never when NO_COLOR asks for none. */
export const colours = (io: Io): ReturnType<typeof pc.createColors> =>
  pc.createColors(io.isTty && !process.env["NO_COLOR"]);

/** The user's data folder, as the platform means it. */
export function defaultStateFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env["HEALER_STATE"]) return env["HEALER_STATE"];
  if (process.platform === "darwin") return join(homedir(), "Library", "Application Support", "incident-healer");
  return join(env["XDG_DATA_HOME"] || join(homedir(), ".local", "share"), "incident-healer");
}

/** How this program was called, for lines to copy: `healer` is on nobody's path in a checkout. */
export const programName = (env: NodeJS.ProcessEnv = process.env): string =>
  env["npm_lifecycle_event"] === undefined ? "healer" : "npm run -s healer --";

/** `--state DIR` where a line to copy would look in another folder without it. */
export const stateOption = (state: string): string =>
  state === defaultStateFolder() ? "" : ` --state ${/^[\w./~-]+$/.test(state) ? state : JSON.stringify(state)}`;

const badInputCodes = new Set(["bad_event", "bad_input", "bad_runbook", "bad_policy", "not_found", "approval_refused"]);

/** Says what went wrong and what to do next; a bug shows its stack. */
export function reportError(error: unknown, io: Io): number {
  const paint = colours(io);
  if (!(error instanceof HealerError)) {
    io.stderr(`${paint.red("This is a bug.")} Nothing was lost: the run goes on when healer is started again.\n`);
    io.stderr(`${printable(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`);
    return exitCodes.fault;
  }
  io.stderr(`${paint.red(error.code)}: ${printable(error.message)}\n${error.hint}\n`);
  return badInputCodes.has(error.code) ? exitCodes.badInput : exitCodes.fault;
}

/** Says which runbooks can not be used, before somebody wonders why none fits. */
export function warnOfRunbooks(broken: readonly HealerError[], io: Io): void {
  for (const error of broken) io.stderr(`${colours(io).yellow("not used")}: ${clip(error.message, 300)}\n`);
}

/** Text that somebody else wrote, safe for a terminal: no control or bidirectional characters. */
export const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
  text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "�");

const oneLine = (text: string): string => printable(text).replaceAll(/\s+/g, " ").trim();

/** One line of at most `width` columns. */
export function clip(text: string, width: number): string {
  const line = oneLine(text);
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1))}…`;
}

/** Lines of at most that many columns, broken between words where they fit; line breaks stay. */
function wrapped(text: string, columns: number): readonly string[] {
  const width = Math.max(40, columns);
  const cut = (line: string) => line.match(new RegExp(`.{1,${width}}`, "gu")) ?? [line];
  return new Help().boxWrap(text, width).split("\n").flatMap(cut);
}

/** Wrapped to fit beside a margin of that many columns; a pipe gets the text as it is, to search in. */
export const wrap = (text: string, margin: number, io: Io): readonly string[] =>
  io.isTty ? wrapped(text, io.columns - margin) : [text];

/** A label in a margin of that many columns, and lines that stay beside it. */
export const labelled = (label: string, lines: readonly string[], margin: number, io: Io): string =>
  `${colours(io).bold(label.padEnd(margin - 1))} ${lines.join(`\n${" ".repeat(margin)}`)}`;

/** Text in one flow of lines of at most that many columns. */
export const flowed = (text: string, width: number): readonly string[] => wrapped(oneLine(text), width);

/** Words wrapped to the terminal, what comes after the first line two columns further in than it. */
export function hanging(text: string, io: Pick<Io, "columns">): string {
  const begin = " ".repeat(text.length - text.trimStart().length);
  return begin + wrapped(oneLine(text), io.columns - begin.length - 2).join(`\n${begin}  `);
}

/** Left-aligned columns with a head; the last column takes what is left of the terminal. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], io: Io): string {
  const paint = colours(io);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => printable(row[column] ?? "").length)),
  );
  const used = widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0);
  widths[widths.length - 1] = Math.max(10, Math.min(widths.at(-1) ?? 10, io.columns - used));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => clip(cell, widths[column] ?? 10).padEnd(widths[column] ?? 10))
      .join("  ")
      .trimEnd();
  return `${[paint.bold(line(head)), ...rows.map(line)].join("\n")}\n`;
}
