import * as z from "zod";

/** A time in which nothing changes without a person: absolute, or every week (UTC). */
export const FreezeWindow = z.union([
  z.strictObject({ from: z.iso.datetime(), to: z.iso.datetime(), why: z.string() }),
  z.strictObject({
    /** 0 is Sunday. */
    weekdays: z.array(z.int().min(0).max(6)).min(1),
    /** Hours of the day, UTC; `to` 24 is midnight at its end. */
    fromHour: z.int().min(0).max(23),
    toHour: z.int().min(1).max(24),
    why: z.string(),
  }),
]);
export type FreezeWindow = z.infer<typeof FreezeWindow>;

/** The reason of the window that holds at `now` (milliseconds since 1970), or undefined. A broken clock counts as frozen. */
export function frozenAt(windows: readonly FreezeWindow[], now: number): string | undefined {
  if (!Number.isFinite(now)) return "the clock cannot be read";
  return windows.find((window) => holds(window, now))?.why;
}

function holds(window: FreezeWindow, now: number): boolean {
  if ("from" in window) return now >= Date.parse(window.from) && now < Date.parse(window.to);
  const date = new Date(now);
  const hour = date.getUTCHours();
  return window.weekdays.includes(date.getUTCDay()) && hour >= window.fromHour && hour < window.toHour;
}
