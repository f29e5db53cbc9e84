/**
 * What screening with a guardrail takes per run: `node bench/guardrail-units.ts` plays every recorded case with one that
 * lets everything pass, and counts questions and text units of 1,000 characters, which are what is paid for.
 */
import { loadCases } from "../evals/cases.ts";
import { playCase } from "../evals/play.ts";
import { loadShared } from "../evals/shared.ts";
import { offlineModel, offlineModelId } from "../src/models/offline.ts";

const shared = await loadShared();
const model = offlineModel({ now: () => 0 });
const runs: { readonly questions: number; readonly units: number }[] = [];
for (const definition of (await loadCases()).filter((one) => one.lab === undefined)) {
  const asked: string[] = [];
  const screen = async (text: string) => {
    asked.push(text);
    return { text, intervened: false, policies: [] };
  };
  const guardrail = { name: "counting:1", screen };
  const { entries } = await playCase(definition, { model, modelName: offlineModelId, shared, guardrail });
  const units = asked.reduce((sum, text) => sum + Math.ceil(text.length / 1000), 0);
  if (entries.length > 0) runs.push({ questions: asked.length, units });
}

for (const counted of ["questions", "units"] as const) {
  const sorted = runs.map((run) => run[counted]).sort((one, other) => one - other);
  const median = sorted[Math.floor(sorted.length / 2)];
  console.log(`${counted.padEnd(10)} ${runs.length} runs: median ${median}, most ${sorted.at(-1)}`);
}
