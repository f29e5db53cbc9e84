import { createPriceList } from "../src/cost/price-list.ts";
import { HealerError } from "../src/domain/errors.ts";
import { sha256 } from "../src/domain/journal.ts";
import { usd } from "../src/domain/money.ts";
import type { Clock, CommandStatus, KillSwitch, Ports } from "../src/domain/ports.ts";
import type { PlannedAction } from "../src/domain/tool.ts";
import type { OpeningAlarm } from "./alarm.ts";
import type { World } from "./case.ts";
import { logsOf } from "./logs.ts";
import { type MetricSpec, metricsOf } from "./metrics.ts";
import type { Shared } from "./shared.ts";

/** What the service was asked to change. */
export type SentChange = { readonly plan: PlannedAction; readonly actionId: string; readonly at: number };

/** A case's surroundings behind the ports of the real agent. What no case foresaw is answered honestly and counted. */
export type RecordedWorld = {
  readonly ports: Ports;
  readonly killSwitch: KillSwitch;
  readonly sent: readonly SentChange[];
  readonly unforeseen: readonly string[];
};

export function recordedWorld(world: World, opening: OpeningAlarm, clock: Clock, shared: Shared): RecordedWorld {
  const unforeseen: string[] = [];
  const note = (what: string) => void unforeseen.push(what);
  const fleet = fleetOf(world);
  const machine = commandsOf(world, opening, clock, shared, note);
  const specs: MetricSpec[] = world.metrics.map((metric) => ({
    ...metric,
    dimensions: metric.dimensions ?? opening.definition?.metric.dimensions ?? {},
  }));
  const { definition, own } = opening;
  if (definition !== undefined && own !== undefined) {
    const { namespace, name, dimensions } = definition.metric;
    specs.unshift({ metric: `${namespace} ${name}`, dimensions, wobble: 0, ...own });
  }
  return {
    sent: machine.sent,
    unforeseen,
    killSwitch: {
      async read(scopes) {
        const stop = world.stop;
        const on = stop !== undefined && clock.now() >= opening.at + stop.from && scopes.includes(stop.scope);
        return on ? { stopped: true, by: "ada", why: "drill" } : { stopped: false };
      },
      set: async () => undefined,
    },
    ports: {
      clock,
      logs: logsOf(world, opening.at, clock, note),
      metrics: metricsOf(specs, opening.at, clock, machine.applied, note),
      alarms: { describe: async (arn) => (arn === definition?.alarmArn ? definition : undefined) },
      runbooks: shared.libraryFor(world),
      commands: machine.runner,
      fleet,
      pricing: pricesOf(world, fleet, clock, shared),
      calendar: { freezeAt: () => world.freeze },
      ...surroundingsOf(world, opening.at, note),
    },
  };
}

/** Sources beside metrics and logs. */
function surroundingsOf(
  world: World,
  alarmAt: number,
  note: (what: string) => void,
): Pick<Ports, "inventory" | "changes" | "probe" | "history" | "preview"> {
  return {
    inventory: {
      find: async (_, arnEnd) =>
        world.fleet.members
          .filter((member) => member.id.startsWith("arn:") && member.id.endsWith(arnEnd))
          .map(({ id, tags }) => ({ arn: id, tags })),
      async state(dimension, dimensions) {
        const named = ({ of }: World["states"][number]) =>
          dimension in of && Object.entries(of).every(([key, value]) => dimensions[key] === value);
        const state = world.states.find(named);
        return state && { ...state, events: state.events.map(({ at, text }) => ({ at: alarmAt + at, text })) };
      },
    },
    changes: {
      async read({ start, end }) {
        const changes = world.changes.map((change) => ({
          ...change,
          at: alarmAt + change.at,
          source: "recorded",
          failed: false,
        }));
        const inside = changes.filter((change) => change.at >= start && change.at <= end);
        return { changes: inside, sources: ["recorded"], missing: [] };
      },
    },
    probe: {
      async run({ target, probe }) {
        note(`probe ${probe} of ${target}`);
        const none = "The host does not answer probes.";
        return { target, state: "undeliverable", exitCode: -1, stdout: "", stderr: none, truncated: false };
      },
    },
    history: { similar: async () => ({ runs: [], searched: 0 }) },
    preview: { of: async () => ({ known: false, why: "a recorded world runs no documents" }) },
  };
}

