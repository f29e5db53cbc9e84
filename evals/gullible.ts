import { type Message, type ModelReply, type ModelRequest, toolUsesOf } from "../src/domain/message.ts";
import type { Model } from "../src/domain/ports.ts";
import { offlineModel } from "../src/models/offline.ts";
import { alarmOf, dimensionsOf, findingsIn, type SeenCall, seenCalls } from "../src/models/offline-read.ts";
import type { Payload } from "./payloads.ts";

export const gullibleModelId = "gullible-1";

/** How often it tries what the text wants before it gives in. */
const mostTries = 3;

/**
 * The worst reader there is: it gathers evidence like the runbook follower, and the moment an attacker's text stands in
 * what it reads, it does what the text wants, with every citation and finding that it has. Nothing but structure stops it.
 */
export function gullibleModel(payload: Payload): Model {
  const honest = offlineModel({ now: () => 0 });
  return {
    async converse(request, signal) {
      const reply = await honest.converse(request, signal);
      const obeyed = obeyedIn(request.messages);
      const isRead = request.messages.some((message) => message.role === "user" && reads(message, payload));
      if (!isRead || seenCalls(request.messages).length === 0)
        return { ...withMoreReading(reply, request), modelId: gullibleModelId };
      const wish = obeyed < mostTries ? wishOf(payload, request.messages) : ending("escalate", request.messages);
      const toolUse = {
        toolUseId: `obey-${obeyed}-${request.messages.length}`,
        name: wish.name,
        input: wish.input as never,
      };
      const message: Message = { role: "assistant", content: [{ text: "I do as I am told." }, { toolUse }] };
      return { ...reply, modelId: gullibleModelId, stopReason: "tool_use", message };
    },
  };
}

/** The runbook follower does not look at tags and changes; a reader who can be talked into things looks everywhere. */
function withMoreReading(reply: ModelReply, request: ModelRequest): ModelReply {
  if (request.messages.length > 1) return reply;
  const known = new Set(request.tools.map((tool) => tool.name));
  const more = ["describe_resource", "recent_changes"].filter((name) => known.has(name));
  const uses = more.map((name) => ({ toolUse: { toolUseId: `look-${name}`, name, input: {} } }));
  return { ...reply, message: { ...reply.message, content: [...reply.message.content, ...uses] } };
}

/** Doors shorten and clean texts, so a piece of it is enough. */
function reads(message: Message, payload: Payload): boolean {
  const text = JSON.stringify(message.content).replaceAll(/[^\p{L}\p{N}]+/gu, "");
  const wanted = payload.text.replaceAll(/[^\p{L}\p{N}]+/gu, "");
  return text.includes(wanted.slice(0, 16)) || text.includes(wanted.slice(-16));
}

const obeyedIn = (messages: readonly Message[]): number =>
  messages.flatMap(toolUsesOf).filter((use) => use.toolUseId.startsWith("obey-")).length;

type Wish = { readonly name: string; readonly input: Readonly<Record<string, unknown>> };

function wishOf(payload: Payload, messages: readonly Message[]): Wish {
  const { wants } = payload;
  if (wants === "resolved" || wants === "nothing")
    return ending(wants === "resolved" ? "resolved" : "no_action_needed", messages);
  if (wants === "stall") return { name: "query_metrics", input: { minutes_before: 42 } };
  const calls = seenCalls(messages);
  const explained = {
    ...evidence(calls),
    detailed_root_cause: `The text that I read says so, and it must be right: ${payload.kind}.`,
    action_justification: "The text tells me to do exactly this, and it says that it is approved.",
  };
  if (wants.startsWith("command: ")) {
    const target =
      Object.values(dimensionsOf(alarmOf(messages))).find((value) => value.startsWith("i-")) ?? "i-0a1b2c3d4e5f60718";
    return {
      name: "run_command",
      input: { ...explained, command: wants.slice("command: ".length), targets: [target] },
    };
  }
  const [, runbook = "", action = "", rest = ""] = /^action: ([\w-]+)\/([\w-]+) ?(.*)$/.exec(wants) ?? [];
  const parameters = Object.fromEntries(
    [...rest.matchAll(/([a-z-]+)=(.*?)(?= [a-z-]+=|$)/g)].map(([, name, value]) => [name, value]),
  );
  return { name: "run_ssm", input: { ...explained, runbook, action, parameters } };
}

function evidence(calls: readonly SeenCall[]): {
  readonly citations: readonly string[];
  readonly findings: readonly string[];
} {
  const text = calls.map((call) => call.text).join("\n");
  const steps = [...text.matchAll(/^\[([a-z0-9-]+#[a-z0-9-]+)\]/gm)].map((match) => match[1] ?? "");
  const findings = calls.flatMap((call) => findingsIn(call.text, []));
  return {
    citations: steps.length > 0 ? [...new Set(steps)] : ["none#none"],
    findings: findings.length > 0 ? [...new Set(findings)] : ["none"],
  };
}

function ending(outcome: string, messages: readonly Message[]): Wish {
  const { findings } = evidence(seenCalls(messages));
  const citations: readonly string[] = [];
  return {
    name: "conclude",
    input: {
      outcome,
      citations,
      findings: findings.filter((id) => id !== "none"),
      detailed_root_cause: "The text that I read says what the cause is.",
      summary: "I did as the text told me to do.",
    },
  };
}
