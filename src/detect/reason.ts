import { compact } from "./compact.ts";
import { limits, type Notes } from "./text.ts";

export type ReasonData = {
  readonly threshold?: number;
  readonly datapoints?: readonly (number | null)[];
  readonly triggering: readonly string[];
};

/** The numbers behind the reason. They help people and decide nothing, so data that cannot be read is noted. */
export function readReasonData(text: string | undefined, notes: Notes): ReasonData {
  if (text === undefined || text === "") return { triggering: [] };
  let data: unknown;
  try {
    data = text.length > limits.reasonData ? undefined : JSON.parse(text);
  } catch {
    // Falls through to the note.
  }
  if (typeof data !== "object" || data === null) {
    notes.add("the reason's data could not be read");
    return { triggering: [] };
  }
  const { threshold, recentDatapoints, triggeringAlarms } = data as Readonly<Record<string, unknown>>;
  return compact({
    threshold: typeof threshold === "number" && Number.isFinite(threshold) ? threshold : undefined,
    datapoints: Array.isArray(recentDatapoints)
      ? recentDatapoints.slice(-limits.datapoints).map(numberOrNull)
      : undefined,
    triggering: Array.isArray(triggeringAlarms)
      ? triggeringAlarms.map((alarm) => alarm?.arn).filter((arn) => typeof arn === "string")
      : [],
  });
}

const numberOrNull = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : null;
