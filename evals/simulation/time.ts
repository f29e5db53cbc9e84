import type { Random } from "./random.ts";

/** Simulated time: a queue of what happens when. Nothing in a simulation waits for a real clock. */
export type Time = {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs the action after that many milliseconds; what is due at once runs in an order that the seed chooses. */
  after(milliseconds: number, action: () => void): void;
  /** Counts sequential work: time stands still while any is running. */
  working(change: 1 | -1): void;
  /** Lets everything that was just resolved run to its end before time goes on. */
  letRun(): void;
  /** Runs until nothing is left to happen or the time is up. Answers whether anything was left. */
  run(until: number): Promise<"quiet" | "time_up">;
};

type Due = { readonly at: number; readonly order: number; readonly action: () => void };

export function simulatedTime(start: number, random: Random): Time {
  const queue = heap();
  let now = start;
  let running = 0;
  let turnWanted = false;
  const settled = async (): Promise<void> => {
    // Most steps are over after a few microtasks; a turn of the event loop is for the rare rest.
    for (let round = 0; round < 200 && running > 0; round++) await Promise.resolve();
    while (running > 0 || turnWanted) {
      turnWanted = false;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return {
    now: () => now,
    after(milliseconds, action) {
      queue.push({ at: now + Math.max(0, milliseconds), order: random.next(), action });
    },
    working(change) {
      running += change;
    },
    letRun() {
      turnWanted = true;
    },
    async run(until) {
      await settled();
      for (;;) {
        const due = queue.pop();
        if (due === undefined) return "quiet";
        if (due.at > until) return "time_up";
        now = due.at;
        due.action();
        // What an effect resolves must be seen before the next effect.
        for (let round = 0; round < 4; round++) await Promise.resolve();
        if (running > 0 || turnWanted) await settled();
      }
    },
  };
}

/** Binary heap, earliest first. */
function heap(): { push(due: Due): void; pop(): Due | undefined } {
  const items: Due[] = [];
  const before = (one: number, other: number): boolean => {
    const left = items[one];
    const right = items[other];
    if (left === undefined || right === undefined) return false;
    return left.at < right.at || (left.at === right.at && left.order < right.order);
  };
  const swap = (one: number, other: number): void => {
    const kept = items[one] as Due;
    items[one] = items[other] as Due;
    items[other] = kept;
  };
  return {
    push(due) {
      items.push(due);
      let at = items.length - 1;
      for (let parent = (at - 1) >> 1; at > 0 && before(at, parent); parent = (at - 1) >> 1) {
        swap(at, parent);
        at = parent;
      }
    },
    pop() {
      const first = items[0];
      const last = items.pop();
      if (first === undefined || last === undefined || items.length === 0) return first;
      items[0] = last;
      for (let at = 0; ; ) {
        const child = [2 * at + 1, 2 * at + 2].reduce((best, other) => (before(other, best) ? other : best), at);
        if (child === at) return first;
        swap(at, child);
        at = child;
      }
    },
  };
}
