/** The value below which that share of them lies; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The middle value, the upper one of an even number. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);
