import type { AgentDeps } from "../src/agent/deps.ts";
import { unseen } from "../src/agent/ground.ts";
import { perform } from "../src/agent/perform.ts";
import { HealerError } from "../src/domain/errors.ts";
import type { EventOf, RunEvent } from "../src/domain/event.ts";
import { canonicalJson, type Entry, nextEntry } from "../src/domain/journal.ts";
import { next, type Step } from "../src/domain/next.ts";
import { allCalls, apply, type CallState, emptyRun, type Run, replay } from "../src/domain/run.ts";
import { type ReplayInputs, replayDeps } from "./replay-deps.ts";

export type Replayed = {
  readonly entries: readonly Entry[];
  /** Every entry has the very bytes of the recorded one, and there are as many. */
  readonly identical: boolean;
  /** What the replay would have to ask the world for, and the recording does not hold. */
  readonly stoppedAt?: string;
  /** Tool calls that the recorded run never made. */
  readonly unforeseen: readonly string[];
};

/** Replies after which a replay that left the recording is cut off. */
const mostSteps = 400;

/**
 * Runs a journal again. What the world answered comes from the recording: tool results, people, what became of changes,
 * what was measured. What code and model decide is decided anew, with the inputs given. Nothing is ever sent.
 */
export async function replayRun(recorded: readonly Entry[], inputs: ReplayInputs): Promise<Replayed> {
  const [first] = recorded;
  const started = first?.events[0];
  if (first === undefined || started?.type !== "run_started") {
    throw new HealerError("bad_input", "the journal does not begin with run_started", { hint: "Replay a whole run." });
  }
  const past = replay(first.runId, recorded);
  const { promptHash, policyHash, model } = inputs;
  const opening = nextEntry(undefined, { ...content(first), events: [{ ...started, promptHash, policyHash, model }] });
  const state = { run: apply(emptyRun(first.runId), opening), entries: [opening] };
  const surroundings = replayDeps(recorded, past, inputs, () => state.run);
  let stoppedAt: string | undefined;
  for (let count = 0; count < mostSteps && stoppedAt === undefined; count++) {
    const due = onTrack(state.entries, recorded) ? recorded[state.entries.length] : undefined;
    surroundings.aim(due);
    const step = next(state.run, surroundings.deps.ports.clock.now());
    if (step.do === "done" && due?.events[0]?.type !== "alarm_recovered") break;
    const answered = fromRecording(step, state.run, past, due);
    if (answered === "missing") stoppedAt = missingWords(step);
    else if (answered === undefined)
      stoppedAt = await decideAnew(step, state, surroundings.deps, due, surroundings.settle);
    else add(state, answered, due, surroundings.deps);
  }
  return {
    entries: state.entries,
    identical:
      state.entries.length === recorded.length &&
      state.entries.every((entry, index) => entry.hash === recorded[index]?.hash),
    ...(stoppedAt !== undefined && { stoppedAt }),
    unforeseen: surroundings.unforeseen,
  };
}

type State = { run: Run; readonly entries: Entry[] };

/** The same steps so far, whatever the first entry says about prompt and policies. */
const onTrack = (entries: readonly Entry[], recorded: readonly Entry[]): boolean =>
  entries.every(
    (entry, index) => index === 0 || canonicalJson(entry.events) === canonicalJson(recorded[index]?.events ?? null),
  );

const content = ({ runId, at, actor, events }: Entry) => ({ runId, at, actor, events });

function add(state: State, events: readonly RunEvent[], due: Entry | undefined, deps: AgentDeps): void {
  const at = due?.at ?? new Date(deps.ports.clock.now()).toISOString();
  const entry = nextEntry(
    { seq: state.run.seq, hash: state.run.head },
    { runId: state.run.runId, at, actor: due?.actor ?? "replay", events: [...events] },
  );
  state.entries.push(entry);
  state.run = apply(state.run, entry);
}

