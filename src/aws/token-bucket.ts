import type { Clock } from "../domain/ports.ts";

/** Hands out permits no faster than a service's quota, so that our calls never throttle the account they run in. */
export type TokenBucket = {
  /** Resolves when this call may go out; calls leave in the order they came. Rejects when the signal aborts first. */
  take(signal?: AbortSignal): Promise<void>;
};

export function createTokenBucket(options: {
  readonly burst: number;
  readonly perSecond: number;
  readonly clock: Clock;
  /** Waits milliseconds; rejects when the signal aborts. */
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}): TokenBucket {
  const { burst, perSecond, clock, sleep } = options;
  let tokens = burst;
  let refilledAt = clock.now();

  return {
    async take(signal) {
      const now = clock.now();
      // A clock that jumps back adds nothing, and never takes away what is there.
      tokens = Math.min(burst, tokens + (Math.max(0, now - refilledAt) / 1000) * perSecond);
      refilledAt = now;
      // Going below zero is the queue: the next call waits for this one's token and for its own.
      tokens -= 1;
      if (tokens < 0) await sleep((-tokens / perSecond) * 1000, signal);
    },
  };
}
