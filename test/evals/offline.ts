import type { EvalCase } from "../../evals/case.ts";
import { loadCases } from "../../evals/cases.ts";
import { type Played, playCase } from "../../evals/play.ts";
import { loadShared } from "../../evals/shared.ts";
import { offlineModel, offlineModelId } from "../../src/models/offline.ts";

export const shared = await loadShared();
export const cases = await loadCases();
export const offline = { model: offlineModel({ now: () => 0 }), modelName: offlineModelId, shared };

export function caseNamed(id: string): EvalCase {
  const found = cases.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no case ${id}`);
  return structuredClone(found);
}

export const play = (id: string): Promise<Played> => playCase(caseNamed(id), offline);
