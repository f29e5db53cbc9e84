import type { AgentDeps, Settings } from "../src/agent/deps.ts";
import type { EventOf, Facts, RunEvent } from "../src/domain/event.ts";
import { canonicalJson, type Entry } from "../src/domain/journal.ts";
import { Mode } from "../src/domain/mode.ts";
import type { MicroUsd } from "../src/domain/money.ts";
import type { ForEach, Model, RunbookLibrary } from "../src/domain/ports.ts";
import { allCalls, type CallState, type Run } from "../src/domain/run.ts";
import { type Assessment, emptyResult, isResult, type Tool, type ToolResult } from "../src/domain/tool.ts";
import type { PolicySet } from "../src/governance/policy.ts";
import { defaultSettings } from "../src/local/compose.ts";
import { memoryStore } from "../src/local/memory-store.ts";
import { noEvidence } from "../src/local/no-evidence.ts";
import { replyCost } from "../src/models/spend.ts";
import { changeOf } from "./recorded-tools.ts";
import { repeatingModel } from "./repeating-model.ts";
import { replayPorts } from "./replay-ports.ts";

export type ReplayInputs = {
  readonly prompt: { readonly text: string; readonly hash: string };
  readonly policies: PolicySet;
  readonly tools: ReadonlyMap<string, Tool>;
  /** Names that the first entry holds; the recorded ones where nothing was changed. */
  readonly promptHash: string;
  readonly policyHash: string;
  readonly model: string;
  /** Answers anew; undefined gives the recorded replies, as long as what was asked is the same. */
  readonly converse?: Model;
  /** Other runbooks: searches are made anew on them, and actions are planned anew from them. */
  readonly runbooks?: RunbookLibrary;
};

export type ReplayDeps = {
  readonly deps: AgentDeps;
  /** Sets time and surroundings to those of the recorded entry that is due. */
  aim(due: Entry | undefined): void;
  /** Gives events what only the recording knows, such as how long the model took. */
  settle(events: readonly RunEvent[]): readonly RunEvent[];
  readonly unforeseen: readonly string[];
};

/** Everything that `perform` may touch, answered from a recording. */
export function replayDeps(
  recorded: readonly Entry[],
  past: Run,
  inputs: ReplayInputs,
  present: () => Run,
): ReplayDeps {
  const unforeseen: string[] = [];
  let due: Entry | undefined;
  let facts: Facts = {};
  let now = Date.parse(recorded[0]?.at ?? "");
  const clock = { now: () => now };
  const ports = replayPorts(
    clock,
    inputs.runbooks,
    () => facts,
    () => eventIn(due, "approval_requested")?.preview,
  );
  const recordedReply = () => eventIn(due, "model_replied") ?? past.turns[present().turns.length]?.reply;
  const settings = settingsOf(
    past,
    () => eventIn(due, "approval_requested")?.expiresAt,
    clock.now,
    () => facts,
  );
  return {
    unforeseen,
    deps: {
      ports,
      ...memoryStore(),
      spend: {
        // A key of one day, or of one day and service: the facts hold both, this action's own price included.
        totals: async (keys) =>
          keys.map(
            (key) =>
              Number(facts[key.includes("/") ? "serviceMicroUsd" : "dayMicroUsd"] ?? 0) -
              Number(facts["priceMicroUsd"] ?? 0),
          ) as ForEach<typeof keys, number>,
        reserve: async () => 0,
        release: async () => undefined,
      },
      killSwitch: { read: async () => ({ stopped: facts["stopped"] === true }), set: async () => undefined },
      notifier: { runChanged: async () => undefined, tick: async () => undefined },
      model: inputs.converse ?? repeatingModel(past, present),
      priceOf: (modelId, usage) =>
        recordedReply()?.modelId === modelId
          ? (recordedReply()?.cost ?? replyCost(modelId, usage))
          : replyCost(modelId, usage),
      ids: { next: (length) => "0".repeat(length) },
      policies: inputs.policies,
      tools: new Map(
        [...inputs.tools].map(([name, tool]) => [name, answering(tool, past, inputs, present, unforeseen)]),
      ),
      prompt: inputs.prompt,
      settings,
    },
    aim(entry) {
      due = entry;
      now = entry === undefined ? now + 1000 : Date.parse(entry.at);
      const assessed = entry?.events.find((event) => event.type === "call_assessed");
      if (assessed?.type === "call_assessed") facts = assessed.facts;
    },
    settle: (events) => events.map((event) => settled(event, eventIn(due, "model_replied"))),
  };
}

function settled(event: RunEvent, reply: EventOf<"model_replied"> | undefined): RunEvent {
  if (event.type !== "model_replied" || reply?.modelId !== event.modelId) return event;
  return { ...event, latencyMs: reply.latencyMs };
}

const eventIn = <Type extends RunEvent["type"]>(entry: Entry | undefined, type: Type): EventOf<Type> | undefined =>
  entry?.events.find((event): event is EventOf<Type> => event.type === type);

