import type { ContentBlock, ModelRequest } from "../src/domain/message.ts";
import type { Model } from "../src/domain/ports.ts";
import type { EvalCase } from "./case.ts";
import { playCase } from "./play.ts";
import type { Shared } from "./shared.ts";

export type Part = { readonly part: string; readonly characters: number; readonly tokens: number };

/** Characters of one token, about: an estimate that needs no service. */
const charactersPerToken = 3.5;

/** What a model reads in the last request of a run, part by part, in the order in which it stands there. */
export async function promptSizes(
  definition: EvalCase,
  options: { readonly model: Model; readonly modelName: string; readonly shared: Shared },
): Promise<readonly Part[]> {
  let last: ModelRequest | undefined;
  await playCase(structuredClone(definition), {
    ...options,
    onRequest: (request) => {
      last = request;
    },
  });
  return last === undefined ? [] : partsOf(last);
}

function partsOf(request: ModelRequest): readonly Part[] {
  const names = new Map(
    request.messages.flatMap((message) =>
      message.content.flatMap((block) =>
        "toolUse" in block ? [[block.toolUse.toolUseId, block.toolUse.name] as const] : [],
      ),
    ),
  );
  const parts = [
    part("system", request.system),
    ...request.tools.map((tool) => part(`tool ${tool.name}`, JSON.stringify(tool))),
    ...request.messages.flatMap((message, index) =>
      message.content.map((block) => part(nameOf(block, message.role, index, names), textIn(block))),
    ),
  ];
  return [...parts, part("all", parts.map((one) => " ".repeat(one.characters)).join(""))];
}

const part = (name: string, text: string): Part => ({
  part: name,
  characters: text.length,
  tokens: Math.ceil(text.length / charactersPerToken),
});

function nameOf(block: ContentBlock, role: string, index: number, names: ReadonlyMap<string, string>): string {
  const turn = Math.floor((index + 1) / 2);
  if ("toolResult" in block) return `result of ${names.get(block.toolResult.toolUseId) ?? "?"} (turn ${turn})`;
  if ("toolUse" in block) return `call of ${block.toolUse.name} (turn ${turn})`;
  if (index === 0) return "alarm";
  return role === "assistant" ? `words of the model (turn ${turn})` : `words of the code (turn ${turn})`;
}

const textIn = (block: ContentBlock): string => {
  if ("text" in block) return block.text;
  if ("toolResult" in block) return block.toolResult.content.map((one) => one.text).join("");
  return JSON.stringify(block);
};
