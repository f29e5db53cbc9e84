import type { IntakeDeps } from "../../src/agent/intake.ts";
import type { AlarmEvent } from "../../src/domain/alarm.ts";
import { CallId, RunId } from "../../src/domain/ids.ts";
import type { Entry } from "../../src/domain/journal.ts";
import type { Clock, Model } from "../../src/domain/ports.ts";
import { replay } from "../../src/domain/run.ts";
import { offlineModel } from "../../src/models/offline.ts";
import { workflowDefinition } from "../../src/workflow/definition.ts";
import { type AgentCode, agentCode } from "./agent.ts";
import { alarmEvent } from "./alarm.ts";
import { violationsOf } from "./invariants.ts";
import { observedStore } from "./observed.ts";
import { peopleOf } from "./people.ts";
import { depsFor } from "./ports.ts";
import { type Process, type ProcessHost, type Roughness, startProcess } from "./process.ts";
import { type Random, randomFrom } from "./random.ts";
import type { Scenario } from "./scenarios.ts";
import type { Shared } from "./shared.ts";
import { simulatedTime } from "./time.ts";
import { simulatedWorkflow } from "./workflow.ts";
import { type Accepted, createWorld } from "./world.ts";

export type Options = {
  readonly seed: number;
  readonly scenario: Scenario;
  /** Undefined for a calm world. */
  readonly rough?: Roughness;
  /** Chance, for each entry of the journal, that another driver of the run starts right after it. */
  readonly rivals?: number;
  /** Times that the whole machine dies and starts again. */
  readonly machineDeaths?: number;
  /** Copies of each alarm event beyond the first, at random times and so in any order. */
  readonly duplicates?: number;
  /** The offline model when left out. */
  readonly model?: (clock: Clock, random: Random) => Model;
  readonly code?: AgentCode;
};

export type Report = {
  readonly seed: number;
  readonly scenario: string;
  /** Empty when every invariant held. */
  readonly violations: readonly string[];
  readonly outcomes: readonly string[];
  readonly entries: readonly Entry[];
  readonly accepted: readonly Accepted[];
  readonly faults: Readonly<Record<string, number>>;
};

/** How long the world stays rough, and how long a simulation may last, in simulated milliseconds. */
const roughForMs = 12 * 60_000;
const longestMs = 10 * 3_600_000;
const epoch = Date.parse("2026-11-23T23:40:00Z");

