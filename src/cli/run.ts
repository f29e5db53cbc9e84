import { readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import type { FaultName } from "../../lab/index.ts";
import { decideApproval } from "../agent/decision.ts";
import { parseAlarmEvent, parseAlarmText } from "../detect/parse.ts";
import { HealerError } from "../domain/errors.ts";
import { RunId } from "../domain/ids.ts";
import type { Entry } from "../domain/journal.ts";
import { allCalls, type Run, replay } from "../domain/run.ts";
import { terminalPerson } from "../local/config.ts";
import { approvalFrame, askPerson, hasPerson } from "./ask.ts";
import { exitCodes, type Io, printable, programName, stateOption, warnOfRunbooks } from "./io.ts";
import { type OpenHealer, openHealer, type StateArgs, warnOfNoAccount } from "./local.ts";
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
  if (open.lab === undefined) warnOfNoAccount(io);
  try {
    const [taken] = await open.healer.receive(event ?? (await labAlarm(open, args.lab as FaultName)));
    if (taken?.runId === undefined) return suppressed(taken?.detection, args, io);
    const runId = RunId.parse(taken.runId);
    if (taken.detection.kind !== "open") await takeUp(runId, open, timeline);
    return await follow(runId, open, args, io);
  } finally {
    await open.close();
  }
}

/** Goes on with the run that an earlier process left, telling its story so far first; one that has ended stays as it is. */
async function takeUp(runId: RunId, { healer }: OpenHealer, tell: (entry: Entry) => void): Promise<void> {
  for (const entry of await healer.deps.journal.read(runId)) tell(entry);
  if (healer.state.owner) await healer.workflow.start(runId);
}

/** Waits until a run has ended or a person is needed, and says how it stands. */
export async function follow(runId: RunId, open: OpenHealer, args: FollowArgs, io: Io): Promise<number> {
  const { healer } = open;
  const until = Date.now() + args.wait * 1000;
  const ended = healer.workflow.ended(runId).then(() => true);
  let asks = open.lab !== undefined && args.wait === 0 && args.json !== true && hasPerson(io);
  let told = args.wait === 0 || args.json === true;
  for (;;) {
    const over = await Promise.race([ended, new Promise<false>((resolve) => setTimeout(resolve, 200, false))]);
    const entries = await healer.deps.journal.read(runId);
    const run = replay(runId, entries);
    if (!over && asks && isWaiting(run)) {
      asks = await askHere(runId, open, io);
      continue;
    }
    if (!over && !told && isWaiting(run)) {
      told = true;
      io.stdout(`Waits up to ${args.wait} s for a person. In another terminal:\n${decisionLines(run, args)}`);
    }
    if (!over && !(isWaiting(run) && Date.now() >= until)) continue;
    const report = reportOf(entries);
    if (args.json === true) io.stdout(`${JSON.stringify(report)}\n`);
    else if (isWaiting(run)) io.stdout(waysOn(run, open, args));
    return exitCodeOf(report);
  }
}

type FollowArgs = Pick<RunArgs, "json" | "wait" | "state" | "lab">;

/** Lets whoever broke the lab decide right here, since the lab ends with this process; false when they have left. */
async function askHere(runId: RunId, { healer }: OpenHealer, io: Io): Promise<boolean> {
  const approval = (await healer.deps.approvals.pending()).find((one) => one.runId === runId);
  // The journal knows of the approval before the queue does, and of its end after it.
  if (approval === undefined) return true;
  io.stdout(approvalFrame(approval, io));
  const chosen = await askPerson();
  if (chosen === undefined) return false;
  const { approvalId, digest } = approval;
  const decision = { ...chosen, person: terminalPerson(), digest, at: Date.now() };
  return decideApproval(approvalId, decision, healer.deps).then(
    () => true,
    (error: Error) => {
      io.stderr(`${printable(error.message)}\n`);
      return false;
    },
  );
}

/** What to type next while a run waits for a person. */
function waysOn(run: Run, { lab }: OpenHealer, args: FollowArgs): string {
  if (lab === undefined) return `Waits for a person:\n${decisionLines(run, args)}`;
  const again = [
    ["in the browser:", `serve --lab ${args.lab}`],
    ["in another terminal:", `run --lab ${args.lab} --wait 600`],
  ];
  const lines = again.map(
    ([where = "", command]) => `  ${where.padEnd(20)} ${programName()} ${command}${stateOption(args.state)}\n`,
  );
  return `Waits for a person, and its lab ends with this command. Break it again to decide\n${lines.join("")}`;
}

function decisionLines(run: Run, { state }: FollowArgs): string {
  const waiting = allCalls(run).find((call) => call.requested !== undefined && call.decided === undefined);
  const where = `${stateOption(state)}\n`;
  return (
    `  ${programName()} show ${run.runId}${where}` +
    `  ${programName()} approve ${waiting?.requested?.approvalId}${where}  (or deny, or change --comment "…")\n`
  );
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
  throw new HealerError("bad_event", `${file === "-" ? "standard input" : file}: ${printable(problems)}`, {
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
