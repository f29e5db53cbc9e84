import { allCalls, type CallState, hasChanged, type Run } from "../domain/run.ts";

/** What one action would have done in mode `auto`, over the runs in which its mode held it back. */
export type ShadowLine = {
  /** `disk-full/delete-old-traces`, or `ad hoc command`. */
  readonly action: string;
  readonly modes: readonly string[];
  readonly runs: number;
  readonly alone: number;
  readonly asked: number;
  readonly refused: number;
  /** Micro-dollars of what would have run alone or asked, where its price is known. */
  readonly microUsd: number;
  readonly unpriced: number;
  /** What people said where the mode asked them. */
  readonly approved: number;
  readonly rejected: number;
  /** Runs that changed nothing and whose alarm went back to OK: by itself, or by somebody's hand. */
  readonly recovered: number;
  /** Half of those had recovered so many minutes after the alarm; null where none did. */
  readonly minutes: number | null;
};

/** Reads the record of what would have been done; an action counts once for each run, as it was assessed last. */
export function shadowOf(runs: readonly Run[]): readonly ShadowLine[] {
  const held = runs.flatMap((run) => {
    const calls = allCalls(run).filter((call) => call.assessed?.wouldHave !== undefined);
    const last = new Map(calls.map((call) => [actionOf(call), call]));
    return [...last].map(([action, call]) => ({ action, call, run }));
  });
  const byAction = Map.groupBy(held, ({ action }) => action);
  return [...byAction]
    .map(([action, found]) => lineOf(action, found))
    .sort((one, other) => other.runs - one.runs || (one.action < other.action ? -1 : 1));
}

type Held = { readonly call: CallState; readonly run: Run };

function lineOf(action: string, found: readonly Held[]): ShadowLine {
  const count = (is: (held: Held) => boolean): number => found.filter(is).length;
  const would = (verdict: string) => count(({ call }) => call.assessed?.wouldHave?.verdict === verdict);
  const prices = found.flatMap(({ call: { assessed } }) =>
    assessed?.wouldHave?.verdict === "deny" || assessed?.assessment === undefined ? [] : [assessed.assessment.price],
  );
  const decided = (...outcomes: readonly string[]) =>
    count(({ call }) => call.decided !== undefined && outcomes.includes(call.decided.outcome));
  const minutes = found.flatMap(({ run }) => minutesToRecover(run) ?? []);
  return {
    action,
    modes: [...new Set(found.map(({ call }) => String(call.assessed?.facts["mode"])))].sort(),
    runs: found.length,
    alone: would("allow"),
    asked: would("ask"),
    refused: would("deny"),
    microUsd: prices.reduce((sum, price) => sum + (price.known ? price.amount : 0), 0),
    unpriced: prices.filter((price) => !price.known).length,
    approved: decided("approved"),
    rejected: decided("denied", "changed"),
    recovered: minutes.length,
    minutes: median(minutes),
  };
}

function actionOf({ assessed }: CallState): string {
  const runbook = assessed?.assessment?.plan?.runbook;
  return runbook === undefined ? "ad hoc command" : `${runbook.id}/${runbook.action}`;
}

function minutesToRecover(run: Run): number | undefined {
  if (run.recoveredAt === undefined || run.started === undefined || hasChanged(run)) return undefined;
  return Math.max(0, Date.parse(run.recoveredAt) - Date.parse(run.started.alarm.state.at)) / 60_000;
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  return middle === undefined ? null : Math.round(middle * 10) / 10;
}
