import { readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import type { FaultName } from "../../lab/index.ts";
import { parseAlarmEvent, parseAlarmText } from "../detect/parse.ts";
import { HealerError } from "../domain/errors.ts";
import { RunId } from "../domain/ids.ts";
import { allCalls, replay } from "../domain/run.ts";
import { exitCodes, type Io, printable, warnOfRunbooks } from "./io.ts";
import { type OpenHealer, openHealer, type StateArgs } from "./local.ts";
import { exitCodeOf, isWaiting, reportOf } from "./report.ts";
import { createTimeline } from "./timeline.ts";

export type RunArgs = StateArgs & {
  /** File of an alarm event, or `-`. */
  readonly event?: string;
  readonly lab?: string;
  readonly json?: boolean;
  /** Seconds to wait for a person before leaving the run to `healer approve`. */
  readonly wait: number;
};

/** Handles one alarm event from end to end. */
export async function runRun(args: RunArgs, io: Io): Promise<number> {
  if ((args.event === undefined) === (args.lab === undefined)) {
    throw new HealerError("bad_input", "give either --event FILE (or -) or --lab FAULT", { hint: "healer run --help" });
  }
  const event = args.event === undefined ? undefined : await readEvent(args.event);
  const timeline = args.json === true ? () => undefined : createTimeline(io);
  const place = placeOf(event);
  const open = await openHealer({ ...args, ...(place && { place }), onEntry: timeline });
  warnOfRunbooks(open.healer.brokenRunbooks, io);
  try {
    const [taken] = await open.healer.receive(event ?? (await labAlarm(open, args.lab as FaultName)));
    if (taken?.runId === undefined) return suppressed(taken?.detection, args, io);
    return await follow(RunId.parse(taken.runId), open, args, io);
  } finally {
    await open.close();
  }
}

/** Waits until a run has ended or a person is needed, and says how it stands. */
export async function follow(
  runId: RunId,
  open: OpenHealer,
  args: Pick<RunArgs, "json" | "wait">,
  io: Io,
): Promise<number> {
  const { healer } = open;
  const until = Date.now() + args.wait * 1000;
  const ended = healer.workflow.ended(runId).then(() => true);
  for (;;) {
    const over = await Promise.race([ended, new Promise<false>((resolve) => setTimeout(resolve, 200, false))]);
    const entries = await healer.deps.journal.read(runId);
    const run = replay(runId, entries);
    if (!over && !(isWaiting(run) && Date.now() >= until)) continue;
    const report = reportOf(entries);
    if (args.json === true) io.stdout(`${JSON.stringify(report)}\n`);
    else if (isWaiting(run)) {
      const waiting = allCalls(run).find((call) => call.requested !== undefined && call.decided === undefined);
      io.stdout(
        `Waits for a person: healer approve ${waiting?.requested?.approvalId} (or deny, change; healer show ${runId})\n`,
      );
    }
    return exitCodeOf(report);
  }
}

async function readEvent(file: string): Promise<unknown> {
  const text =
    file === "-"
      ? await readAll(process.stdin)
      : await readFile(file, "utf8").catch((error: Error) => {
          throw new HealerError("bad_event", `${file} can not be read: ${error.message}`, {
            hint: "Name a file, or - for standard input.",
          });
        });
  const parsed = parseAlarmText(text);
  if (parsed.ok) return JSON.parse(text);
  const problems = parsed.problems.map((problem) => `${problem.path}: ${problem.message}`).join("; ");
  throw new HealerError("bad_event", `${file}: ${printable(problems)}`, {
    hint: "It takes a CloudWatch alarm event from EventBridge, a Lambda alarm action or SNS.",
  });
}

function placeOf(event: unknown): { readonly account: string; readonly region: string } | undefined {
  const parsed = event === undefined ? undefined : parseAlarmEvent(event);
  const [first] = parsed?.ok === true ? parsed.events : [];
  return first && { account: first.account, region: first.region };
}

/** Breaks the service for real and waits for its alarm to say so. */
async function labAlarm({ lab }: OpenHealer, fault: FaultName): Promise<unknown> {
  if (lab === undefined) throw new Error("the lab was not started");
  const fired = new Promise<unknown>((resolve) => {
    lab.onAlarm((event) => {
      if ((event as { detail: { state: { value: string } } }).detail.state.value === "ALARM") resolve(event);
    });
  });
  await lab.inject(fault);
  return fired;
}

function suppressed(detection: { kind: string; reason: string } | undefined, args: RunArgs, io: Io): number {
  const reason = detection?.reason ?? "nothing in the event";
  if (args.json === true)
    io.stdout(
      `${JSON.stringify({ run: null, outcome: "nothing_to_do", reason, detection: detection?.kind ?? null })}\n`,
    );
  else io.stdout(`No run: ${printable(reason)}.\n`);
  return exitCodes.ok;
}
