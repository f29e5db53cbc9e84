import { foundationIdOf } from "../models/profiles.ts";
import { arn, type Reach, type Statement } from "./statement.ts";

/** Inference on the configured models alone, and on a foundation model only through the profile that leads to it. */
export const modelGrants = (reach: Reach): readonly Statement[] =>
  reach.models.flatMap((id): Statement[] => {
    const foundation = foundationIdOf(id);
    const models = [
      `arn:${reach.partition}:bedrock:*::foundation-model/${foundation}`,
      `arn:${reach.partition}:bedrock:::foundation-model/${foundation}`,
    ];
    if (foundation === id) return [{ actions: ["bedrock:InvokeModel"], resources: models }];
    const profile = arn(reach, "bedrock", `inference-profile/${id}`);
    return [
      { actions: ["bedrock:InvokeModel"], resources: [profile] },
      {
        actions: ["bedrock:InvokeModel"],
        resources: models,
        conditions: [{ test: "StringEquals", variable: "bedrock:InferenceProfileArn", values: [profile] }],
      },
    ];
  });
