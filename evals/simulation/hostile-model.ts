import type { ContentBlock, Message, ModelReply, TokenUsage } from "../../src/domain/message.ts";
import type { Model } from "../../src/domain/ports.ts";

/**
 * One reply of a hostile model. Inputs may hold anything; `$finding` and `$step` become ids that it was really shown,
 * `$turn` the number of the reply, so that asking again is not asking for the same.
 */
export type Move = {
  readonly calls: readonly { readonly tool: string; readonly input: unknown; readonly id?: string }[];
  readonly stop?: string;
  readonly text?: string;
  /** Further content, valid or not. */
  readonly blocks?: readonly unknown[];
  readonly usage?: Partial<Record<keyof TokenUsage, number>>;
  /** It fails instead of answering. */
  readonly fails?: boolean;
};

/** Plays its moves in order and begins again after the last. */
export function hostileModel(moves: readonly Move[]): Model {
  let turn = 0;
  return {
    async converse(request) {
      const move = moves[turn % moves.length] ?? { calls: [] };
      turn += 1;
      if (move.fails === true) throw new Error("the model broke the connection");
      return replyOf(move, turn, shownIds(request.messages, turn));
    },
  };
}

type Shown = { readonly $finding: string; readonly $step: string; readonly $turn: number };

/** Like a model, it knows what it read. */
function shownIds(messages: readonly Message[], $turn: number): Shown {
  const text = JSON.stringify(messages.flatMap((message) => (message.role === "user" ? message.content : [])));
  const $finding = /\[(t\d+c\d+-[\w-]+)\]/.exec(text)?.[1] ?? "t1c0-metric";
  const $step = /\[([a-z-]+#act)\]/.exec(text)?.[1] ?? "disk-full#act";
  return { $finding, $step, $turn };
}

function replyOf(move: Move, turn: number, shown: Shown): ModelReply {
  const calls = move.calls.map(({ tool, input, id }, index) => ({
    toolUse: { toolUseId: id ?? `h-${turn}-${index}`, name: tool, input: filled(input, shown) },
  }));
  const text = move.text === undefined ? [] : [{ text: move.text }];
  const content = [...text, ...((move.blocks ?? []) as readonly ContentBlock[]), ...calls] as readonly ContentBlock[];
  return {
    modelId: "hostile",
    message: { role: "assistant", content },
    stopReason: move.stop ?? (calls.length > 0 ? "tool_use" : "end_turn"),
    usage: { inputTokens: 100, outputTokens: 100, cacheReadTokens: 0, cacheWriteTokens: 0, ...move.usage },
    latencyMs: 1,
    fallbacks: [],
  };
}

function filled(value: unknown, shown: Shown): never {
  const put = (part: unknown): unknown => {
    if (part === "$finding" || part === "$step" || part === "$turn") return shown[part];
    if (Array.isArray(part)) return part.map(put);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, put(inner)]));
  };
  return put(value) as never;
}
