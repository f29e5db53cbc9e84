import * as z from "zod";

/** `-2m30s`, `1h`, `0s`: a span, in milliseconds once read. */
export const Span = z
  .string()
  .regex(/^[+-]?(?=\d)(\d+h)?(\d+m)?(\d+s)?$/, "a span such as -2m30s")
  .transform(milliseconds);

export function milliseconds(span: string): number {
  const units = { h: 3_600_000, m: 60_000, s: 1000 };
  const total = [...span.matchAll(/(\d+)([hms])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * units[unit as "h"],
    0,
  );
  return span.startsWith("-") ? -total : total;
}

export type Step = { readonly at: number; readonly value: number | null };

/** A constant, or values that hold from a time on; null where no datapoint comes. */
export const Series = z.union([
  z.number().transform((value): readonly Step[] => [{ at: Number.NEGATIVE_INFINITY, value }]),
  z
    .array(z.tuple([Span, z.number().nullable()]))
    .min(1)
    .transform((steps): readonly Step[] => steps.map(([at, value]) => ({ at, value }))),
]);
export type Series = readonly Step[];

/** The value at that time; before the first step the first value holds. */
export const valueAt = (series: Series, at: number): number | null =>
  (series.filter((step) => step.at <= at).at(-1) ?? series[0])?.value ?? null;
