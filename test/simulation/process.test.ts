import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Process, type ProcessHost, type Roughness, startProcess } from "../../evals/simulation/process.ts";
import { randomFrom } from "../../evals/simulation/random.ts";
import { simulatedTime } from "../../evals/simulation/time.ts";

function host(seed: number, rough?: Partial<Roughness>): ProcessHost & { readonly faults: string[] } {
  const random = randomFrom(seed);
  const faults: string[] = [];
  const full = { kill: 0, throttle: 0, loseReply: 0, skewMs: 0, ...rough };
  return { time: simulatedTime(0, random), random, roughness: () => full, note: (fault) => faults.push(fault), faults };
}

/** Makes three calls and says how far it came. */
async function threeCalls(world: ProcessHost, done: string[]): Promise<unknown> {
  const work = async (process: Process) => {
    for (const name of ["a", "b", "c"]) await process.call(name, () => void done.push(name));
    return "ended";
  };
  const { ended } = startProcess("three", world, work);
  await world.time.run(Number.POSITIVE_INFINITY);
  return ended;
}

describe("a simulated process", () => {
  test("in a calm world does everything once and in order", async () => {
    const done: string[] = [];
    expect(await threeCalls(host(1), done)).toEqual({ value: "ended" });
    expect(done).toEqual(["a", "b", "c"]);
  });

  test("that dies does a beginning of its work, and says nothing more", async () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 200; seed++) {
      const done: string[] = [];
      const end = await threeCalls(host(seed, { kill: 0.3 }), done);
      expect(["a", "b", "c"].slice(0, done.length)).toEqual(done);
      if (end !== "died") expect(done).toHaveLength(3);
      seen.add(`${end === "died"} ${done.length}`);
    }
    // Killed before the first call's effect, after the last one's, and everywhere between.
    expect(seen).toEqual(new Set(["true 0", "true 1", "true 2", "true 3", "false 3"]));
  });

  test("sees an error when it was refused, and also when only the answer was lost", async () => {
    const refused: string[] = [];
    expect(await threeCalls(host(1, { throttle: 1 }), refused)).toHaveProperty("error");
    expect(refused).toEqual([]);
    const lost: string[] = [];
    expect(await threeCalls(host(1, { loseReply: 1 }), lost)).toHaveProperty("error");
    expect(lost).toEqual(["a"]);
  });

  test("has a clock of its own, within the skew", () => {
    for (let seed = 0; seed < 50; seed++) {
      const { process } = startProcess("clock", host(seed, { skewMs: 100 }), async () => undefined);
      expect(Math.abs(process.clock.now())).toBeLessThanOrEqual(100);
    }
  });
});

describe("simulated time", () => {
  test("runs what is due in the order of its time, whatever the order of asking", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(1000), { maxLength: 60 }), fc.integer(), async (delays, seed) => {
        const time = simulatedTime(0, randomFrom(seed));
        const seen: number[] = [];
        for (const delay of delays) time.after(delay, () => seen.push(time.now()));
        expect(await time.run(Number.POSITIVE_INFINITY)).toBe("quiet");
        expect(seen).toEqual([...delays].sort((one, other) => one - other));
      }),
    );
  });

  test("stops when its time is up", async () => {
    const time = simulatedTime(0, randomFrom(1));
    time.after(10, () => undefined);
    expect(await time.run(5)).toBe("time_up");
  });
});

test("a seed gives the same numbers again, another seed gives others, and all lie where they should", () => {
  const five = (seed: number) => {
    const { next } = randomFrom(seed);
    return [next(), next(), next(), next(), next()];
  };
  expect(five(7)).toEqual(five(7));
  expect(randomFrom(7).next()).not.toBe(randomFrom(8).next());
  const random = randomFrom(3);
  const numbers = Array.from({ length: 5000 }, () => random.next());
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBeLessThan(1);
  expect(Math.abs(numbers.reduce((sum, one) => sum + one, 0) / numbers.length - 0.5)).toBeLessThan(0.02);
  expect(() => random.pick([])).toThrow(RangeError);
});
