import { decideApproval } from "../src/agent/decision.ts";
import type { Settings } from "../src/agent/deps.ts";
import { drive } from "../src/agent/drive.ts";
import { escalate } from "../src/agent/escalate.ts";
import { type IntakeDeps, takeEvent } from "../src/agent/intake.ts";
import { parseAlarmEvent } from "../src/detect/parse.ts";
import type { Approval } from "../src/domain/approval.ts";
import { HealerError, messageOf } from "../src/domain/errors.ts";
import type { CallId, RunId } from "../src/domain/ids.ts";
import type { Entry } from "../src/domain/journal.ts";
import type { ModelRequest } from "../src/domain/message.ts";
import type { Guardrail, Model } from "../src/domain/ports.ts";
import type { Tool } from "../src/domain/tool.ts";
import { defaultSettings } from "../src/local/compose.ts";
import { memoryStore } from "../src/local/memory-store.ts";
import { replyCost } from "../src/models/spend.ts";
import { expandAlarm, openingAlarm } from "./alarm.ts";
import type { EvalCase, ShortAlarm } from "./case.ts";
import { withRecorded } from "./recorded-tools.ts";
import type { Shared } from "./shared.ts";
import { recordedWorld, type SentChange } from "./world.ts";

export type PlayOptions = {
  readonly model: Model;
  readonly modelName: string;
  readonly shared: Shared;
  readonly settings?: Partial<Settings>;
  readonly guardrail?: Guardrail;
  /** Called when the run waits for a person, before anybody whom the case names has answered. */
  readonly onAsk?: (asked: Asked) => Promise<void>;
  /** Called with each request that the model gets. */
  readonly onRequest?: (request: ModelRequest) => void;
  readonly tools?: ReadonlyMap<string, Tool>;
};

/** A card that waits, with the stores and the clock behind it. */
export type Asked = {
  readonly approval: Approval;
  readonly card: number;
  readonly deps: IntakeDeps;
  readonly clock: JumpingClock;
};

export type Played = {
  readonly entries: readonly Entry[];
  readonly runIds: readonly RunId[];
  readonly sent: readonly SentChange[];
  readonly approvals: readonly Approval[];
  readonly unforeseen: readonly string[];
  /** Why the run could not be driven to its end: the model failed, or the code. */
  readonly error?: string;
  /** The model can not be used at all: asking it about other cases is pointless. */
  readonly misconfigured?: HealerError;
};

export const approvers = ["ada", "bob"].map((name) => `terminal:${name}`);

/** How long a reply takes where the model itself takes no time. */
const thinkingMs = 5_000;
const noticeMs = 30_000;
/** Steps of the state machine before a case counts as endless. */
const mostSteps = 2_000;

/** Drives one recorded case to its end with the very drive of the product, in simulated time. */
export async function playCase(definition: EvalCase, options: PlayOptions): Promise<Played> {
  const opening = openingAlarm(definition);
  const clock = jumpingClock(opening.at + noticeMs);
  const world = recordedWorld(definition.world, opening, clock, options.shared);
  const store = memoryStore();
  const runIds: RunId[] = [];
  const settings: Settings = {
    ...defaultSettings,
    environment: "eval",
    mode: definition.world.mode,
    approvers,
    pollSeconds: 30,
    ...options.settings,
  };
  const deps: IntakeDeps = {
    ports: world.ports,
    ...store,
    killSwitch: world.killSwitch,
    notifier: { runChanged: async () => undefined, tick: async () => undefined },
    model: timed(options.model, clock, options.onRequest),
    priceOf: replyCost,
    ids: { next: (length) => "0".repeat(length) },
    policies: options.shared.policies,
    tools: withRecorded(options.tools ?? options.shared.tools, definition.world.recorded, world.unforeseen as string[]),
    prompt: options.shared.prompt,
    settings,
    ...(options.guardrail && { guardrail: options.guardrail }),
    workflow: {
      start: async (runId) => void (runIds.includes(runId) || runIds.push(runId)),
      resume: async () => undefined,
    },
    modelName: options.modelName,
  };
  await take(opening.event, deps);
  const agenda = agendaOf(definition, opening.at, deps, clock);
  const [first] = runIds;
  const surroundings = { deps, clock, agenda, definition, onAsk: options.onAsk };
  const error = first === undefined ? undefined : await driveToEnd(first, surroundings);
  await agenda.deliver(Number.POSITIVE_INFINITY);
  return {
    entries: first === undefined ? [] : await store.journal.read(first),
    runIds,
    sent: world.sent,
    approvals: await store.approvals.list(),
    unforeseen: world.unforeseen,
    ...(error !== undefined && { error: messageOf(error) }),
    ...(error instanceof HealerError && error.code === "model_misconfigured" && { misconfigured: error }),
  };
}

