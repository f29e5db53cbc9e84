import { createAmazonBedrock } from "@ai-sdk/amazon-bedrock";
import { generateText, isStepCount, tool } from "ai";
import * as z from "zod";
import { credentials, datapoint, endpoint, question, region, system, toolDescription, toolName } from "../common.mjs";

/** It brings its own signing over `fetch`, which is HTTP/1.1. */
export async function open() {
  const model = createAmazonBedrock({ region, ...credentials, baseURL: endpoint })("bench-model");
  return async () => {
    let calls = 0;
    const readMetric = tool({
      description: toolDescription,
      inputSchema: z.object({ index: z.number() }),
      execute: async ({ index }) => {
        calls++;
        return datapoint(index);
      },
    });
    await generateText({
      model,
      instructions: system,
      prompt: question,
      tools: { [toolName]: readMetric },
      stopWhen: isStepCount(1000),
      maxRetries: 0,
    });
    return { calls };
  };
}
