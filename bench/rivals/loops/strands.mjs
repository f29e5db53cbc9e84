import { Agent, BedrockModel, tool } from "@strands-agents/sdk";
import * as z from "zod";
import { clientConfig, datapoint, question, region, system, toolDescription, toolName } from "../common.mjs";

export async function open({ http1 }) {
  const model = new BedrockModel({
    modelId: "bench-model",
    region,
    stream: false,
    maxTokens: 1000,
    clientConfig: clientConfig(http1),
  });
  return async () => {
    let calls = 0;
    const readMetric = tool({
      name: toolName,
      description: toolDescription,
      inputSchema: z.object({ index: z.number() }),
      callback: ({ index }) => {
        calls++;
        return datapoint(index);
      },
    });
    const agent = new Agent({ model, tools: [readMetric], systemPrompt: system, printer: false });
    await agent.invoke(question);
    return { calls };
  };
}
