import type { ContentBlock, Message, ToolSpec } from "../domain/message.ts";

type ToolUseBlock = Extract<ContentBlock, { toolUse: unknown }>;
type ToolResultBlock = Extract<ContentBlock, { toolResult: unknown }>;

export type NormalizedHistory = {
  readonly messages: readonly Message[];
  /** Never empty when the history holds tool blocks: the service then refuses a call without a tool configuration. */
  readonly tools: readonly ToolSpec[];
};

/**
 * Turns any history into one that the service accepts, without touching reasoning blocks, and changes nothing in one that
 * is fine already. One bad block in a kept history would otherwise fail every later call of that run.
 */
export function normalizeHistory(messages: readonly Message[], tools: readonly ToolSpec[]): NormalizedHistory {
  const paired = pairTools(joined(messages.map(cleanOnce)));
  const ordered = joined(paired).map(orderMessage);
  const first = ordered[0]?.role === "user" ? [] : [said("user", missingStart)];
  const last = ordered.at(-1)?.role === "assistant" ? [said("user", goOn)] : [];
  const complete = [...first, ...ordered, ...last];
  return { messages: complete, tools: tools.length > 0 ? tools : standIns(complete) };
}

/** Drops every reasoning block: they are tied to the model that wrote them, and another one refuses them. */
export function withoutReasoning(messages: readonly Message[]): readonly Message[] {
  return messages.map((message) => ({
    ...message,
    content: message.content.filter((block) => !("reasoningContent" in block)),
  }));
}

export const hasReasoning = (messages: readonly Message[]): boolean =>
  messages.some((message) => message.content.some((block) => "reasoningContent" in block));

const missingStart = "(The start of this conversation is missing.)";
const goOn = "Go on.";
const noResult = "No result of this call was recorded.";

const said = (role: Message["role"], text: string): Message => ({ role, content: [{ text }] });

/** A message never changes, and a run sends each of its messages again with every turn. */
function cleanOnce(message: Message): Message {
  const known = cleaned.get(message);
  if (known !== undefined) return known;
  const clean = cleanMessage(message);
  cleaned.set(message, clean);
  return clean;
}

const cleaned = new WeakMap<Message, Message>();

function cleanMessage(message: Message): Message {
  const content = message.content.flatMap((block) => cleanBlock(message.role, block));
  // A cut-off reply can end in thinking, which the service refuses as an assistant's last block.
  while (content.length > 0 && "reasoningContent" in (content.at(-1) as ContentBlock)) content.pop();
  return { role: message.role, content };
}

function cleanBlock(role: Message["role"], block: ContentBlock): ContentBlock[] {
  if ("text" in block) return block.text.trim() === "" ? [] : [block];
  if ("reasoningContent" in block) {
    const { reasoningText, redactedContentBase64 } = block.reasoningContent;
    return role === "assistant" && (reasoningText ?? redactedContentBase64) !== undefined ? [block] : [];
  }
  if ("toolUse" in block) return role === "assistant" ? [cleanUse(block)] : [];
  return role === "user" ? [cleanResult(block)] : [];
}

function cleanUse(block: ToolUseBlock): ContentBlock {
  const { toolUseId, name, input } = block.toolUse;
  const cleanName = name.replace(/[^a-zA-Z0-9_-]/g, "_").slice(0, 64) || "unnamed_tool";
  const isObject = typeof input === "object" && input !== null && !Array.isArray(input);
  return { toolUse: { toolUseId: cleanId(toolUseId), name: cleanName, input: isObject ? input : { value: input } } };
}

function cleanResult(block: ToolResultBlock): ContentBlock {
  const { toolUseId, status, content } = block.toolResult;
  const texts = content.filter((part) => part.text.trim() !== "");
  // An error result without content is refused, and stays refused on every later call of the run.
  const filled =
    texts.length > 0 ? texts : [{ text: status === "error" ? "The call failed without a message." : "(no output)" }];
  return { toolResult: { toolUseId: cleanId(toolUseId), status, content: filled } };
}

const cleanId = (id: string): string => id.replace(/[^a-zA-Z0-9_.:-]/g, "_").slice(0, 64) || "call";

/** Drops empty messages and joins neighbours of one role, so that roles alternate. */
function joined(messages: readonly Message[]): Message[] {
  const result: Message[] = [];
  for (const message of messages) {
    if (message.content.length === 0) continue;
    const last = result.at(-1);
    if (last?.role !== message.role) result.push(message);
    else result[result.length - 1] = { role: last.role, content: [...last.content, ...message.content] };
  }
  return result;
}

/** Gives each tool use an id of its own and exactly one result in the message right after it; orphans are dropped. */
function pairTools(messages: readonly Message[]): Message[] {
  const taken = new Set<string>();
  const result: Message[] = [];
  let open: readonly OpenUse[] = [];
  for (const message of messages) {
    if (message.role === "user") {
      result.push(answer(message, open));
      open = [];
      continue;
    }
    const renamed = renameUses(message, taken);
    result.push(renamed.message);
    open = renamed.uses;
  }
  if (open.length > 0) result.push(answer({ role: "user", content: [] }, open));
  return result;
}

type OpenUse = { readonly original: string; readonly id: string };

function renameUses(message: Message, taken: Set<string>): { message: Message; uses: readonly OpenUse[] } {
  const uses: OpenUse[] = [];
  const content = message.content.map((block): ContentBlock => {
    if (!("toolUse" in block)) return block;
    const original = block.toolUse.toolUseId;
    const id = freeId(original, taken);
    taken.add(id);
    uses.push({ original, id });
    return id === original ? block : { toolUse: { ...block.toolUse, toolUseId: id } };
  });
  return { message: { role: message.role, content }, uses };
}

function freeId(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  for (let count = 2; ; count += 1) {
    const suffix = `.${count}`;
    const candidate = `${wanted.slice(0, 64 - suffix.length)}${suffix}`;
    if (!taken.has(candidate)) return candidate;
  }
}

/** Results first and in the order of their uses, then the rest; the k-th result of a repeated id belongs to its k-th use. */
function answer(message: Message, open: readonly OpenUse[]): Message {
  const results = message.content.filter((block): block is ToolResultBlock => "toolResult" in block);
  const others = message.content.filter((block) => !("toolResult" in block));
  const answers = open.map((use): ContentBlock => {
    const index = results.findIndex((block) => block.toolResult.toolUseId === use.original);
    const [found] = index < 0 ? [] : results.splice(index, 1);
    if (found === undefined) {
      return { toolResult: { toolUseId: use.id, status: "error", content: [{ text: noResult }] } };
    }
    return use.id === use.original ? found : { toolResult: { ...found.toolResult, toolUseId: use.id } };
  });
  return { role: "user", content: [...answers, ...others] };
}

/** Tool uses come last in an assistant's message: text after one is refused when a message is sent back. */
function orderMessage(message: Message): Message {
  if (message.role === "user") return message;
  const isUse = (block: ContentBlock) => "toolUse" in block;
  return {
    role: "assistant",
    content: [...message.content.filter((b) => !isUse(b)), ...message.content.filter(isUse)],
  };
}

function standIns(messages: readonly Message[]): readonly ToolSpec[] {
  const names = messages.flatMap(({ content }) => content.flatMap((b) => ("toolUse" in b ? [b.toolUse.name] : [])));
  return [...new Set(names)].sort().map((name) => ({
    name,
    description: "Was used earlier in this conversation and is no longer available. Do not call it.",
    inputSchema: { type: "object" },
  }));
}
