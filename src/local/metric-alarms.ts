import type { AlarmStateValue } from "../domain/alarm.ts";
import { compares } from "../domain/compare.ts";
import type { AlarmDefinition, MetricPoint } from "../domain/ports.ts";

/** One period of the evaluation range; `value` is absent where no sample came. */
export type Datapoint = { readonly at: number; readonly value: number | undefined };

export type AlarmEvaluation = {
  readonly state: AlarmStateValue;
  /** Datapoints that the state rests on, oldest first; empty when nothing but missing data decided. */
  readonly evaluated: readonly MetricPoint[];
  readonly reason: string;
};

/** CloudWatch looks at more periods than it evaluates, so that one late sample does not count as missing. */
export const extraPeriods = 2;

/** The evaluation range that ends with the last whole period before `now`, oldest first. */
export function evaluationRange(
  definition: AlarmDefinition,
  points: readonly MetricPoint[],
  now: number,
): readonly Datapoint[] {
  const width = definition.metric.period * 1000;
  const last = Math.floor(now / width) * width - width;
  const byTime = new Map(points.map((point) => [point.at, point.value]));
  const length = definition.evaluationPeriods + extraPeriods;
  return Array.from({ length }, (_, index) => {
    const at = last - (length - 1 - index) * width;
    return { at, value: byTime.get(at) };
  });
}

/**
 * The state that CloudWatch documents for this range (oldest first): real datapoints first, and only as many missing
 * ones filled in as the evaluation periods lack. `current` is kept where the rules say "retain".
 */
export function evaluateAlarm(
  definition: AlarmDefinition,
  range: readonly Datapoint[],
  current: AlarmStateValue,
): AlarmEvaluation {
  const real = range.flatMap((point) => (point.value === undefined ? [] : [{ at: point.at, value: point.value }]));
  const evaluated = real.slice(-definition.evaluationPeriods);
  const lacking = definition.evaluationPeriods - evaluated.length;
  const state = stateFor(definition, range, evaluated, lacking, current);
  return { state, evaluated, reason: reasonFor(definition, evaluated, lacking, state, current) };
}

function stateFor(
  definition: AlarmDefinition,
  range: readonly Datapoint[],
  evaluated: readonly MetricPoint[],
  lacking: number,
  current: AlarmStateValue,
): AlarmStateValue {
  const { treatMissingData, datapointsToAlarm } = definition;
  const breaching = evaluated.filter((point) => isBreaching(definition, point.value)).length;
  const filled = breaching + (treatMissingData === "breaching" ? Math.max(0, lacking) : 0);
  if (filled >= datapointsToAlarm) return "ALARM";
  if (lacking <= 0 || treatMissingData === "breaching" || treatMissingData === "notBreaching") return "OK";
  if (evaluated.length === 0) return treatMissingData === "ignore" ? current : "INSUFFICIENT_DATA";
  if (breaching < evaluated.length) return "OK";
  if (treatMissingData === "ignore") return current;
  // Nothing but breaching datapoints, fewer than asked for: alarming early beats waiting for samples that may never come.
  const oldest = range.findIndex((point) => point.value !== undefined);
  return range.length - oldest >= datapointsToAlarm ? "ALARM" : current;
}

export const isBreaching = (definition: Pick<AlarmDefinition, "comparison" | "threshold">, value: number): boolean =>
  compares(value, definition.comparison, definition.threshold);

const comparisonWords = {
  ">": "greater than",
  ">=": "greater than or equal to",
  "<": "less than",
  "<=": "less than or equal to",
} as const;

/** The service keeps at most 1,023 characters of a reason. */
const reasonLimit = 1023;

function reasonFor(
  definition: AlarmDefinition,
  evaluated: readonly MetricPoint[],
  lacking: number,
  state: AlarmStateValue,
  current: AlarmStateValue,
): string {
  if (evaluated.length === 0) return missingReason(definition, lacking, state);
  const crossing = evaluated.filter((point) => isBreaching(definition, point.value) === (state === "ALARM"));
  const shown = [...crossing].reverse().map((point) => `${decimal(point.value)} (${shortTime(point.at)})`);
  const verb = crossing.length === 1 ? "was" : "were";
  const rest = `[${shown.join(", ")}] ${verb} ${state === "ALARM" ? "" : "not "}${comparisonWords[definition.comparison]} the threshold (${decimal(definition.threshold)})`;
  if (current === "INSUFFICIENT_DATA") return cut(`Threshold Crossed: ${many(crossing.length, "datapoint")} ${rest}.`);
  const minimum =
    state === "ALARM" ? definition.datapointsToAlarm : definition.evaluationPeriods - definition.datapointsToAlarm + 1;
  const total = definition.evaluationPeriods;
  return cut(
    `Threshold Crossed: ${crossing.length} out of the last ${total} datapoints ${rest} (minimum ${many(minimum, "datapoint")} for ${current} -> ${state} transition).`,
  );
}

function missingReason(definition: AlarmDefinition, lacking: number, state: AlarmStateValue): string {
  const verb = lacking === 1 ? "was" : "were";
  if (state === "INSUFFICIENT_DATA") return `Insufficient Data: ${many(lacking, "datapoint")} ${verb} unknown.`;
  const filling = definition.treatMissingData === "breaching" ? "Breaching" : "NonBreaching";
  return `Threshold Crossed: no datapoints were received for ${many(lacking, "period")} and ${many(lacking, "missing datapoint")} ${verb} treated as [${filling}].`;
}

const many = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

const cut = (text: string): string => (text.length <= reasonLimit ? text : `${text.slice(0, reasonLimit - 3)}...`);

/** The service writes 50 as `50.0`. */
const decimal = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : String(value));

/** `02/10/19 16:59:00`, in UTC. */
function shortTime(at: number): string {
  const [date = "", time = ""] = new Date(at).toISOString().split("T");
  const [year = "", month, day] = date.split("-");
  return `${day}/${month}/${year.slice(2)} ${time.slice(0, 8)}`;
}
