import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FaultName, faults, startLab } from "../lab/index.ts";
import { decideApproval } from "../src/agent/decision.ts";
import { RunId } from "../src/domain/ids.ts";
import type { Model } from "../src/domain/ports.ts";
import { replay } from "../src/domain/run.ts";
import { composeLocal, type LocalHealer } from "../src/local/compose.ts";
import { systemClock } from "../src/local/system.ts";
import type { EvalCase } from "./case.ts";
import { approvers, type Played } from "./play.ts";

export type LabPlayed = { readonly played: Played; readonly took: number };

/** A lab run that has not ended by then counts as an error. */
const mostMs = 40_000;

/** Breaks real services, all at once, and lets the whole local healer heal them; answers what became of each case. */
export async function playLabCases(
  cases: readonly EvalCase[],
  options: { readonly model: Model; readonly modelName: string },
): Promise<ReadonlyMap<string, LabPlayed>> {
  const folder = await mkdtemp(join(tmpdir(), "healer-eval-"));
  const hosts = [...new Set(cases.map((one) => faults[one.lab as FaultName].service))];
  const lab = await startLab({ folder: join(folder, "lab"), clock: systemClock, hosts });
  const healer = await composeLocal({
    folder: join(folder, "state"),
    evidence: lab.ports,
    model: { name: options.modelName, model: options.model },
    settings: { environment: "lab", approvers, sendTimeoutMs: 3_000 },
  });
  const opened = new Map<string, PromiseWithResolvers<RunId>>(
    cases.map((one) => [alarmPrefix(one), Promise.withResolvers()]),
  );
  lab.onAlarm((event) => {
    const name = (event as { detail: { alarmName: string } }).detail.alarmName;
    healer.receive(event).then(
      ([taken]) => {
        const [, waiting] = [...opened].find(([prefix]) => name.startsWith(prefix)) ?? [];
        if (taken?.detection.kind === "open" && taken.runId !== undefined) waiting?.resolve(RunId.parse(taken.runId));
      },
      () => undefined,
    );
  });
  try {
    const play = async (one: EvalCase) => [one.id, await playOne(one, opened, lab.inject, healer)] as const;
    // What people approve counts against the day's ceiling, after which even a free change would ask: so it comes last.
    const isAsked = (one: EvalCase) => one.world.people.length > 0;
    const alone = await Promise.all(cases.filter((one) => !isAsked(one)).map(play));
    return new Map([...alone, ...(await Promise.all(cases.filter(isAsked).map(play)))]);
  } finally {
    await healer.close();
    await lab.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const alarmPrefix = (one: EvalCase): string => `${faults[one.lab as FaultName].service}-`;

async function playOne(
  one: EvalCase,
  opened: ReadonlyMap<string, PromiseWithResolvers<RunId>>,
  inject: (fault: FaultName) => Promise<void>,
  healer: LocalHealer,
): Promise<LabPlayed> {
  const began = Date.now();
  await inject(one.lab as FaultName);
  const runId = await within(opened.get(alarmPrefix(one))?.promise ?? Promise.reject(new Error("no alarm")));
  if (runId === undefined) return { played: nothing("its alarm did not fire"), took: Date.now() - began };
  const ended = healer.workflow.ended(runId).then(() => true);
  let over = false;
  while (!over && Date.now() - began < mostMs) {
    over = await Promise.race([ended, new Promise<false>((resolve) => setTimeout(resolve, 200, false))]);
    if (!over) await decide(one, runId, healer);
  }
  const entries = await healer.deps.journal.read(runId);
  const approvals = (await healer.deps.approvals.list()).filter((approval) => approval.runId === runId);
  const unfinished = replay(runId, entries).concluded === undefined;
  return {
    played: {
      entries,
      runIds: [runId],
      sent: [],
      approvals,
      unforeseen: [],
      ...(unfinished && { error: "it did not end in time" }),
    },
    took: Date.now() - began,
  };
}

async function decide(one: EvalCase, runId: RunId, healer: LocalHealer): Promise<void> {
  const waiting = (await healer.deps.approvals.list()).filter(
    (approval) => approval.runId === runId && approval.status === "pending",
  );
  for (const approval of waiting) {
    for (const act of one.world.people) {
      const person = { id: `terminal:${act.by}`, name: act.by, via: "terminal" as const };
      const decision = { kind: act.does, person, digest: approval.digest, comment: act.say, at: Date.now() };
      await decideApproval(approval.approvalId, decision, healer.deps).catch(() => undefined);
    }
  }
}

const within = <Value>(promise: Promise<Value>): Promise<Value | undefined> =>
  Promise.race([promise, new Promise<undefined>((resolve) => setTimeout(resolve, 30_000, undefined).unref())]);

const nothing = (error: string): Played => ({
  entries: [],
  runIds: [],
  sent: [],
  approvals: [],
  unforeseen: [],
  error,
});