/**
 * The approval's time to live is not in the journal, but when it was to end is; nor is a mode that was restricted while the
 * run went on, but the facts of each decision hold it.
 */
function settingsOf(past: Run, expiresAt: () => string | undefined, now: () => number, facts: () => Facts): Settings {
  const budgets = past.started?.budgets ?? defaultSettings.budgets;
  const base = {
    ...defaultSettings,
    budgets,
    environment: past.started?.environment ?? "replay",
  };
  return {
    ...base,
    get mode() {
      const { mode, modeFrom } = facts();
      const recorded = Mode.safeParse(modeFrom === undefined ? mode : undefined);
      return recorded.success ? recorded.data : (past.started?.mode ?? "observe");
    },
    get approvalTtlMs() {
      const end = expiresAt();
      return end === undefined ? defaultSettings.approvalTtlMs : Date.parse(end) - now();
    },
  };
}

function answering(tool: Tool, past: Run, inputs: ReplayInputs, present: () => Run, unforeseen: string[]): Tool {
  if (tool.kind === "conclude") return tool;
  const find = (input: unknown, callId: string) => recordedCall(tool, input, callId, past, present());
  if (tool.kind === "change") {
    return {
      ...tool,
      assess: async (input, context) =>
        replanned(find(input, context.callId), await reassess(tool, input, context, inputs), inputs),
    };
  }
  if (tool.name === "search_runbooks" && inputs.runbooks !== undefined) return tool;
  return {
    ...tool,
    async execute(input, context): Promise<ToolResult> {
      const found = find(input, context.callId)?.finished?.result;
      if (found !== undefined) return found;
      unforeseen.push(`${tool.name} ${JSON.stringify(input)}`);
      return emptyResult("The recorded run did not ask this, so nothing is known.");
    },
  };
}

/** The recorded call of the same tool that asked for the same: this very one, or the one that was asked as often before. */
function recordedCall(tool: Tool, input: unknown, callId: string, past: Run, present: Run): CallState | undefined {
  const keyOf = (value: unknown) => (tool.kind === "change" ? changeOf(value) : canonicalJson(value));
  const key = keyOf(input);
  const isSame = (call: CallState) => {
    if (call.tool !== tool.name || call.kind === "invalid") return false;
    const parsed = tool.input.safeParse(call.input);
    return parsed.success && keyOf(parsed.data) === key;
  };
  const same = allCalls(past).filter(isSame);
  const before = allCalls(present).filter(
    (call) => isSame(call) && call.finished !== undefined && call.callId !== callId,
  ).length;
  return same.find((call) => call.callId === callId) ?? same[Math.min(before, same.length - 1)];
}

type ChangeContext = Parameters<Extract<Tool, { kind: "change" }>["assess"]>[1];

async function reassess(
  tool: Extract<Tool, { kind: "change" }>,
  input: unknown,
  context: ChangeContext,
  inputs: ReplayInputs,
): Promise<Assessment | ToolResult | undefined> {
  if (inputs.runbooks === undefined || tool.name !== "run_ssm") return undefined;
  // Any document is taken to exist as it was; what the recording knows of it is put in afterwards.
  const commands = {
    ...noEvidence.commands,
    document: async (name: string, version: string) => ({
      type: await typeOf(input, inputs.runbooks),
      version,
      hash: name,
    }),
  };
  return tool.assess(input, { ...context, commands });
}

async function typeOf(input: unknown, library: RunbookLibrary | undefined): Promise<"Command" | "Automation"> {
  const { runbook, action } = input as { runbook: string; action: string };
  const found = await library?.get(runbook);
  return found?.actions.find((one) => one.id === action)?.document.type ?? "Command";
}

/** The recorded assessment, with risk, plan and preconditions of the other runbooks where there are any. */
function replanned(
  call: CallState | undefined,
  anew: Assessment | ToolResult | undefined,
  inputs: ReplayInputs,
): Assessment | ToolResult {
  const recorded = call?.assessed?.assessment;
  if (anew !== undefined && isResult(anew)) return anew;
  if (recorded === undefined)
    return (
      anew ?? call?.finished?.result ?? emptyResult("The recorded run did not ask this, so nothing is known of it.")
    );
  if (anew === undefined || inputs.runbooks === undefined || anew.plan === undefined || recorded.plan === undefined)
    return recorded;
  const { document } = recorded.plan;
  const same = anew.plan.document.name === document.name && anew.plan.document.version === document.version;
  const plan = { ...anew.plan, document: same ? document : anew.plan.document };
  const { price, fleetSharePercent, lastHealthy, managed, failedPreconditions } = recorded;
  return {
    ...anew,
    plan,
    price: price as { known: true; amount: MicroUsd } & typeof price,
    fleetSharePercent,
    lastHealthy,
    managed,
    failedPreconditions,
  };
}
