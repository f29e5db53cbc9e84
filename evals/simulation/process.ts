import { HealerError } from "../../src/domain/errors.ts";
import type { Random } from "./random.ts";
import type { Time } from "./time.ts";

/** One process that can die at any await: each thing it asks of the world goes through `call`. */
export type Process = {
  readonly name: string;
  readonly clock: { now(): number };
  /**
   * Asks the world for something. The effect happens somewhere on the way, the answer comes later, and the process may
   * die before the effect, between effect and answer, or see an error although the effect took place.
   */
  call<Value>(what: string, effect: () => Promise<Value> | Value, latencyMs?: number): Promise<Value>;
  kill(): void;
  alive(): boolean;
};

/** How rough the world is. Chances are per call. */
export type Roughness = {
  /** Dies right before, or right after, what a call does. */
  readonly kill: number;
  /** The service refuses before anything happens. */
  readonly throttle: number;
  /** It happens, and the answer is lost. */
  readonly loseReply: number;
  /** Largest difference of a process's clock from true time, milliseconds. */
  readonly skewMs: number;
};

export type ProcessHost = {
  readonly time: Time;
  readonly random: Random;
  /** Undefined when the rough time is over. */
  roughness(): Roughness | undefined;
  /** Counts what was done to processes, so that a campaign can show that its faults really happened. */
  note(fault: string): void;
};

/** Resolves with what the work answered, or with `died`: a dead process says nothing more. */
export function startProcess<Value>(
  name: string,
  host: ProcessHost,
  work: (process: Process) => Promise<Value>,
): {
  readonly process: Process;
  readonly ended: Promise<{ readonly value: Value } | { readonly error: unknown } | "died">;
} {
  const { time, random } = host;
  const skew = random.between(-1, 1) * (host.roughness()?.skewMs ?? 0);
  let alive = true;
  let pending = 0;
  let reportDeath: (death: "died") => void = () => undefined;
  const died = new Promise<"died">((resolve) => {
    reportDeath = resolve;
  });
  const process: Process = {
    name,
    clock: { now: () => Math.round(time.now() + skew) },
    alive: () => alive,
    kill() {
      if (!alive) return;
      alive = false;
      host.note("killed");
      if (pending === 0) time.working(-1);
      time.letRun();
      reportDeath("died");
    },
    call(what, effect, latencyMs = 20) {
      if (pending === 0) time.working(-1);
      pending += 1;
      return new Promise((resolve, reject) => {
        const latency = random.between(0.2, 1.8) * latencyMs;
        const share = random.next();
        const answer = (settle: () => void): void =>
          time.after(latency * (1 - share), () => {
            if (!alive) return;
            pending -= 1;
            if (pending === 0) time.working(1);
            else time.letRun();
            settle();
          });
        time.after(latency * share, () => {
          const fate = fateOf(host, alive);
          if (fate === "dropped") return;
          if (fate === "kill_before") return process.kill();
          if (fate === "throttled") return answer(() => reject(passing(what, "was throttled")));
          const result = attempt(effect);
          result.catch(() => undefined);
          if (fate === "kill_after") return process.kill();
          answer(() => (fate === "reply_lost" ? reject(passing(what, "gave no answer")) : resolve(result)));
        });
      });
    },
  };
  time.working(1);
  const worked = attempt(() => work(process)).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  const ended = Promise.race([worked, died]).then((end) => {
    if (end !== "died") {
      alive = false;
      if (pending === 0) time.working(-1);
    }
    time.letRun();
    return end;
  });
  return { process, ended };
}

type Fate = "done" | "dropped" | "kill_before" | "kill_after" | "throttled" | "reply_lost";

function fateOf(host: ProcessHost, alive: boolean): Fate {
  const { random, note } = host;
  // A request of a process that died meanwhile may still be on its way.
  if (!alive) return random.chance(0.5) ? "dropped" : "done";
  const rough = host.roughness();
  if (rough === undefined) return "done";
  const drawn = random.next();
  if (drawn < rough.kill / 2) return "kill_before";
  if (drawn < rough.kill) return "kill_after";
  if (drawn < rough.kill + rough.throttle) return noted(note, "throttled");
  if (drawn < rough.kill + rough.throttle + rough.loseReply) return noted(note, "reply_lost");
  return "done";
}

function noted<Name extends Fate>(note: (fault: string) => void, fate: Name): Name {
  note(fate);
  return fate;
}

const attempt = async <Value>(effect: () => Promise<Value> | Value): Promise<Value> => effect();

const passing = (what: string, why: string): HealerError =>
  new HealerError("upstream_failed", `${what} ${why}`, { hint: "It passes by itself.", retryable: true });
