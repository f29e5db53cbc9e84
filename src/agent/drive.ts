import { HealerError } from "../domain/errors.ts";
import type { RunEvent } from "../domain/event.ts";
import type { RunId } from "../domain/ids.ts";
import { nextEntry } from "../domain/journal.ts";
import { next, type Step } from "../domain/next.ts";
import { apply, type Run, replay } from "../domain/run.ts";
import type { AgentDeps } from "./deps.ts";
import { perform } from "./perform.ts";
import { screenEvents } from "./screen.ts";
import { settle } from "./settle.ts";
import { noTelemetry } from "./telemetry.ts";

/** `read` is the brain: it thinks, reads and asks. `change` is the hands: they send what was decided, and never think. */
export type Permit = "read" | "change";

/** What the state machine branches on. */
export type Driven =
  | { readonly status: "done" | "continue"; readonly runId: RunId }
  | { readonly status: "ask" | "act"; readonly runId: RunId; readonly callId: string }
  | { readonly status: "wait"; readonly runId: RunId; readonly seconds: number };

/** Why `perform` stopped short of an event. */
export type Pause = { readonly wait: number } | { readonly ask: string };

/**
 * Takes a run as far as its permit allows. Safe to kill at any instruction and to start twice: every step is derived from
 * the journal, and whoever loses an append reads it again.
 */
export async function drive(runId: RunId, permit: Permit, deps: AgentDeps, signal: AbortSignal): Promise<Driven> {
  for (;;) {
    try {
      const run = replay(runId, await deps.journal.read(runId));
      return await advance(run, permit, deps, signal);
    } catch (error) {
      if (!(error instanceof HealerError) || error.code !== "journal_conflict") throw error;
    }
  }
}

async function advance(start: Run, permit: Permit, deps: AgentDeps, signal: AbortSignal): Promise<Driven> {
  let run = start;
  for (;;) {
    const step = next(run, deps.ports.clock.now());
    if (step.do === "done") {
      await settle(run, deps);
      return { status: "done", runId: run.runId };
    }
    const elsewhere = belongsElsewhere(step, permit, run.runId);
    if (elsewhere !== undefined) return elsewhere;
    if (signal.aborted) return { status: "continue", runId: run.runId };
    const work = (deps.telemetry ?? noTelemetry).observe(step, run, perform(step, run, deps, signal));
    try {
      for (;;) {
        const { done, value } = await work.next();
        if (done) {
          if (value !== undefined) return paused(value, run.runId);
          break;
        }
        run = await append(run, await screenEvents(value, run, deps, signal), permit, deps);
      }
    } finally {
      // An append that failed leaves the work at its `yield`: it goes no further, and whoever watches it must learn so.
      await work.return(undefined);
    }
  }
}

/** Durable before the line after the `yield` that handed the events over. */
async function append(run: Run, events: readonly RunEvent[], permit: Permit, deps: AgentDeps): Promise<Run> {
  const at = new Date(deps.ports.clock.now()).toISOString();
  const actor = permit === "read" ? "brain" : "hands";
  const previous = run.seq === 0 ? undefined : { seq: run.seq, hash: run.head };
  const entry = nextEntry(previous, { runId: run.runId, at, actor, events: [...events] });
  await deps.journal.append(entry);
  return apply(run, entry);
}

const changing: ReadonlySet<Step["do"]> = new Set(["execute", "reconcile", "check"]);

function belongsElsewhere(step: Step, permit: Permit, runId: RunId): Driven | undefined {
  const forHands = changing.has(step.do);
  if (permit === "read" && forHands && "call" in step) return { status: "act", runId, callId: step.call.callId };
  if (permit === "change" && !forHands) return { status: "continue", runId };
  return undefined;
}

const paused = (pause: Pause, runId: RunId): Driven =>
  "wait" in pause
    ? { status: "wait", runId, seconds: Math.max(1, Math.ceil(pause.wait)) }
    : { status: "ask", runId, callId: pause.ask };