function fleetOf(world: World): Ports["fleet"] {
  const { members, groups } = world.fleet;
  const grown = Object.entries(groups).flatMap(([group, { size, managed }]) => {
    const named = members.filter((member) => member.group === group);
    const tags: Record<string, string> = managed ? { healer: "managed" } : {};
    const rest = Array.from({ length: Math.max(0, size - named.length) }, (_, index) => ({
      id: `${group}-${index + 1}`,
      group,
      healthy: true,
      tags,
    }));
    return [...named, ...rest];
  });
  const all = [
    ...members.filter((member) => member.group === undefined || groups[member.group] === undefined),
    ...grown,
  ];
  return {
    async member(id) {
      const found = all.find((member) => member.id === id);
      return found && { ...found, group: found.group };
    },
    async group(name) {
      const group = Object.hasOwn(groups, name) ? groups[name] : undefined;
      if (group === undefined) return undefined;
      const inside = all.filter((member) => member.group === name).map((member) => ({ ...member, group: name }));
      return { name, instanceType: group.type, desired: group.size, maximum: group.max, members: inside };
    },
  };
}

function pricesOf(world: World, fleet: Ports["fleet"], clock: Clock, shared: Shared): Ports["pricing"] {
  const { prices } = world;
  if (prices === "snapshot") return createPriceList({ unitPrices: shared.unitPrices, fleet, clock });
  if (prices === "unknown") return { quote: async () => ({ known: false, why: "the price list does not answer" }) };
  const amount = usd(prices.dollars);
  const fixed = {
    known: true as const,
    amount,
    horizonHours: 24,
    monthly: usd(prices.dollars * 30),
    basis: "as recorded",
    source: "the finished run",
    asOf: "",
  };
  return { quote: async () => fixed };
}

type Machine = {
  readonly runner: Ports["commands"];
  readonly sent: SentChange[];
  /** When each action took hold, in order. */
  readonly applied: () => readonly { readonly action: string; readonly at: number }[];
};

const defaults = { state: "succeeded", stdout: "", stderr: "", seconds: 20, send: "taken" } as const;

function commandsOf(
  world: World,
  opening: OpeningAlarm,
  clock: Clock,
  shared: Shared,
  note: (what: string) => void,
): Machine {
  const sent: SentChange[] = [];
  const actionOf = (plan: PlannedAction) => plan.runbook?.action ?? "ad-hoc";
  const answerTo = (plan: PlannedAction) => world.commands[actionOf(plan)] ?? defaults;
  const effects = [opening.own, ...world.metrics].flatMap((metric) => Object.keys(metric?.after ?? {}));
  const handleOf = (change: SentChange) => ({
    kind: change.plan.document.type === "Command" ? ("command" as const) : ("automation" as const),
    id: `sent-${sent.indexOf(change) + 1}`,
  });
  return {
    sent,
    applied: () =>
      sent.flatMap(({ plan, at }) => {
        const { state, seconds } = answerTo(plan);
        return state === "succeeded" ? [{ action: actionOf(plan), at: at + seconds * 1000 }] : [];
      }),
    runner: {
      async document(name, version) {
        const known = shared.documents.get(name);
        const change = world.documents[name];
        if (known === undefined || version !== "1" || change === "missing") return undefined;
        const edited = change !== undefined && clock.now() >= opening.at + change.edited_at;
        return { type: known.type, version, hash: edited ? sha256(`${known.hash} edited`) : known.hash };
      },
      async send(plan, actionId) {
        const answer = answerTo(plan);
        if (answer.send === "refused") throw new Error("ThrottlingException: Rate exceeded");
        if (!effects.includes(actionOf(plan)) && !effects.includes("*") && world.commands[actionOf(plan)] === undefined)
          note(`${actionOf(plan)} was not foreseen: it has no effect`);
        const change = { plan: structuredClone(plan), actionId, at: clock.now() };
        sent.push(change);
        if (answer.send === "answer_lost") throw new Error("socket hang up");
        return handleOf(change);
      },
      async find(_, actionId) {
        const found = sent.find((change) => change.actionId === actionId);
        return found && handleOf(found);
      },
      async status(handle) {
        const change = sent[Number(handle.id.slice("sent-".length)) - 1];
        if (change === undefined)
          throw new HealerError("not_found", `${handle.id} was never sent`, {
            hint: "A case's world knows only what it was sent.",
          });
        return statusOf(change, answerTo(change.plan), clock.now());
      },
    },
  };
}

function statusOf({ plan, at }: SentChange, answer: World["commands"][string], now: number): CommandStatus {
  if (now - at < answer.seconds * 1000) return { state: "running", outcomes: [] };
  const { state, stdout, stderr } = answer;
  const exitCode = state === "succeeded" ? 0 : 1;
  const outcomes = plan.targets.map((target) => ({ target, state, exitCode, stdout, stderr, truncated: false }));
  return { state: state === "succeeded" ? "succeeded" : "failed", outcomes };
}
