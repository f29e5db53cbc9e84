import { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
import { ChatBedrockConverse } from "@langchain/aws";
import { tool } from "@langchain/core/tools";
import { createReactAgent } from "@langchain/langgraph/prebuilt";
import * as z from "zod";
import { clientConfig, datapoint, question, region, system, toolDescription, toolName } from "../common.mjs";

export async function open({ http1 }) {
  const client = new BedrockRuntimeClient(clientConfig(http1));
  const llm = new ChatBedrockConverse({ model: "bench-model", region, client, maxRetries: 0 });
  return async () => {
    let calls = 0;
    const readMetric = tool(
      ({ index }) => {
        calls++;
        return datapoint(index);
      },
      { name: toolName, description: toolDescription, schema: z.object({ index: z.number() }) },
    );
    const agent = createReactAgent({ llm, tools: [readMetric], prompt: system });
    await agent.invoke({ messages: [{ role: "user", content: question }] }, { recursionLimit: 10_000 });
    return { calls };
  };
}
