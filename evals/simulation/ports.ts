import type { IntakeDeps } from "../../src/agent/intake.ts";
import { zeroUsd } from "../../src/domain/money.ts";
import type { AlarmDefinition, MetricPoint, Model, Ports, Workflow } from "../../src/domain/ports.ts";
import type { Runbook } from "../../src/domain/runbook.ts";
import type { MemoryStore } from "../../src/local/memory-store.ts";
import type { Process } from "./process.ts";
import type { Shared } from "./shared.ts";
import { simulatedSettings } from "./shared.ts";
import { metricPeriodMs, type World } from "./world.ts";

export type Surroundings = {
  readonly world: World;
  readonly store: MemoryStore;
  readonly shared: Shared;
  readonly model: Model;
  readonly workflow: Workflow;
  /** Action ids whose intent is durable. */
  readonly intents: ReadonlySet<string>;
};

/** Everything one process can touch; each touch is a point where it may die, wait or fail. */
export function depsFor(process: Process, around: Surroundings): IntakeDeps {
  const { world, store, shared, model, workflow } = around;
  const { scenario } = world;
  return {
    ports: portsFor(process, around),
    journal: through(process, "journal", store.journal),
    incidents: through(process, "incidents", store.incidents),
    approvals: through(process, "approvals", store.approvals),
    spend: through(process, "spend", store.spend),
    locks: through(process, "locks", store.locks),
    killSwitch: through(process, "kill switch", {
      read: async () => ({ stopped: world.stopped() }),
      set: async () => undefined,
    }),
    notifier: through(process, "notifier", { runChanged: async () => undefined, tick: async () => undefined }),
    model: { converse: (request, signal) => process.call("model", () => model.converse(request, signal), 1500) },
    priceOf: () => zeroUsd,
    ids: { next: (length) => "x".repeat(length) },
    policies: shared.policies,
    tools: shared.tools,
    prompt: shared.prompt,
    settings: { ...simulatedSettings, mode: scenario.mode ?? "auto" },
    workflow: through(process, "workflow", workflow),
    modelName: "simulated",
  };
}

function portsFor(process: Process, around: Surroundings): Ports {
  const { world } = around;
  return {
    clock: process.clock,
    logs: through(process, "logs", {
      read: async (query) => ({ source: query.group, events: 0, bytesScanned: 0, exhausted: true }),
      groups: async () => [],
    }),
    metrics: through(process, "metrics", {
      query: async (query) => points(world, query, process.clock.now()),
      neighbours: async () => [],
    }),
    alarms: through(process, "alarms", { describe: async () => definition(world) }),
    runbooks: library(world),
    pricing: through(process, "pricing", {
      quote: async (model) =>
        world.price(
          model.model === "ec2_instances" ? { add: Number(model.addInstances), type: model.instanceType } : undefined,
        ),
    }),
    commands: commandsFor(process, around),
    fleet: through(process, "fleet", {
      member: async (id) => world.member(id),
      group: async (name) =>
        name === "workers"
          ? { name, instanceType: "t3.large", desired: 4, maximum: 8, members: world.members() }
          : undefined,
    }),
    calendar: { freezeAt: () => (world.frozen() ? "end of the quarter" : undefined) },
    inventory: through(process, "inventory", { find: async () => [], state: async () => undefined }),
    changes: through(process, "changes", {
      read: async () => ({ changes: [], sources: ["simulation"], missing: [] }),
    }),
    probe: through(process, "probe", {
      run: async ({ target }) => ({ ...silent, target }),
    }),
    preview: through(process, "preview", {
      of: async () => ({ known: false, why: "the simulation has no documents" }),
    }),
    history: through(process, "history", { similar: async () => ({ runs: [], searched: 0 }) }),
  };
}

function commandsFor(process: Process, { world, intents }: Surroundings): Ports["commands"] {
  const { scenario } = world;
  return {
    document: async (name, version) => ({
      type: name.startsWith("AWS-") ? "Command" : "Automation",
      version,
      hash: world.documentHash(),
    }),
    send: (plan, actionId) => {
      const kept = structuredClone(plan);
      const send = async () => world.send(kept, actionId, intents.has(actionId));
      return scenario.send !== undefined && world.accepted.length === 0
        ? process.call("send", () => failing(scenario.send, send), 4000)
        : process.call("send", send, 4000);
    },
    find: (_, actionId) => process.call("find", () => world.find(actionId)),
    status: (handle) => process.call("status", () => world.status(handle)),
  };
}

const silent = { state: "succeeded", exitCode: 0, stdout: "", stderr: "", truncated: false } as const;

/** Each method of a port as a call of the process. */
function through<Port extends object>(process: Process, name: string, port: Port): Port {
  const methods = Object.entries(port).map(([key, method]) => [
    key,
    (...given: readonly unknown[]) => process.call(`${name}.${key}`, () => method(...given)),
  ]);
  return Object.fromEntries(methods) as Port;
}

async function failing<Value>(how: "reply_lost" | "refused" | undefined, send: () => Promise<Value>): Promise<Value> {
  if (how === "reply_lost") await send();
  throw new Error(how === "reply_lost" ? "socket hang up" : "ServiceUnavailable");
}

function library(world: World): Ports["runbooks"] {
  const hit = (runbook: Runbook) => ({
    runbookId: runbook.id,
    title: runbook.title,
    step: "act",
    heading: "Act",
    excerpt: "",
    score: 1,
    contentHash: "",
  });
  return {
    get: async (id) => world.runbooks().find((runbook) => runbook.id === id),
    search: async (query) => {
      const fits = world
        .runbooks()
        .filter((one) => one.id === world.scenario.runbook || query.text.split(/[^\w-]+/).includes(one.id));
      return { abstained: fits.length === 0, hits: fits.map(hit) };
    },
  };
}

const definition = ({ scenario }: World): AlarmDefinition => ({
  alarmArn: "arn:sim",
  alarmName: `${scenario.runbook} alarm`,
  metric: {
    namespace: "Sim",
    name: scenario.metric,
    dimensions: { InstanceId: "i-01" },
    stat: "Average",
    period: metricPeriodMs / 1000,
  },
  comparison: ">",
  threshold: scenario.threshold,
  evaluationPeriods: 2,
  datapointsToAlarm: 2,
  treatMissingData: "missing",
});

function points(
  world: World,
  query: { readonly name: string; readonly start: number; readonly end: number },
  now: number,
): readonly MetricPoint[] {
  if (query.name !== world.scenario.metric) return [];
  const first = Math.ceil(query.start / metricPeriodMs);
  const last = Math.floor(Math.min(query.end, now) / metricPeriodMs);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
    const at = (first + index) * metricPeriodMs;
    return { at, value: world.level(at) };
  });
}
