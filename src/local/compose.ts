import { join } from "node:path";
import { tools } from "../../tools/index.ts";
import type { AgentDeps, Settings } from "../agent/deps.ts";
import { incidentHistory } from "../agent/history.ts";
import type { IntakeDeps } from "../agent/intake.ts";
import { rebuildIncidents } from "../agent/rebuild.ts";
import { dynamoApprovals } from "../aws/dynamo-approvals.ts";
import { dynamoIncidents } from "../aws/dynamo-incidents.ts";
import { dynamoJournal } from "../aws/dynamo-journal.ts";
import { dynamoLocks } from "../aws/dynamo-locks.ts";
import { dynamoSpend } from "../aws/dynamo-spend.ts";
import { createPriceList } from "../cost/price-list.ts";
import { errorCodes, HealerError } from "../domain/errors.ts";
import type { ApprovalId } from "../domain/ids.ts";
import type { Entry } from "../domain/journal.ts";
import { refuseUnknown } from "../domain/mode.ts";
import { usd } from "../domain/money.ts";
import type { ApprovalStore, Clock, Evidence, JournalStore, Model, Notifier, Workflow } from "../domain/ports.ts";
import type { Runbook } from "../domain/runbook.ts";
import { type FreezeWindow, frozenAt } from "../governance/freeze.ts";
import { policiesOnFirstUse } from "../governance/policy.ts";
import { createInternalApp } from "../http/internal.ts";
import { offlineModel, offlineModelId } from "../models/offline.ts";
import { replyCost } from "../models/spend.ts";
import { workflowDefinition } from "../workflow/definition.ts";
import { projectFolder, readPolicyText, readPrompt } from "./files.ts";
import { fileKillSwitch } from "./kill-switch.ts";
import { createSnapshotPrices } from "./price-snapshot.ts";
import { loadRunbooks, runbookLibrary } from "./runbook-folder.ts";
import { openState, type State } from "./state.ts";
import { randomIds, systemClock } from "./system.ts";
import { openWitness, type Witness, witnessed } from "./witness.ts";
import { type Invoke, type LocalWorkflow, localWorkflow } from "./workflow.ts";

/** The whole healer on one machine: the deployed code paths, with the local engines behind the same ports. */
export type LocalHealer = {
  readonly deps: IntakeDeps;
  readonly state: State;
  readonly witness: Witness;
  readonly runbooks: readonly Runbook[];
  /** Runbooks that do not parse: never searched, never run, and nobody should have to guess why. */
  readonly brokenRunbooks: readonly HealerError[];
  readonly workflow: LocalWorkflow;
  /** Hands an event to the route that EventBridge's rule reaches. Rejects with `bad_event`. */
  receive(
    event: unknown,
  ): Promise<readonly { readonly detection: { kind: string; reason: string }; readonly runId?: string }[]>;
  /** Starts the workflow of every run that has not concluded: after a crash, this is all it takes. */
  resumeOpenRuns(): Promise<readonly string[]>;
  close(): Promise<void>;
};

export type LocalOptions = {
  readonly folder: string;
  readonly evidence: Evidence;
  readonly settings: Partial<Settings>;
  readonly model?: { readonly name: string; readonly model: Model };
  readonly notifier?: Notifier;
  readonly runbookFolder?: string;
  readonly freezes?: readonly FreezeWindow[];
  /** Called with each entry right after it became durable. */
  readonly onEntry?: (entry: Entry) => void;
};

export const defaultSettings: Settings = {
  mode: "auto",
  environment: "local",
  approvers: [],
  approvalTtlMs: 30 * 60_000,
  budgets: { turns: 24, tokens: 400_000, spend: usd(1), wallMs: 2 * 60 * 60_000, sameCall: 3 },
  sendTimeoutMs: 10_000,
  toolTimeoutMs: 60_000,
  modelTimeoutMs: 120_000,
  maxTokens: 8_000,
  pollSeconds: 1,
};

export async function composeLocal(options: LocalOptions): Promise<LocalHealer> {
  const state = await openState(options.folder);
  try {
    return await compose(options, state);
  } catch (error) {
    await state.close();
    throw error;
  }
}