async function decideAnew(
  step: Step,
  state: State,
  deps: AgentDeps,
  due: Entry | undefined,
  settle: (events: readonly RunEvent[]) => readonly RunEvent[],
): Promise<string | undefined> {
  try {
    const work = perform(step, state.run, deps, AbortSignal.timeout(600_000));
    for (;;) {
      const { done, value } = await work.next();
      if (!done) add(state, settle(value), due, deps);
      else return value === undefined ? undefined : "it waits for what the recording does not hold";
    }
  } catch (error) {
    if (error instanceof HealerError && error.code === "not_found") return error.message;
    throw error;
  }
}

/** Events that only the world can give, out of the recording; undefined for what is decided anew. */
function fromRecording(
  step: Step,
  run: Run,
  past: Run,
  due: Entry | undefined,
): readonly RunEvent[] | "missing" | undefined {
  if (due?.actor === "workflow") return due.events;
  switch (step.do) {
    case "execute":
      return changeEvents(step.call, past, "start");
    case "reconcile":
      return changeEvents(step.call, past, "sent");
    case "check":
      return changeEvents(step.call, past, "finish");
    case "await_approval": {
      const decided = twin(step.call, past)?.decided;
      return decided === undefined
        ? "missing"
        : [{ ...decided, callId: step.call.callId, approvalId: step.call.requested?.approvalId ?? decided.approvalId }];
    }
    case "verify": {
      const events = past.turns.flatMap((turn) => turn.verified);
      const wanted = step.calls.map((call) => twin(call, past)?.callId);
      const found = events.find((event) => event.calls.some((id) => wanted.includes(id)));
      return found === undefined ? "missing" : [{ ...found, calls: step.calls.map((call) => call.callId) }];
    }
    case "ground":
      return healthClaim(step.call, run, past);
    case "screen":
      return due?.events[0]?.type === "alarm_screened" ? due.events : "missing";
    case "done":
      return due?.events;
    case "think":
    case "read":
    case "assess":
    case "refuse":
    case "request_approval":
    case "conclude":
      return undefined;
  }
}

/** Whether the metric was healthy when the run ended is the world's to say, and it said so once; all else is checked anew. */
function healthClaim(call: CallState, run: Run, past: Run): readonly RunEvent[] | "missing" | undefined {
  const { outcome } = call.input as { outcome?: string };
  if (outcome === "escalate" || unseen(run, call.input).length > 0) return undefined;
  const claims = allCalls(past).filter(
    (other) => other.kind === "conclude" && (other.input as { outcome?: string }).outcome === outcome,
  );
  // A claim that came too early is made again after a wait: each has its own answer.
  const same = claims.filter((other) => canonicalJson(other.input) === canonicalJson(call.input));
  const said = (same.find((other) => other.callId === call.callId) ?? same[0])?.finished;
  if (said?.refused !== undefined) return [{ ...without(said), callId: call.callId }];
  return claims.some((other) => other.finished?.refused === undefined) ? undefined : "missing";
}

/** The recorded call that asked for exactly the same: the same digest, in the same order of asking. */
export function twin(call: CallState, past: Run): CallState | undefined {
  const digest = call.assessed?.digest;
  const same = allCalls(past).filter((other) => other.assessed?.digest === digest && digest !== undefined);
  return same.find((other) => other.callId === call.callId) ?? same[0];
}

function changeEvents(call: CallState, past: Run, part: "start" | "sent" | "finish"): readonly RunEvent[] | "missing" {
  const recorded = twin(call, past);
  const { callId } = call;
  if (part === "start" && recorded?.started !== undefined) return [{ ...without(recorded.started), callId }];
  if (part === "sent" && recorded?.sent !== undefined) return [{ ...recorded.sent, callId }];
  if (recorded?.finished !== undefined) return [{ ...without(recorded.finished), callId }];
  return "missing";
}

function without<Event extends EventOf<"change_started"> | EventOf<"call_finished">>(
  event: Event & { readonly at: number },
): Event {
  const { at: _, ...rest } = event;
  return rest as unknown as Event;
}

function missingWords(step: Step): string {
  if (step.do === "execute") return `${step.call.callId} would now run; the recording does not say how that ends`;
  if (step.do === "await_approval")
    return `${step.call.callId} would now wait for ${step.call.requested?.quorum} person(s)`;
  return `${step.do}: the recording does not hold it`;
}
