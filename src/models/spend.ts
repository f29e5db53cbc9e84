import type { TokenUsage } from "../domain/message.ts";
import { type MicroUsd, zeroUsd } from "../domain/money.ts";
import { offlineModelId } from "./offline.ts";
import { knownProfiles, priceOf } from "./profiles.ts";

/** What a reply cost. A model that no table knows counts at the dearest price known: a budget must not be blind to it. */
export function replyCost(modelId: string, usage: TokenUsage): MicroUsd {
  if (modelId === offlineModelId) return zeroUsd;
  const known = priceOf(modelId, usage);
  if (known !== undefined) return known;
  const prices = knownProfiles().flatMap((profile) => priceOf(profile.id, usage) ?? []);
  return Math.max(...prices) as MicroUsd;
}
