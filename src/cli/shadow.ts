import { runsSince } from "../agent/history.ts";
import { HealerError } from "../domain/errors.ts";
import { formatUsd, type MicroUsd } from "../domain/money.ts";
import { type ShadowLine, shadowOf } from "../history/shadow.ts";
import { exitCodes, type Io, table } from "./io.ts";
import { openHealer, type StateArgs } from "./local.ts";

export type ShadowArgs = StateArgs & {
  /** How far back to look: `30d`, `12h`. */
  readonly since: string;
  readonly json?: boolean;
};

/** What each action would have done in mode `auto`: what a team looks at before it lets one run alone. */
export async function runShadow(args: ShadowArgs, io: Io): Promise<number> {
  const span = spanOf(args.since);
  const { healer, close } = await openHealer(args);
  try {
    const { journal, ports } = healer.deps;
    const lines = shadowOf(await runsSince(journal, ports.clock.now() - span));
    io.stdout(args.json === true ? `${JSON.stringify(lines)}\n` : shadowTable(lines, args.since, io));
    return exitCodes.ok;
  } finally {
    await close();
  }
}

function shadowTable(lines: readonly ShadowLine[], since: string, io: Io): string {
  if (lines.length === 0) return `No change was held back by its mode in the last ${since}.\n`;
  const rows = lines.map((line) => [
    line.action,
    line.modes.join(", "),
    String(line.runs),
    String(line.alone),
    String(line.asked),
    String(line.refused),
    `${formatUsd(line.microUsd as MicroUsd)}${line.unpriced === 0 ? "" : ` and ${line.unpriced} unpriced`}`,
    line.approved + line.rejected === 0 ? "-" : `${line.approved} yes, ${line.rejected} no`,
    line.minutes === null ? "0" : `${line.recovered} (${line.minutes} min)`,
  ]);
  const head = ["ACTION", "MODE", "RUNS", "ALONE", "ASKED", "REFUSED", "COST", "PEOPLE SAID", "RECOVERED"];
  const note = "RECOVERED: runs whose alarm went back to OK without a change of theirs, and the median until then.";
  return `In mode auto, over the last ${since}:\n${table(head, rows, io)}${note}\n`;
}

const units = { d: 24 * 3600_000, h: 3600_000, m: 60_000 } as const;

function spanOf(text: string): number {
  const [, count, unit] = /^(\d{1,5})([dhm])$/.exec(text) ?? [];
  if (unit === "d" || unit === "h" || unit === "m") return Number(count) * units[unit];
  throw new HealerError("bad_input", `${JSON.stringify(text.slice(0, 40))} is no span of time`, {
    hint: "Write 30d, 12h or 90m.",
  });
}