/** Plays one incident from its alarm to its end. The same options give the same report, byte for byte. */
export async function simulate(options: Options, shared: Shared): Promise<Report> {
  const { scenario, seed, code = agentCode } = options;
  const random = randomFrom(seed);
  const time = simulatedTime(epoch + random.int(3_600_000), random);
  const started = time.now();
  const faults: Record<string, number> = {};
  const host: ProcessHost = {
    time,
    random,
    roughness: () => (time.now() - started < roughForMs ? options.rough : undefined),
    note: (fault) => {
      faults[fault] = (faults[fault] ?? 0) + 1;
    },
  };
  const entries: Entry[] = [];
  const observed = observedStore(
    time,
    (entry) => {
      entries.push(entry);
      if (host.roughness() !== undefined && random.chance(options.rivals ?? 0)) rival(entry.runId);
    },
    (approval) => people.show(approval),
  );
  const world = createWorld(scenario, shared.runbooks, time, (state, at) => deliver(alarmEvent(scenario, state, at)));
  const model = options.model?.(time, random) ?? offlineModel(time);
  const depsOf = (process: Process): IntakeDeps =>
    depsFor(process, { world, model, shared, workflow, store: observed.store, intents: observed.intents });
  const workflow = simulatedWorkflow(
    workflowDefinition({ brain: "brain", hands: "hands" }, { approvalSeconds: 25 * 60, taskSeconds: 900 }),
    host,
    (process, route, body) => invoke(route, body, depsOf(process), code, host),
  );
  const people = peopleOf(scenario, host, code, depsOf);
  const deliver = deliveries(host, options.duplicates ?? 0, async (event) => {
    const { ended } = startProcess("detector", host, (process) => code.takeEvent(event, depsOf(process)));
    const end = await ended;
    return end !== "died" && "value" in end;
  });

  deliver(alarmEvent(scenario, "ALARM", started));
  if (scenario.stopAfterMs !== undefined) time.after(scenario.stopAfterMs, () => world.stop(true));
  for (let index = 0; index < (options.machineDeaths ?? 0); index++) {
    time.after(random.between(0, roughForMs), () => {
      host.note("machine died");
      workflow.die();
      time.after(random.between(1000, 20_000), () => void resumeOpenRuns());
    });
  }
  // An operator, or the next start of the program, picks up what a storm of faults left behind.
  for (let index = 1; index <= 12; index++) time.after(roughForMs + index * 600_000, () => void resumeOpenRuns());
  const rest = await time.run(started + longestMs);
  const violations = await violationsOf({ world, observed, entries, clicks: people.clicks, rest });
  const outcomes = entries.flatMap((entry) =>
    entry.events.flatMap((event) => (event.type === "run_concluded" ? [event.outcome] : [])),
  );
  return { seed, scenario: scenario.name, violations, outcomes, entries, accepted: world.accepted, faults };

  /** Close on the heels of the driver that wrote, so that the two meet at the same step. */
  function rival(runId: RunId): void {
    time.after(random.between(0, 400), () => {
      host.note("rival");
      if (random.chance(0.1)) return workflow.startAgain(runId);
      const permit = random.chance(0.4) ? "read" : "change";
      startProcess("rival", host, (process) => code.drive(runId, permit, depsOf(process), deadline(host)));
    });
  }

  async function resumeOpenRuns(): Promise<void> {
    const open = (await observed.store.incidents.list()).filter((incident) => incident.status !== "closed");
    for (const incident of open) await workflow.start(incident.runId);
  }
}

/** A queue that hands over one event at a time and tries again until it was taken. */
function deliveries(
  host: ProcessHost,
  duplicates: number,
  take: (event: AlarmEvent) => Promise<boolean>,
): (event: AlarmEvent) => void {
  const waiting: AlarmEvent[] = [];
  let handing = false;
  const handOver = async (): Promise<void> => {
    const event = waiting.shift();
    if (event === undefined || handing) return void (event && waiting.unshift(event));
    handing = true;
    const taken = await take(event);
    handing = false;
    if (!taken) host.time.after(4_000, () => enqueue(event));
    host.time.after(1, () => void handOver());
  };
  const enqueue = (event: AlarmEvent): void => {
    waiting.push(event);
    void handOver();
  };
  return (event) => {
    enqueue(event);
    for (let copy = 0; copy < duplicates; copy++) {
      host.time.after(host.random.between(0, 300_000), () => enqueue(event));
    }
  };
}

async function invoke(
  route: string,
  body: Readonly<Record<string, string>>,
  deps: IntakeDeps,
  code: AgentCode,
  host: ProcessHost,
): Promise<unknown> {
  const runId = RunId.parse(body["runId"]);
  switch (route) {
    case "/internal/drive":
      return { callId: "", seconds: 0, ...(await code.drive(runId, "read", deps, deadline(host))) };
    case "/internal/act":
      return { callId: "", seconds: 0, ...(await code.drive(runId, "change", deps, deadline(host))) };
    case "/internal/ask": {
      const run = replay(runId, await deps.journal.read(runId));
      const approvalId = run.calls[CallId.parse(body["callId"])]?.requested?.approvalId;
      if (approvalId === undefined) throw new Error("asks for nothing");
      return code.waitForDecision(approvalId, String(body["taskToken"]), deps);
    }
    case "/internal/escalate":
      return code.escalate(runId, String(body["error"]), deps);
    default:
      throw new Error(`no route ${route}`);
  }
}

/** A function's time is limited; a drive that reaches it hands back `continue`. */
function deadline({ time, random }: ProcessHost): AbortSignal {
  const controller = new AbortController();
  time.after(random.between(5_000, 120_000), () => controller.abort());
  return controller.signal;
}
