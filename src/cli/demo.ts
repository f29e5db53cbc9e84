import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FaultName, type Lab, startLab } from "../../lab/index.ts";
import { decideApproval } from "../agent/decision.ts";
import type { Approval, ApprovalDecision } from "../domain/approval.ts";
import { RunId } from "../domain/ids.ts";
import { verifyChain } from "../domain/journal.ts";
import { composeLocal, type LocalHealer } from "../local/compose.ts";
import { systemClock } from "../local/system.ts";
import { approvalFrame, askPerson, hasPerson } from "./ask.ts";
import { colours, exitCodes, type Io, labelled, warnOfRunbooks, wrap } from "./io.ts";
import { exitCodeOf, type RunReport, reportOf } from "./report.ts";
import { createTimeline } from "./timeline.ts";

export type DemoArgs = {
  readonly yes?: boolean;
  readonly deny?: boolean;
  readonly json?: boolean;
  readonly state?: string;
};

const ada = { id: "demo:ada", name: "Ada (demo approver)", via: "demo" as const };
const nobody = { id: "demo:nobody", name: "nobody (no terminal)", via: "demo" as const };

/** Breaks two real services and heals them, showing the work. */
export async function runDemo(args: DemoArgs, io: Io): Promise<number> {
  const began = Date.now();
  const folder = args.state ?? (await mkdtemp(join(tmpdir(), "healer-demo-")));
  const quiet = args.json === true;
  const say = quiet ? () => undefined : (text: string) => io.stdout(text);
  say(intro(io));
  const lab = await startLab({ folder: join(folder, "lab"), clock: systemClock, hosts: ["orders", "checkout"] });
  const healer = await composeLocal({
    folder: join(folder, "state"),
    evidence: lab.ports,
    settings: { environment: "lab", approvers: [ada.id, nobody.id], sendTimeoutMs: 3_000 },
    onEntry: quiet ? () => undefined : createTimeline(io),
  });
  warnOfRunbooks(healer.brokenRunbooks, io);
  const nextRun = runsOpened(lab, healer);
  const stop = async () => {
    await healer.close();
    await lab.stop();
    if (args.state === undefined) await rm(folder, { recursive: true, force: true });
  };
  // Ctrl-C: services and temporary folder go, as they do at the end.
  const interrupted = () => void stop().finally(() => process.exit(130));
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  try {
    const stage = { lab, nextRun, healer, args, io, say };
    const reports: RunReport[] = [];
    for (const { fault, title } of acts) {
      const report = await play(fault, title, stage);
      if (report === undefined) {
        say("\nYou left: nothing was approved, so the change did not run.\n");
        return exitCodes.waiting;
      }
      reports.push(report);
    }
    if (quiet) io.stdout(`${JSON.stringify({ seconds: (Date.now() - began) / 1000, runs: reports })}\n`);
    else say(await closing(reports, healer, began, io));
    // A denial is one of the endings that the demo shows; only a run that went wrong fails it.
    return reports.every((report) => exitCodeOf(report) !== exitCodes.escalated) ? exitCodes.ok : exitCodes.escalated;
  } finally {
    process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
    await stop();
  }
}

const acts: readonly { readonly fault: FaultName; readonly title: string }[] = [
  { fault: "disk-full", title: "orders' disk fills up: a standard change, decided and run without a person" },
  {
    fault: "traffic-surge",
    title: "checkout is overrun: the remedy adds capacity for more than $20, so a person decides",
  },
];

type Say = (text: string) => void;

type Stage = {
  readonly lab: Lab;
  readonly nextRun: () => Promise<RunId>;
  readonly healer: LocalHealer;
  readonly args: DemoArgs;
  readonly io: Io;
  readonly say: Say;
};

/** Breaks one service and follows its run to the end; undefined when whoever was asked has left. */
async function play(fault: FaultName, title: string, stage: Stage): Promise<RunReport | undefined> {
  const { lab, nextRun, healer, io, say } = stage;
  say(`\n${colours(io).bold(`▌ ${title}`)}\n`);
  const opened = nextRun();
  await lab.inject(fault);
  say(`${colours(io).dim("   broke it; waiting for its alarm …")}\n`);
  const runId = await opened;
  let over = false;
  const ended = healer.workflow.ended(runId).then(() => {
    over = true;
  });
  while (!over) {
    const waiting = (await healer.deps.approvals.pending()).find((one) => one.runId === runId);
    if (waiting !== undefined && !(await decide(waiting, stage))) return undefined;
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 100))]);
  }
  return reportOf(await healer.deps.journal.read(runId));
}

