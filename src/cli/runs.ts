import { rebuildIncidents } from "../agent/rebuild.ts";
import type { Approval } from "../domain/approval.ts";
import { HealerError } from "../domain/errors.ts";
import { RunId } from "../domain/ids.ts";
import type { Entry } from "../domain/journal.ts";
import { type Io, labelled, printable, programName, stateOption, table, wrap } from "./io.ts";
import { openHealer, type StateArgs } from "./local.ts";
import { reportOf } from "./report.ts";
import { approvalRows, createTimeline, entryLine, words } from "./timeline.ts";

/** Lists incidents and their runs, newest last; `rebuild` makes the list anew from the journal. */
export async function runRuns(args: StateArgs & { json?: boolean; rebuild?: boolean }, io: Io): Promise<number> {
  const { healer, close } = await openHealer(args);
  try {
    if (args.rebuild === true) {
      const count = await rebuildIncidents(healer.deps);
      io.stderr(`Rebuilt ${count} incident(s) from the journal.\n`);
    }
    const incidents = await healer.deps.incidents.list();
    if (args.json === true) io.stdout(`${JSON.stringify(incidents)}\n`);
    else if (incidents.length === 0) io.stdout("No run yet. `healer demo` shows two.\n");
    else {
      const pending = await healer.deps.approvals.pending();
      const waits = new Set(pending.map((approval) => approval.runId));
      const rows = incidents.map((incident) => [
        incident.runId,
        incident.openedAt.slice(0, 19).replace("T", " "),
        incident.severity,
        waits.has(incident.runId) ? "waits for a person" : words(incident.outcome ?? incident.status),
        incident.title,
      ]);
      io.stdout(table(["RUN", "OPENED (UTC)", "SEV", "OUTCOME", "ALARM"], rows, io));
    }
    return 0;
  } finally {
    await close();
  }
}

/** Tells one run from its journal. */
export async function runShow(args: StateArgs & { run: string; json?: boolean }, io: Io): Promise<number> {
  const { entries, close, healer } = await journalOf(args);
  try {
    const report = reportOf(entries);
    if (args.json === true) {
      io.stdout(`${JSON.stringify(report)}\n`);
      return 0;
    }
    const timeline = createTimeline(io);
    for (const entry of entries) timeline(entry);
    const { dollars, milliseconds } = report;
    io.stdout(
      `\n${words(report.outcome)}; ${entries.length} journal entries; ${report.tokens} tokens, $${dollars.run.toFixed(4)} spent by the run; ` +
        `changes $${dollars.changes.toFixed(2)}; ${(milliseconds.total / 1000).toFixed(1)} s, of which ${(milliseconds.waiting / 1000).toFixed(1)} s waiting for people\n`,
    );
    const pending = (await healer.deps.approvals.pending()).filter((approval) => approval.runId === report.run);
    for (const approval of pending) io.stdout(`\n${waiting(approval, stateOption(args.state), io)}\n`);
    return 0;
  } finally {
    await close();
  }
}

/** What waits, and the line that decides it. */
function waiting(approval: Approval, state: string, io: Io): string {
  const rows = [
    ["waiting", `${approval.approvalId} until ${approval.expiresAt}`],
    ...approvalRows(approval),
    [
      "decide",
      `${programName()} approve ${approval.approvalId} --digest ${approval.digest.slice(0, 12)}${state}   (or deny, or change --comment "…")`,
    ],
  ] as const;
  return rows.map(([label, text]) => labelled(label, wrap(printable(text), 14, io), 14, io)).join("\n");
}

export async function runJournal(args: StateArgs & { run: string; json?: boolean }, io: Io): Promise<number> {
  const { entries, close } = await journalOf(args);
  await close();
  for (const entry of entries) io.stdout(`${args.json === true ? JSON.stringify(entry) : entryLine(entry)}\n`);
  return 0;
}

export async function journalOf(args: StateArgs & { run: string }) {
  const runId = parseRunId(args.run);
  const open = await openHealer(args);
  const entries: readonly Entry[] = await open.healer.deps.journal.read(runId).catch(async (error: unknown) => {
    await open.close();
    throw error;
  });
  if (entries.length > 0) return { ...open, entries };
  await open.close();
  throw new HealerError("not_found", `there is no run ${runId} in ${args.state}`, {
    hint: "`healer runs` lists them; --state names another folder.",
  });
}

export function parseRunId(text: string): RunId {
  const parsed = RunId.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new HealerError("bad_input", `${JSON.stringify(text.slice(0, 80))} is not a run id`, {
    hint: "A run id looks like run-1f2e3d4c5b6a; `healer runs` lists them.",
  });
}