async function compose(options: LocalOptions, state: State): Promise<LocalHealer> {
  const witness = await openWitness(join(state.folder, "witness"));
  const journal = observed(witnessed(dynamoJournal(state.dynamo), witness), options.onEntry);
  const { runbooks, broken: brokenRunbooks } = await loadRunbooks(
    options.runbookFolder ?? join(projectFolder, "runbooks"),
  );
  refuseUnknown(options.settings.modes ?? {}, runbooks);
  const clock = systemClock;
  const incidents = dynamoIncidents(state.dynamo);
  const { approvals, waits } = watched(dynamoApprovals(state.dynamo), state.owner);
  const agent: AgentDeps = {
    ports: {
      clock,
      ...options.evidence,
      runbooks: runbookLibrary(runbooks),
      pricing: createPriceList({ unitPrices: createSnapshotPrices(), fleet: options.evidence.fleet, clock }),
      calendar: { freezeAt: (now) => frozenAt(options.freezes ?? [], now) },
      history: incidentHistory({ incidents, journal }),
    },
    journal,
    incidents,
    approvals,
    spend: dynamoSpend(state.dynamo),
    locks: dynamoLocks(state.dynamo),
    killSwitch: fileKillSwitch(join(state.folder, "stop")),
    notifier: options.notifier ?? silent,
    model: options.model?.model ?? offlineModel(clock),
    priceOf: replyCost,
    ids: randomIds,
    policies: policiesOnFirstUse(await readPolicyText()),
    tools,
    prompt: await readPrompt(),
    settings: { ...defaultSettings, ...options.settings },
  };
  const definition = workflowDefinition(
    { brain: "healer-brain", hands: "healer-hands" },
    { approvalSeconds: Math.ceil(agent.settings.approvalTtlMs / 1000) + 60, taskSeconds: 900 },
  );
  // The engine and the app need each other: the app starts runs, the engine calls the app back.
  let invoke: Invoke = async () => {
    throw new Error("not composed yet");
  };
  const engine = await localWorkflow(definition, (name, route, body) => invoke(name, route, body), randomIds);
  const stopLooking = lookAtRecords(waits, approvals, engine, clock);
  const deps: IntakeDeps = { ...agent, workflow: engine, modelName: options.model?.name ?? offlineModelId };
  const internal = createInternalApp(deps, () => AbortSignal.timeout(600_000));
  invoke = async (_, route, body) => {
    const answer = await internal.request(route, { method: "POST", body: JSON.stringify(body) });
    const value: unknown = await answer.json();
    if (answer.ok) return value;
    throw asHealerError(value);
  };
  // Commands that only look need no policy; whoever takes up a run learns first that one does not parse.
  const ready = async () => void (await agent.policies.ready?.());
  let queue: Promise<unknown> = Promise.resolve();
  return {
    deps,
    state,
    witness,
    runbooks,
    brokenRunbooks,
    workflow: engine,
    // One at a time, as the deployed queue hands them over: two alarms of one resource must not open two runs.
    receive(event) {
      const taken = queue.then(ready).then(() => invoke("healer-detector", "/internal/event", event));
      queue = taken.catch(() => undefined);
      return taken.then((answer) => (answer as { taken: never }).taken);
    },
    async resumeOpenRuns() {
      await ready();
      await listLostRuns(deps);
      const open = (await deps.incidents.recent(deps.ports.clock.now())).filter(
        (incident) => incident.status !== "closed",
      );
      for (const incident of open) await engine.start(incident.runId);
      return open.map((incident) => incident.runId);
    },
    async close() {
      stopLooking();
      engine.stop();
      await queue;
      await state.close();
    },
  };
}

/** A process that died right after a run's first entry left no incident for it, and its event is not delivered again. */
async function listLostRuns({ journal, incidents }: AgentDeps): Promise<void> {
  const listed = new Set((await incidents.list()).map((incident) => incident.runId));
  const lost = (await journal.runIds()).filter((runId) => !listed.has(runId));
  await rebuildIncidents({ journal: { ...journal, runIds: async () => lost }, incidents });
}

const silent: Notifier = { runChanged: async () => undefined, tick: async () => undefined };

const observed = (journal: JournalStore, onEntry: ((entry: Entry) => void) | undefined): JournalStore => ({
  ...journal,
  async append(entry) {
    await journal.append(entry);
    onEntry?.(entry);
  },
});

/** Milliseconds between looks at an approval that another process may have decided. */
const lookEveryMs = 250;

/** Approvals that this process waits for, with the token of each wait. */
type Waits = Map<ApprovalId, string>;

function watched(store: ApprovalStore, owner: boolean): { readonly approvals: ApprovalStore; readonly waits: Waits } {
  const waits: Waits = new Map();
  const approvals: ApprovalStore = {
    ...store,
    async keepToken(approvalId, taskToken) {
      waits.set(approvalId, taskToken);
      await store.keepToken(approvalId, taskToken);
    },
    // Only the process that waits can end the wait; another one leaves the token where it is.
    takeToken: async (approvalId) => (owner ? store.takeToken(approvalId) : undefined),
  };
  return { approvals, waits };
}

/**
 * Another process on the same state folder can decide an approval, but not wake this engine. So this one also looks at the
 * record, which is the truth anyway; the same look notices that it has expired. Answers how to stop looking.
 */
function lookAtRecords(waits: Waits, approvals: ApprovalStore, engine: Workflow, clock: Clock): () => void {
  const look = async (approvalId: ApprovalId, token: string) => {
    const approval = await approvals.get(approvalId);
    if (approval?.status === "pending" && clock.now() < Date.parse(approval.expiresAt)) return;
    waits.delete(approvalId);
    await engine.resume(token);
  };
  const timer = setInterval(() => {
    for (const [approvalId, token] of waits) look(approvalId, token).catch(() => undefined);
  }, lookEveryMs);
  return () => clearInterval(timer);
}

/** What an internal route answered, as the error that it was; a bug stays one. */
function asHealerError(value: unknown): Error {
  const { type, title, hint, retryable, problems } = value as Readonly<Record<string, unknown>>;
  const message = problems === undefined ? String(title) : JSON.stringify(problems);
  const code = errorCodes.find((known) => known === type);
  if (code === undefined) return new Error(message);
  return new HealerError(code, message, {
    hint: typeof hint === "string" ? hint : "See the message.",
    retryable: retryable === true,
  });
}
