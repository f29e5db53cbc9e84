import { join } from "node:path";
import { tools } from "../../tools/index.ts";
import type { Settings } from "../agent/deps.ts";
import { incidentHistory } from "../agent/history.ts";
import type { IntakeDeps } from "../agent/intake.ts";
import { createPriceList } from "../cost/price-list.ts";
import { HealerError } from "../domain/errors.ts";
import { usd } from "../domain/money.ts";
import { once } from "../domain/once.ts";
import type { Evidence, Model, Ports } from "../domain/ports.ts";
import { frozenAt } from "../governance/freeze.ts";
import { policiesOnFirstUse } from "../governance/policy.ts";
import { readPolicyText, readPrompt } from "../local/files.ts";
import { randomIds, systemClock } from "../local/system.ts";
import { bedrockModel } from "../models/bedrock.ts";
import { defaultModels } from "../models/profiles.ts";
import { replyCost } from "../models/spend.ts";
import { probeDocumentName } from "../probe/probes.ts";
import type { Deployment } from "./deployment.ts";
import type { Surroundings } from "./environment.ts";
import { awsEvidence } from "./evidence.ts";
import { guardrail } from "./guardrail.ts";
import { knowledgeBase } from "./knowledge-base.ts";
import { placing } from "./placed.ts";
import { createPricing, pricingSdk } from "./pricing.ts";
import { composeRecords, streamTells } from "./records.ts";
import { awsTelemetry } from "./telemetry.ts";

/** Only the brain talks to a model; the others get one that refuses, and no permission either. */
export type Composing = { readonly thinks: boolean };

/** What a deployed function that drives or starts runs may touch. */
export async function composeAgent(around: Surroundings, { thinks }: Composing): Promise<IntakeDeps> {
  const { deployment, region, account, files } = around;
  const clock = systemClock;
  const reading = { clock, probeDocument: probeDocumentName, logs: deployment.logs };
  const own = { account, region };
  const { dynamo: _, clock: __, ...records } = await composeRecords(around);
  const unitPrices = createPricing({ sdk: pricingSdk(region), clock });
  const runbooks = runbooksOf(files, thinks ? deployment : {});
  const portsAround = (evidence: Evidence): Ports => ({
    clock,
    ...evidence,
    runbooks,
    pricing: createPriceList({ unitPrices, fleet: evidence.fleet, clock }),
    calendar: { freezeAt: (now) => frozenAt(deployment.freezes, now) },
    history: incidentHistory(records),
  });
  const ports = portsAround(awsEvidence({ ...reading, ...own }));
  const home = { ports, locks: records.locks };
  const telemetry = awsTelemetry({ environment: deployment.environment, ...otlpOf(deployment) });
  return {
    ...records,
    journal: telemetry.watching(records.journal),
    telemetry,
    ports,
    at: placing({ own, allowList: deployment, door: thinks ? "look" : "change", reading, home, portsAround }),
    notifier: streamTells,
    model: thinks ? bedrockModel({ models: deployment.models }) : noModel,
    modelName: deployment.models[0] ?? defaultModels[0] ?? "",
    priceOf: replyCost,
    ids: randomIds,
    policies: policiesOnFirstUse(await readPolicyText(join(files, "policies"))),
    tools,
    prompt: await readPrompt(join(files, "prompts", "system.md")),
    settings: settingsOf(deployment),
    ...(deployment.guardrail && {
      guardrail: guardrail({
        guardrailId: deployment.guardrail.id,
        guardrailVersion: deployment.guardrail.version,
      }),
    }),
  };
}

export const settingsOf = (deployment: Deployment): Settings => ({
  mode: deployment.mode,
  modes: deployment.modes,
  environment: deployment.environment,
  approvers: deployment.approvers,
  approvalTtlMs: deployment.approvalMinutes * 60_000,
  budgets: {
    turns: 24,
    tokens: 400_000,
    spend: usd(deployment.runBudgetDollars),
    wallMs: 2 * 60 * 60_000,
    sameCall: 3,
  },
  // Twice the adapter's own limit for one send and the look at its document before it.
  sendTimeoutMs: 20_000,
  toolTimeoutMs: 60_000,
  modelTimeoutMs: 120_000,
  maxTokens: 8_000,
  // Each look is three transitions of the state machine, which are paid for.
  pollSeconds: 10,
});

const otlpOf = ({ tracing }: Deployment) => (typeof tracing === "string" ? {} : { otlp: tracing.otlp });

type Searching = Partial<Pick<Deployment, "knowledgeBaseId" | "knowledgeBaseUse">>;

function runbooksOf(files: string, { knowledgeBaseId, knowledgeBaseUse = "fused" }: Searching): Ports["runbooks"] {
  const reviewed = runbooksOnFirstUse(join(files, "runbooks"));
  if (knowledgeBaseId === undefined) return reviewed;
  return knowledgeBase({ knowledgeBaseId, use: knowledgeBaseUse, reviewed });
}

/** Parsed and indexed where one is first looked for: a run's first reply comes before that. */
function runbooksOnFirstUse(folder: string): Ports["runbooks"] {
  const library = once(async () => {
    const { loadRunbooks, runbookLibrary } = await import("../local/runbook-folder.ts");
    return runbookLibrary((await loadRunbooks(folder)).runbooks);
  });
  return {
    search: async (query, limit) => (await library()).search(query, limit),
    get: async (id) => (await library()).get(id),
  };
}

const noModel: Model = {
  async converse() {
    throw new HealerError("bad_state", "this function never talks to a model", { hint: "Only the brain does." });
  },
};
