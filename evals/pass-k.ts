/** Chance that all of `k` tries succeed, from `successes` of `tries`: no tries are reused, so it is unbiased. */
export function passHatK(successes: number, tries: number, k: number): number {
  if (k > tries || k < 1) return Number.NaN;
  let chance = 1;
  for (let index = 0; index < k; index++) chance *= Math.max(0, successes - index) / (tries - index);
  return chance;
}

export type Interval = { readonly low: number; readonly high: number };

/** Wilson's 95 % interval of a share: honest near 0 and 1, where the usual one claims certainty. */
export function wilson(successes: number, tries: number): Interval {
  if (tries === 0) return { low: 0, high: 1 };
  const z = 1.959964;
  const share = successes / tries;
  const middle = (share + (z * z) / (2 * tries)) / (1 + (z * z) / tries);
  const half = (z / (1 + (z * z) / tries)) * Math.sqrt((share * (1 - share)) / tries + (z * z) / (4 * tries * tries));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/** 95 % interval of a mean over cases, by resampling the cases; the same values always give the same interval. */
export function bootstrap(values: readonly number[], rounds = 2000): Interval {
  if (values.length === 0) return { low: 0, high: 1 };
  const random = mulberry32(20_261_123);
  const means = Array.from({ length: rounds }, () => {
    let sum = 0;
    for (let index = 0; index < values.length; index++) sum += values[Math.floor(random() * values.length)] ?? 0;
    return sum / values.length;
  }).sort((one, other) => one - other);
  return { low: means[Math.floor(rounds * 0.025)] ?? 0, high: means[Math.floor(rounds * 0.975)] ?? 1 };
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
