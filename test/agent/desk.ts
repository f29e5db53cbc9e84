import { hostileModel, type Move } from "../../evals/simulation/hostile-model.ts";
import { depsFor } from "../../evals/simulation/ports.ts";
import type { Process } from "../../evals/simulation/process.ts";
import { type Scenario, scenarios } from "../../evals/simulation/scenarios.ts";
import { loadShared } from "../../evals/simulation/shared.ts";
import { createWorld, type World } from "../../evals/simulation/world.ts";
import type { AgentDeps } from "../../src/agent/deps.ts";
import type { IntakeDeps } from "../../src/agent/intake.ts";
import { perform } from "../../src/agent/perform.ts";
import type { RunEvent } from "../../src/domain/event.ts";
import type { Entry } from "../../src/domain/journal.ts";
import { next } from "../../src/domain/next.ts";
import type { Model } from "../../src/domain/ports.ts";
import { type Run, replay } from "../../src/domain/run.ts";
import { type MemoryStore, memoryStore } from "../../src/local/memory-store.ts";
import { journal, minute, runId, start, type Together } from "../domain/story.ts";

/** The agent over the simulated world, with a clock that a test turns and nothing that fails by itself. */
export type Desk = {
  readonly deps: IntakeDeps;
  readonly world: World;
  readonly store: MemoryStore;
  readonly clock: { now(): number; set(time: number): void };
  /** Makes this the run's journal; one entry a minute, as `journal` of the stories does. */
  write(...entries: Together[]): Promise<Run>;
  /** Does the one thing that is due and answers the events, without writing them down. */
  perform(run: Run): Promise<{ readonly events: readonly RunEvent[]; readonly pause: unknown }>;
  entries(): Promise<readonly Entry[]>;
};

export const scenarioNamed = (name: string): Scenario => {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`no scenario ${name}`);
  return found;
};

export async function openDesk(
  options: {
    readonly scenario?: Partial<Scenario>;
    readonly moves?: readonly Move[];
    readonly model?: Model;
    readonly change?: (deps: IntakeDeps) => Partial<AgentDeps>;
  } = {},
): Promise<Desk> {
  let now = start;
  const clock = {
    now: () => now,
    set: (time: number) => {
      now = time;
    },
  };
  const scenario = { ...scenarioNamed("standard change"), ...options.scenario };
  const shared = await loadShared();
  const later: { at: number; action: () => void }[] = [];
  const time = {
    now: clock.now,
    after: (milliseconds: number, action: () => void) => void later.push({ at: now + milliseconds, action }),
    working: () => undefined,
    letRun: () => undefined,
    run: async () => "quiet" as const,
  };
  const world = createWorld(scenario, shared.runbooks, time, () => undefined);
  const store = memoryStore();
  const process: Process = {
    name: "test",
    clock,
    call: async (_, effect) => effect(),
    kill: () => undefined,
    alive: () => true,
  };
  const workflow = { start: async () => undefined, resume: async () => undefined };
  const model = options.model ?? hostileModel(options.moves ?? [{ calls: [] }]);
  const base = depsFor(process, { world, store, shared, model, workflow, intents: new Set() });
  const deps = { ...base, ...options.change?.(base) };
  return {
    deps,
    world,
    store,
    clock,
    async write(...entries) {
      const chain = journal(...entries);
      for (const entry of chain) await store.journal.append(entry);
      now = start + (chain.length - 1) * minute;
      return replay(runId, chain);
    },
    async perform(run) {
      const step = next(run, now);
      const events: RunEvent[] = [];
      const work = perform(step, run, deps, new AbortController().signal);
      for (;;) {
        const { done, value } = await work.next();
        if (done) return { events, pause: value };
        events.push(...value);
      }
    },
    entries: () => store.journal.read(runId),
  };
}
