import type { Message, ModelReply, ModelRequest } from "../domain/message.ts";
import type { Clock, Model } from "../domain/ports.ts";
import { type Choice, choiceOf, handOver } from "./offline-choose.ts";
import {
  afterRecovery,
  afterRefusal,
  evidenceFor,
  giveUp,
  isHealthy,
  nothingToDo,
  resolved,
  resultFor,
  type Turn,
  type Wish,
} from "./offline-conclude.ts";
import { gather, instead, verdictOf, whyNot } from "./offline-diagnose.ts";
import { parametersFor } from "./offline-fill.ts";
import {
  type Alarm,
  alarmOf,
  dimensionsOf,
  type SeenCall,
  type ShownAction,
  type ShownRunbook,
  seenCalls,
  shownRunbooks,
} from "./offline-read.ts";

export const offlineModelId = "offline-runbook-follower-1";

/**
 * Follows runbooks without an LLM. It sees the messages and tool specs that Claude would see and nothing else: it reads
 * the alarm, searches, gathers the evidence that the runbook names, and acts, or escalates when a check fails or nothing
 * fits. It reasons about nothing that no runbook says.
 */
export function offlineModel(clock: Clock): Model {
  return {
    async converse(request) {
      const started = clock.now();
      const turn = decideTurn(request);
      const known = new Set(request.tools.map((tool) => tool.name));
      const calls = turn.calls.filter((call) => known.has(call.name));
      const at = request.messages.length;
      const content: Message["content"] = [
        { text: turn.say },
        ...calls.map((call, index) => ({
          toolUse: { toolUseId: `offline-${at}-${index}`, name: call.name, input: call.input as never },
        })),
      ];
      const reply: ModelReply = {
        modelId: offlineModelId,
        message: { role: "assistant", content },
        stopReason: calls.length > 0 ? "tool_use" : "end_turn",
        usage: usageOf(request, content),
        latencyMs: clock.now() - started,
        fallbacks: [],
      };
      return reply;
    },
  };
}

/** What a model with Claude's tokenizer would have used, at about 3.5 characters a token; it costs nothing here. */
function usageOf(request: ModelRequest, content: Message["content"]): ModelReply["usage"] {
  const tokens = (value: unknown): number => Math.ceil(JSON.stringify(value).length / 3.5);
  const inputTokens = tokens(request.system) + tokens(request.messages) + tokens(request.tools);
  return { inputTokens, outputTokens: tokens(content), cacheReadTokens: 0, cacheWriteTokens: 0 };
}

function decideTurn(request: ModelRequest): Turn {
  const { messages } = request;
  const alarm = alarmOf(messages);
  const calls = seenCalls(messages);
  const last = calls.at(-1);
  if (last === undefined) return firstLook(alarm);
  if (last.name === "conclude") return afterRefusal(last, calls, alarm);
  const runbooks = shownRunbooks(calls);
  const applied = [...calls].reverse().find((call) => call.name === "run_ssm");
  if (applied !== undefined) return afterAction(applied, calls, messages, runbooks, alarm);
  const own = newestOwn(calls);
  if (isHealthy(own, alarm)) return nothingToDo(own);
  if (runbooks.length === 0) return giveUp(calls, "No runbook fits this alarm.");
  const open = runbooks.flatMap((runbook) => runbook.checks).filter((check) => resultFor(check, calls) === undefined);
  const fitting = runbooks.filter((runbook) => verdictOf(runbook, calls) === "fits");
  const [ready] = fitting.flatMap((runbook) => {
    const choice = choiceOf(runbook, calls, alarm);
    return choice?.condition === "" ? [{ runbook, choice }] : [];
  });
  if (ready !== undefined) return act(ready.runbook, ready.choice, calls);
  if (open.length > 0) return gather(open, runbooks);
  const [unready] = fitting;
  // What a better match found in place of its own cause counts more than one that merely fits; what a worse one found does not.
  const better = unready === undefined ? runbooks : runbooks.slice(0, runbooks.indexOf(unready));
  const known = better.flatMap((runbook) => instead(runbook, calls))[0];
  if (unready !== undefined) return handOver(unready, calls, alarm, known);
  return giveUp(calls, runbooks.map((runbook) => whyNot(runbook, calls)).join(" "), known);
}

/** The last look at the alarm's own metric. */
const newestOwn = (calls: readonly SeenCall[]): SeenCall | undefined =>
  calls.findLast(({ name }) => name === "wait_and_measure") ??
  calls.find(({ name, input }) => name === "query_metrics" && input["metric"] === undefined);

