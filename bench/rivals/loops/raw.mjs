import { BedrockRuntimeClient, ConverseCommand } from "@aws-sdk/client-bedrock-runtime";
import * as z from "zod";
import { clientConfig, datapoint, question, system, toolDescription, toolName } from "../common.mjs";

/** The floor: the SDK's client, a loop and a parsed input. */
export async function open({ http1 }) {
  const client = new BedrockRuntimeClient(clientConfig(http1));
  const Input = z.object({ index: z.number() });
  const json = z.toJSONSchema(Input);
  const toolConfig = {
    tools: [{ toolSpec: { name: toolName, description: toolDescription, inputSchema: { json } } }],
  };
  return async () => {
    const messages = [{ role: "user", content: [{ text: question }] }];
    for (let calls = 0; ; ) {
      const command = new ConverseCommand({ modelId: "bench-model", system: [{ text: system }], messages, toolConfig });
      const { output, stopReason } = await client.send(command);
      messages.push(output.message);
      if (stopReason !== "tool_use") return { calls };
      const content = output.message.content.flatMap(({ toolUse }) => {
        if (toolUse === undefined) return [];
        calls++;
        const text = datapoint(Input.parse(toolUse.input).index);
        return [{ toolResult: { toolUseId: toolUse.toolUseId, status: "success", content: [{ text }] } }];
      });
      messages.push({ role: "user", content });
    }
  };
}
