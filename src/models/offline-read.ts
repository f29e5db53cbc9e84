import * as z from "zod";
import { type Message, toolUsesOf } from "../domain/message.ts";

/** A call of this conversation with its result, as a model sees them: texts and nothing else. */
export type SeenCall = {
  readonly id: string;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly status: "success" | "error";
  readonly text: string;
};

export function seenCalls(messages: readonly Message[]): readonly SeenCall[] {
  const results = new Map(
    messages.flatMap((message) =>
      message.content.flatMap((block) =>
        "toolResult" in block ? [[block.toolResult.toolUseId, block.toolResult] as const] : [],
      ),
    ),
  );
  return messages.flatMap(toolUsesOf).flatMap((use) => {
    const result = results.get(use.toolUseId);
    if (result === undefined) return [];
    const text = result.content.map((block) => withoutMarkers(block.text)).join("\n");
    const input = z.record(z.string(), z.unknown()).catch({}).parse(use.input);
    return [{ id: use.toolUseId, name: use.name, input, status: result.status, text }];
  });
}

const withoutMarkers = (text: string): string =>
  text.replace(/^<data source="[^"]*">\n/, "").replace(/\n<\/data>$/, "");

/** The alarm as the first message tells it, by name of the line. */
export type Alarm = Readonly<Record<string, string>>;

/** `name: value` lines of the alarm in the first message. */
export function alarmOf(messages: readonly Message[]): Alarm {
  const first = messages[0]?.content[0];
  const text = first !== undefined && "text" in first ? first.text : "";
  const inside = /<data source="alarm">\n([\s\S]*?)\n<\/data>/.exec(text)?.[1] ?? "";
  return Object.fromEntries(
    inside.split("\n").flatMap((line) => {
      const at = line.indexOf(": ");
      return at > 0 ? [[line.slice(0, at), line.slice(at + 2)] as const] : [];
    }),
  );
}

/** The alarm's dimensions; none where the line is no JSON. */
export function dimensionsOf(alarm: Alarm): Readonly<Record<string, string>> {
  try {
    return JSON.parse(alarm["dimensions"] ?? "{}") as Record<string, string>;
  } catch {
    return {};
  }
}

/** Newest value in a result of query_metrics. */
export function newestOf(text: string): number | undefined {
  const found = /^newest (-?[\d.e+-]+) at /m.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** Finding ids in a result, those whose line holds one of the words first. */
export function findingsIn(text: string, words: readonly string[]): readonly string[] {
  const lines = text.split("\n");
  const ids = lines.flatMap((line, index) => {
    const id = /\[(t\d+c\d+-[\w-]+)\]/.exec(line)?.[1];
    // A cluster's example may stand on the lines after its head.
    const near = lines.slice(index, index + 4).join("\n");
    return id === undefined ? [] : [{ id, telling: words.some((word) => word !== "" && near.includes(word)) }];
  });
  const telling = ids.filter((one) => one.telling);
  return [...new Set((telling.length > 0 ? telling : ids.slice(0, 1)).map((one) => one.id))];
}
