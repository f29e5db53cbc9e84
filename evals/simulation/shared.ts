import type { Settings } from "../../src/agent/deps.ts";
import { usd } from "../../src/domain/money.ts";
import type { Runbook } from "../../src/domain/runbook.ts";
import type { Tool } from "../../src/domain/tool.ts";
import { loadPolicies, type PolicySet } from "../../src/governance/policy.ts";
import { readPolicyText, readPrompt } from "../../src/local/files.ts";
import { tools } from "../../tools/index.ts";
import { simulatedRunbooks } from "./runbooks.ts";

/** What every simulation of one process uses as it is deployed: policies, prompt, tools. */
export type Shared = {
  readonly policies: PolicySet;
  readonly prompt: { readonly text: string; readonly hash: string };
  readonly tools: ReadonlyMap<string, Tool>;
  readonly runbooks: readonly Runbook[];
};

export async function loadShared(): Promise<Shared> {
  return {
    policies: await loadPolicies(await readPolicyText()),
    prompt: await readPrompt(),
    tools,
    runbooks: simulatedRunbooks(),
  };
}

export const approvers = ["slack:ada", "slack:bob"] as const;

export const simulatedSettings: Settings = {
  mode: "auto",
  environment: "simulation",
  approvers,
  approvalTtlMs: 20 * 60_000,
  budgets: { turns: 16, tokens: 2_000_000, spend: usd(1), wallMs: 60 * 60_000, sameCall: 3 },
  // Longer than any send of the simulated service takes, clocks that differ included.
  sendTimeoutMs: 15_000,
  toolTimeoutMs: 600_000,
  modelTimeoutMs: 600_000,
  maxTokens: 8_000,
  pollSeconds: 20,
};
