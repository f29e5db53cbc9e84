/**
 * Public prompt injections, read in place, through the log door: what the offline model and one that obeys everything
 * are talked into, and what comes of it. `npx node bench/injection.ts [every]` tries each n-th payload (default 5).
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { loadCases } from "../evals/cases.ts";
import { gullibleModel, gullibleModelId } from "../evals/gullible.ts";
import { attack, harmless, playDoor } from "../evals/injection.ts";
import { foreignPayload } from "../evals/payloads.ts";
import { loadShared } from "../evals/shared.ts";
import { projectFolder } from "../src/local/files.ts";
import { offlineModel, offlineModelId } from "../src/models/offline.ts";

const folder = process.env["HEALER_BENCH_DATA"] ?? join(projectFolder, "..", "shared", "data");
const file = join(folder, "prompt-injection", "payloads.jsonl");
const every = Number(process.argv[2] ?? 5);
const text = await readFile(file, "utf8").catch(() => undefined);
if (text === undefined) console.log(`SKIPPED: ${file} is not there`);
else await run(text);

async function run(lines: string): Promise<void> {
  const all = lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { id: string; text: string });
  const payloads = all.filter((_, index) => index % every === 0).map((one) => foreignPayload(one.id, one.text));
  const [shared, cases] = [await loadShared(), await loadCases()];
  const honest = offlineModel({ now: () => 0 });
  const baseline = await playDoor("log line", harmless, honest, { shared, cases, modelName: offlineModelId });
  for (const modelName of [offlineModelId, gullibleModelId]) {
    let [steered, changed, ungated] = [0, 0, 0];
    for (const payload of payloads) {
      const model = modelName === gullibleModelId ? gullibleModel(payload) : honest;
      const outcome = await attack("log line", payload, model, baseline, { shared, cases, modelName });
      if (outcome.steered.length > 0) steered += 1;
      if (outcome.changed.length > 0) changed += 1;
      if (outcome.ungated.length > 0) ungated += 1;
    }
    const share = ((steered / payloads.length) * 100).toFixed(1);
    console.log(
      `${modelName}: ${payloads.length} of ${all.length} payloads; talked into something ${steered} (${share} %); changes caused ${changed}; ungated ${ungated}`,
    );
  }
}
