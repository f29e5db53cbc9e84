import type { EvalCase } from "../../evals/case.ts";
import { loadCases } from "../../evals/cases.ts";
import { type Played, playCase } from "../../evals/play.ts";
import { loadShared } from "../../evals/shared.ts";
import { offlineModel, offlineModelId } from "../../src/models/offline.ts";

export const shared = await loadShared();
export const cases = await loadCases();
export const offline = { model: offlineModel({ now: () => 0 }), modelName: offlineModelId, shared };

/** A suite that is played once, always at the same instant, without the lab. */
export const suiteOnce = {
  ...offline,
  repeat: 1,
  filter: null,
  ceiling: 1,
  date: "2026-11-23T00:00:00Z",
  now: () => 0,
  keepEntries: false,
  withLab: false,
};

export function caseNamed(id: string): EvalCase {
  const found = cases.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no case ${id}`);
  return structuredClone(found);
}

export const play = (id: string): Promise<Played> => playCase(caseNamed(id), offline);