function firstLook(alarm: Alarm): Turn {
  const query = [alarm["alarm"], alarm["description"], alarm["reason"]].filter((part) => part !== undefined).join(". ");
  return {
    say: "First the alarm's own metric, and whether a runbook covers it.",
    calls: [
      { name: "query_metrics", input: { minutes_before: 10 } },
      { name: "search_runbooks", input: { query: query.slice(0, 1000) } },
    ],
  };
}

function act(runbook: ShownRunbook, choice: Choice, calls: readonly SeenCall[]): Turn {
  const { action, parameters, findings } = choice;
  const priced = calls.some((call) => call.name === "estimate_cost" && call.input["action"] === action.action);
  const wanted = { runbook: runbook.id, action: action.action, parameters };
  if (!priced)
    return {
      say: `${runbook.id} fits. What would ${action.action} cost?`,
      calls: [{ name: "estimate_cost", input: wanted }],
    };
  const call = run(runbook, action, parameters, calls, { findings });
  return { say: `I run ${action.action} of ${runbook.id}.`, calls: [call] };
}

function run(
  runbook: ShownRunbook,
  action: ShownAction,
  parameters: Readonly<Record<string, string | number>>,
  calls: readonly SeenCall[],
  { because = "", findings: stated = [] }: { readonly because?: string; readonly findings?: readonly string[] } = {},
): Wish {
  const findings = [...new Set([...evidenceFor(runbook, calls), ...stated])];
  const ruledOut = runbook.checks.filter((check) => check.wanted === "rule_out").map((check) => check.sentence);
  return {
    name: "run_ssm",
    input: {
      detailed_root_cause: `${runbook.cause || runbook.title} Every check of the runbook's diagnosis holds (${findings.join(", ")}).`,
      action_justification: `${because}${action.title}, as ${action.step} says. Ruled out: ${ruledOut.join("; ") || "nothing named"}. Declared risk: ${action.risk}.`,
      citations: [action.step],
      findings,
      runbook: runbook.id,
      action: action.action,
      parameters,
    },
  };
}

function afterAction(
  applied: SeenCall,
  calls: readonly SeenCall[],
  messages: readonly Message[],
  runbooks: readonly ShownRunbook[],
  alarm: Alarm,
): Turn {
  const told = (messages.at(-1)?.content ?? []).flatMap((block) => ("text" in block ? [block.text] : [])).join("\n");
  const verdict = /^Measured by code after the change: (\w+)\./m.exec(told)?.[1];
  const runbook = runbooks.find((candidate) => candidate.id === applied.input["runbook"]);
  const action = runbook?.actions.find((candidate) => candidate.action === applied.input["action"]);
  if (runbook === undefined || action === undefined) return giveUp(calls, applied.text);
  if (applied.text.includes("went back to OK by itself")) {
    return nothingToDo(calls.find((call) => call.name === "query_metrics"));
  }
  if (verdict === "recovered") return resolved(runbook, applied, calls);
  if (/went back to OK by itself/.test(applied.text)) return afterRecovery(applied, calls);
  const changed = verdict === undefined ? asChanged(action, applied) : undefined;
  if (changed !== undefined) {
    return {
      say: "I do what was asked for.",
      calls: [run(runbook, action, changed, calls, { because: "As a person asked: " })],
    };
  }
  const wayBack = /run the action ([a-z0-9-]+)\./.exec(told)?.[1];
  const back = runbook.actions.find((candidate) => candidate.action === wayBack);
  const parameters = back && parametersFor(back, runbook.rollback, dimensionsOf(alarm));
  const tried = calls.filter((call) => call.name === "run_ssm").length;
  if (back !== undefined && parameters !== undefined && tried < 2) {
    return {
      say: `It was ${verdict}. I go back.`,
      calls: [run(runbook, back, parameters, calls, { because: `The change was ${verdict}: ` })],
    };
  }
  return giveUp(calls, `${action.action}: ${verdict ?? applied.text}`);
}

/** A person's words that hold one whole number, for an action that takes one whole number: what they can only mean. */
function asChanged(action: ShownAction, applied: SeenCall): Readonly<Record<string, string | number>> | undefined {
  const words = /asks for a change: (.*)/.exec(applied.text)?.[1];
  const numbers = words?.match(/\b\d+\b/g) ?? [];
  const names = Object.entries(action.parameters).filter(([, parameter]) => parameter.type === "integer");
  const [name, parameter] = names[0] ?? [];
  const value = Number(numbers[0]);
  const inside = value >= (parameter?.min ?? 0) && value <= (parameter?.max ?? 0);
  if (name === undefined || names.length !== 1 || numbers.length !== 1 || !inside) return undefined;
  return { ...(applied.input["parameters"] as Record<string, string | number>), [name]: value };
}
