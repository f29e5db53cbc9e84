import type { TokenUsage } from "../src/domain/message.ts";
import { offlineModel, offlineModelId } from "../src/models/offline.ts";
import { replyCost } from "../src/models/spend.ts";
import type { EvalCase } from "./case.ts";
import { playCase } from "./play.ts";
import type { Shared } from "./shared.ts";

/** A model that reasons looks about this much more often than one that follows runbooks. */
const moreLooks = 3;
/** Tokens of thinking and words in a reply. */
const outputPerReply = 700;

/** Dollars that a suite will about cost with a model: what the offline conversation would cost it, looked at more often. */
export async function estimateSuite(
  cases: readonly EvalCase[],
  modelId: string,
  repeat: number,
  shared: Shared,
): Promise<number> {
  const sample = cases.filter((one) => one.lab === undefined);
  let micro = 0;
  for (const definition of sample) {
    const options = { model: offlineModel({ now: () => 0 }), modelName: offlineModelId, shared };
    const { entries } = await playCase(structuredClone(definition), options);
    const usages = entries.flatMap((entry) =>
      entry.events.flatMap((event) => (event.type === "model_replied" ? [event.usage] : [])),
    );
    micro += usages.reduce((sum, usage) => sum + replyCost(modelId, asSpoken(usage)), 0);
  }
  return (micro / 1e6) * moreLooks * repeat * (cases.length / Math.max(1, sample.length));
}

const asSpoken = (usage: TokenUsage): TokenUsage => ({ ...usage, outputTokens: usage.outputTokens + outputPerReply });
