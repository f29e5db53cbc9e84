import type { Model } from "../domain/ports.ts";
import { offlineModel, offlineModelId } from "../models/offline.ts";

export type OpenedModel = { readonly name: string; readonly model: Model; readonly costs: boolean };

/** The model that a command names: none or `offline` is the runbook follower, anything else a Bedrock model or profile id. */
export async function openModel(id: string | undefined, now: () => number = () => 0): Promise<OpenedModel> {
  if (id === undefined || id === "offline" || id === offlineModelId) {
    return { name: offlineModelId, model: offlineModel({ now }), costs: false };
  }
  const { bedrockModel } = await import("../models/bedrock.ts");
  // One model and no other: a result must be of the model that it names.
  return { name: id, model: bedrockModel({ models: [id] }), costs: true };
}
