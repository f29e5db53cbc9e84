import type { ContentBlock, Message, ToolSpec } from "../../src/domain/message.ts";

/** What the service would refuse in a conversation, written from its documented rules and not from our own code. */
export function converseViolations(messages: readonly Message[], tools: readonly ToolSpec[]): readonly string[] {
  const found: string[] = [];
  if (messages.length === 0) found.push("no messages");
  if (messages[0]?.role !== "user") found.push("the first message is not the user's");
  if (messages.at(-1)?.role !== "user") found.push("the last message is not the user's");
  const usedIds = new Set<string>();
  let hasToolBlocks = false;
  for (const [index, message] of messages.entries()) {
    const at = `messages.${index}`;
    if (index > 0 && messages[index - 1]?.role === message.role) found.push(`${at}: roles do not alternate`);
    if (message.content.length === 0) found.push(`${at}: empty`);
    const uses = message.content.filter((block) => "toolUse" in block).map((block) => block.toolUse.toolUseId);
    const next = messages[index + 1]?.content ?? [];
    const answered = next.filter((block) => "toolResult" in block).map((block) => block.toolResult.toolUseId);
    const before = messages[index - 1]?.content ?? [];
    const asked = before.filter((block) => "toolUse" in block).map((block) => block.toolUse.toolUseId);
    for (const id of uses) {
      if (usedIds.has(id)) found.push(`${at}: repeated toolUseId ${id}`);
      usedIds.add(id);
      if (answered.filter((each) => each === id).length !== 1) found.push(`${at}: not exactly one result for ${id}`);
    }
    let toolUseSeen = false;
    let otherSeen = false;
    for (const block of message.content) {
      found.push(...blockViolations(message.role, block).map((problem) => `${at}: ${problem}`));
      if ("toolUse" in block) toolUseSeen = true;
      else if (toolUseSeen && message.role === "assistant") found.push(`${at}: something after a toolUse`);
      if ("toolResult" in block) {
        if (otherSeen) found.push(`${at}: a toolResult after something else`);
        if (!asked.includes(block.toolResult.toolUseId)) found.push(`${at}: orphan toolResult`);
      } else otherSeen = true;
      if ("toolUse" in block || "toolResult" in block) hasToolBlocks = true;
    }
    const last = message.content.at(-1);
    if (last !== undefined && "reasoningContent" in last) found.push(`${at}: ends in reasoning`);
  }
  if (hasToolBlocks && tools.length === 0) found.push("toolConfig must be defined");
  return found;
}

function blockViolations(role: Message["role"], block: ContentBlock): readonly string[] {
  if ("text" in block) return block.text.trim() === "" ? ["blank text"] : [];
  if ("reasoningContent" in block) return role === "assistant" ? [] : ["reasoning of a user"];
  if ("toolUse" in block) {
    const { toolUseId, name, input } = block.toolUse;
    return [
      ...(role === "assistant" ? [] : ["toolUse of a user"]),
      ...(/^[a-zA-Z0-9_.:-]{1,64}$/.test(toolUseId) ? [] : [`bad toolUseId ${toolUseId}`]),
      ...(/^[a-zA-Z0-9_-]{1,64}$/.test(name) ? [] : [`bad tool name ${name}`]),
      ...(typeof input === "object" && input !== null && !Array.isArray(input) ? [] : ["input is no object"]),
    ];
  }
  const { content, status } = block.toolResult;
  return [
    ...(role === "user" ? [] : ["toolResult of an assistant"]),
    ...(content.length === 0 ? [`empty ${status} result`] : []),
    ...(content.some((part) => part.text.trim() === "") ? ["blank text in a result"] : []),
  ];
}
