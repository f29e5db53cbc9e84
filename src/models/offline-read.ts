import * as z from "zod";
import { type Message, toolUsesOf } from "../domain/message.ts";
import { type Check, checksOf } from "./offline-checks.ts";

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

const Parameter = z.object({
  type: z.string(),
  min: z.number().optional(),
  max: z.number().optional(),
  pattern: z.string().optional(),
  values: z.array(z.string()).optional(),
});
export type Parameter = z.infer<typeof Parameter>;

const ShownAction = z.object({
  action: z.string(),
  title: z.string(),
  step: z.string(),
  risk: z.string(),
  parameters: z.record(z.string(), Parameter),
  rollback: z.object({ kind: z.string(), action: z.string().optional() }),
});
export type ShownAction = z.infer<typeof ShownAction>;

export type ShownRunbook = {
  readonly id: string;
  readonly title: string;
  readonly checks: readonly Check[];
  readonly cause: string;
  /** The line of the diagnosis that says to read a log, without saying what to find there. */
  readonly logStep: string;
  readonly remediation: string;
  readonly rollback: string;
  readonly actions: readonly ShownAction[];
};

/** Runbooks in the results of search_runbooks, best first. */
export function shownRunbooks(calls: readonly SeenCall[]): readonly ShownRunbook[] {
  const texts = calls
    .filter((call) => call.name === "search_runbooks" && call.status === "success")
    .map((call) => call.text);
  return texts.flatMap((text) => text.split(/^RUNBOOK /m).slice(1)).map(readRunbook);
}

function readRunbook(block: string): ShownRunbook {
  const [, id = "", title = ""] = /^([a-z0-9-]+): (.*?) \(owner/.exec(block) ?? [];
  const sections = block.split(/^\[(?=[a-z0-9-]+#)/m).slice(1);
  const isUnder = (section: string, slug: string) => section.startsWith(`${id}#${slug}]`);
  const diagnosis = sections.find((section) => isUnder(section, "diagnosis")) ?? "";
  const rollbackAt = sections.findIndex((section) => isUnder(section, "rollback"));
  const escalationAt = sections.findIndex((section) => isUnder(section, "escalation"));
  const verificationAt = sections.findIndex((section) => isUnder(section, "verification"));
  const remediationAt = sections.findIndex((section) => isUnder(section, "remediation"));
  const between = (from: number, to: number) =>
    from === -1 ? "" : sections.slice(from, to === -1 ? undefined : to).join("\n");
  return {
    id,
    title,
    checks: checksOf(diagnosis),
    cause: /^Cause: (.*)$/m.exec(diagnosis)?.[1] ?? "",
    logStep: /^\d+\. Read [^.]*\blogs?\b.*$/m.exec(diagnosis)?.[0] ?? "",
    remediation: between(remediationAt, verificationAt),
    rollback: between(rollbackAt, escalationAt),
    actions: block.split("\n").flatMap(readAction),
  };
}

function readAction(line: string): readonly ShownAction[] {
  if (!line.startsWith('{"action"')) return [];
  try {
    const parsed = ShownAction.safeParse(JSON.parse(line));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
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