async function take(event: unknown, deps: IntakeDeps): Promise<void> {
  const parsed = parseAlarmEvent(event);
  if (!parsed.ok) return;
  for (const one of parsed.events) await takeEvent(one, deps);
}

export type JumpingClock = { now(): number; jump(to: number): void };

function jumpingClock(start: number): JumpingClock {
  let now = start;
  return {
    now: () => now,
    jump(to) {
      now = Math.max(now, to);
    },
  };
}

const timed = (model: Model, clock: JumpingClock, onRequest: PlayOptions["onRequest"]): Model => ({
  async converse(request, signal) {
    onRequest?.(request);
    const reply = await model.converse(request, signal);
    clock.jump(clock.now() + Math.max(thinkingMs, reply.latencyMs));
    return reply;
  },
});

type Agenda = {
  /** Time of the next thing that comes by itself. */
  next(): number | undefined;
  deliver(until: number): Promise<void>;
};

/** What comes from outside while the run goes on: the alarm's later changes, and other alarms. */
function agendaOf({ alarm, world }: EvalCase, alarmAt: number, deps: IntakeDeps, clock: JumpingClock): Agenda {
  const short = alarm !== undefined && !("event" in alarm) ? alarm : undefined;
  const due = world.events
    .map((event) => ({ at: alarmAt + event.at, state: event.state, alarm: { ...short, ...event.alarm } as ShortAlarm }))
    .sort((one, other) => one.at - other.at);
  return {
    next: () => due[0]?.at,
    async deliver(until) {
      while (due[0] !== undefined && due[0].at <= until) {
        const event = due.shift();
        if (event === undefined) continue;
        // What comes after the run's end comes in its own time.
        clock.jump(event.at);
        await take(expandAlarm(event.alarm, world.region, event.at, event.state), deps);
      }
    },
  };
}

type Surroundings = {
  readonly deps: IntakeDeps;
  readonly clock: JumpingClock;
  readonly agenda: Agenda;
  readonly definition: EvalCase;
  readonly onAsk: PlayOptions["onAsk"];
};

/** Answers why it did not get there. */
async function driveToEnd(runId: RunId, surroundings: Surroundings): Promise<unknown> {
  const { deps, clock, agenda } = surroundings;
  let permit: "read" | "change" = "read";
  let failures = 0;
  for (let step = 0; step < mostSteps; step++) {
    await agenda.deliver(clock.now());
    try {
      const driven = await drive(runId, permit, deps, AbortSignal.timeout(600_000));
      if (driven.status === "done") return undefined;
      if (driven.status === "wait") jump(clock, clock.now() + driven.seconds * 1000, agenda);
      else permit = driven.status === "act" ? "change" : "read";
      if (driven.status === "ask") await waitForPerson(runId, driven.callId as CallId, surroundings);
    } catch (error) {
      const again = (error as { retryable?: boolean }).retryable === true && failures < 4;
      if (!again) {
        await escalate(runId, messageOf(error), deps).catch(() => undefined);
        return error;
      }
      failures += 1;
      await new Promise((resolve) => setTimeout(resolve, 2_000 * 2 ** failures).unref());
    }
  }
  return `no end after ${mostSteps} steps`;
}

/** Not past what comes by itself: an alarm that recovers has to be seen when it does. */
const jump = (clock: JumpingClock, to: number, agenda: Agenda): void => clock.jump(Math.min(to, agenda.next() ?? to));

async function waitForPerson(
  runId: RunId,
  callId: CallId,
  { deps, clock, agenda, definition: { world }, onAsk }: Surroundings,
): Promise<void> {
  const all = (await deps.approvals.list()).filter((approval) => approval.runId === runId);
  const approval = all.find((one) => one.callId === callId);
  if (approval === undefined) return;
  const card = all.indexOf(approval) + 1;
  await onAsk?.({ approval, card, deps, clock });
  if ((await deps.approvals.get(approval.approvalId))?.status !== "pending") return;
  const requested = Date.parse(approval.requestedAt);
  const decided = new Set(approval.approvers.map((one) => one.person.id));
  const acts = world.people.filter((act) => act.card === card && !decided.has(`terminal:${act.by}`));
  const [act] = [...acts].sort((one, other) => one.after - other.after);
  const at = Math.min(
    act === undefined ? Number.POSITIVE_INFINITY : requested + act.after,
    Date.parse(approval.expiresAt),
  );
  const next = agenda.next();
  if (next !== undefined && next < at) {
    clock.jump(next);
    return;
  }
  clock.jump(at);
  if (act === undefined || at >= Date.parse(approval.expiresAt)) return;
  const person = { id: `terminal:${act.by}`, name: act.by, via: "terminal" as const };
  const decision = { kind: act.does, person, digest: approval.digest, comment: act.say, at: clock.now() };
  // A person who may not decide is refused, and the card goes on waiting.
  await decideApproval(approval.approvalId, decision, deps).catch(() =>
    world.people.splice(world.people.indexOf(act), 1),
  );
}