/** Sends every alarm's change the same way in; answers how to wait for the next run that one of them opens. */
function runsOpened(lab: Lab, healer: LocalHealer): () => Promise<RunId> {
  let next = Promise.withResolvers<RunId>();
  lab.onAlarm((event) => {
    healer.receive(event).then(([taken]) => {
      if (taken?.detection.kind === "open" && taken.runId !== undefined) next.resolve(RunId.parse(taken.runId));
    }, next.reject);
  });
  return () => {
    next = Promise.withResolvers<RunId>();
    return next.promise;
  };
}

async function decide(approval: Approval, stage: Stage): Promise<boolean> {
  const chosen = await choice(approval, stage);
  if (chosen === undefined) return false;
  const decision: ApprovalDecision = { ...chosen, digest: approval.digest, at: Date.now() };
  await decideApproval(approval.approvalId, decision, stage.healer.deps).catch((error: Error) =>
    stage.say(`${error.message}\n`),
  );
  return true;
}

/** Undefined when whoever was asked has left. */
async function choice(
  approval: Approval,
  { args, io, say }: Stage,
): Promise<Pick<ApprovalDecision, "kind" | "comment" | "person"> | undefined> {
  say(approvalFrame(approval, io));
  if (args.yes === true) return { kind: "approve", comment: "--yes", person: ada };
  if (args.deny === true) return { kind: "deny", comment: "--deny", person: ada };
  if (!hasPerson(io)) {
    say(
      "No terminal to ask on, and silence never approves: denied. `npm run demo -- --yes` approves as a demo approver.\n",
    );
    return { kind: "deny", comment: "silence never approves", person: nobody };
  }
  const chosen = await askPerson();
  return chosen && { ...chosen, person: ada };
}

function intro(io: Io): string {
  const paint = colours(io);
  const said = (label: string, text: string) => labelled(label, wrap(text, 11, io), 11, io);
  return [
    paint.bold("Incident healer demo"),
    said(
      "Real:",
      "services, faults, traffic, logs, metrics, alarms, shell commands, policy engine, journal, state machine engine, database.",
    ),
    said(
      "Not real:",
      "the account. And the model is offline: it follows the runbooks without an LLM. One metric period is 1 s (CloudWatch: 10 s or more).",
    ),
    "",
  ].join("\n");
}

async function closing(reports: readonly RunReport[], healer: LocalHealer, began: number, io: Io): Promise<string> {
  const paint = colours(io);
  const anchors = await healer.witness.anchors();
  const lines = await Promise.all(
    reports.map(async (report) => {
      const runId = RunId.parse(report.run);
      const heads = anchors.get(runId) ?? [];
      const fault = verifyChain(runId, await healer.deps.journal.read(runId), heads);
      const chain =
        fault === undefined
          ? paint.green(`journal verified: ${report.entries} entries, ${heads.length} heads anchored`)
          : paint.red(`NOT VERIFIED: ${fault.why}`);
      const spent = `${report.tokens} tokens, $${report.dollars.run.toFixed(2)} spent by the run, $${report.dollars.changes.toFixed(2)} of changes`;
      return `  ${report.run}  ${report.outcome}  ${chain}\n${" ".repeat(20)}${spent}`;
    }),
  );
  return `\n${paint.bold("In the end")}\n${lines.join("\n")}\n  whole demo: ${((Date.now() - began) / 1000).toFixed(1)} s\n${whatNext(paint)}`;
}

/** A newcomer's next five minutes. */
function whatNext(paint: ReturnType<typeof colours>): string {
  const healer = "npm run -s healer --";
  return [
    `\n${paint.bold("Next")}`,
    `  ${healer} serve --lab memory-leak  another fault, in the browser`,
    `  ${healer} eval --filter rds        what it gets right, and wrong`,
    `  ${healer} eval injection           attacks at every door`,
    `  ${healer} --help                   everything else`,
    "",
  ].join("\n");
}
