import type { Ports } from "../domain/ports.ts";
import { type CostModel, citation, type Runbook, type RunbookAction } from "../domain/runbook.ts";
import { type Assessment, errorResult, type PlannedAction, type PriceQuote, type ToolResult } from "../domain/tool.ts";
import { checkParameters, exposedPlaceholders, fillShell, fillText } from "./fill.ts";
import { failedPreconditions } from "./preconditions.ts";
import { blastRadiusOf } from "./radius.ts";

export type Place = {
  readonly account: string;
  readonly region: string;
  readonly dimensions: Readonly<Record<string, string>>;
};
type Needs = Pick<Ports, "runbooks" | "commands" | "fleet" | "pricing" | "metrics" | "calendar" | "clock">;

/** Hours over which the price of added capacity is counted, unless somebody takes it away sooner. */
export const horizonHours = 24;

/**
 * Turns a reviewed action and typed parameters into exactly what would run, with everything that code can find out about
 * it. An `error` result names what the model has to correct.
 */
export async function assessAction(
  wanted: { readonly runbook: string; readonly action: string; readonly parameters: Readonly<Record<string, unknown>> },
  place: Place,
  ports: Needs,
): Promise<Assessment | ToolResult> {
  const runbook = await ports.runbooks.get(wanted.runbook);
  if (runbook === undefined) return errorResult(`There is no runbook ${wanted.runbook}.`, "Search for it first.");
  const action = runbook.actions.find((candidate) => candidate.id === wanted.action);
  if (action === undefined) {
    const known = runbook.actions.map((candidate) => candidate.id).join(", ") || "none";
    return errorResult(`${runbook.id} has no action ${wanted.action}.`, `Its actions: ${known}.`);
  }
  const filled = checkParameters(action, wanted.parameters);
  if (!filled.ok)
    return errorResult(`Parameters of ${action.id}: ${filled.problems.join("; ")}.`, "Correct them and call again.");
  const targets = targetsOf(action, filled.values, place);
  if (typeof targets === "string") return errorResult(targets, "Choose an action that fits the alarm's resource.");
  const plan = await planFor(runbook, action, filled.values, targets, place, ports);
  if ("forModel" in plan) return plan;
  const radius = await blastRadiusOf(targets, ports.fleet);
  return {
    kind: "change",
    risk: action.risk,
    riskReasons: [`declared ${action.risk} by ${runbook.owner}, reviewed ${runbook.reviewed}`],
    price: await priceOf(action.cost, filled.values, place.region, ports),
    ...radius,
    reversible: action.rollback.kind === "action",
    failedPreconditions: [...(await failedPreconditions(action.preconditions, targets, ports))],
    plan,
  };
}

function targetsOf(
  action: RunbookAction,
  values: Readonly<Record<string, string>>,
  place: Place,
): readonly string[] | string {
  const { targets } = action;
  if (targets.from === "none") return [];
  const value = targets.from === "dimension" ? place.dimensions[targets.dimension] : values[targets.parameter];
  if (value === undefined || value === "") {
    const what = targets.from === "dimension" ? `dimension ${targets.dimension}` : `parameter ${targets.parameter}`;
    return `${action.id} takes its target from the ${what}, which this alarm does not have.`;
  }
  const found = [...new Set(value.split(",").map((part) => part.trim()))].filter((part) => part !== "").sort();
  if (found.length === 0) return `${action.id} has no target: ${JSON.stringify(value.slice(0, 80))} names none.`;
  return found.length <= targets.max ? found : `${action.id} may have ${targets.max} target(s), not ${found.length}.`;
}

async function planFor(
  runbook: Runbook,
  action: RunbookAction,
  values: Readonly<Record<string, string>>,
  targets: readonly string[],
  place: Place,
  ports: Needs,
): Promise<PlannedAction | ToolResult> {
  const { name, version, type } = action.document;
  const document = await ports.commands.document(name, version);
  const step = runbook.sections.find((section) => section.slug === action.step);
  if (document === undefined)
    return errorResult(`The document ${name} version ${version} does not exist.`, "Escalate.");
  if (document.type !== type) return errorResult(`${name} is an ${document.type} document, not ${type}.`, "Escalate.");
  if (step === undefined) return errorResult(`${citation(runbook.id, action.step)} does not exist.`, "Escalate.");
  const [exposed] = exposedPlaceholders(action.command ?? "");
  if (exposed !== undefined)
    return errorResult(
      `The command of ${action.id} puts {{${exposed}}} inside quotes, which is not safe.`,
      "Escalate.",
    );
  const commandText = action.command === undefined ? undefined : fillShell(action.command, values).trim();
  const written = Object.entries(action.documentParameters ?? {}).map(([key, text]) => [key, [fillText(text, values)]]);
  const parameters: Record<string, string[]> = Object.fromEntries(written);
  if (commandText !== undefined) Object.assign(parameters, shellParameters(commandText, action.timeoutSeconds));
  return {
    document: { name, type, version: document.version, hash: document.hash },
    parameters,
    ...(commandText === undefined ? {} : { commandText }),
    targets: [...targets],
    account: place.account,
    region: place.region,
    timeoutSeconds: action.timeoutSeconds,
    runbook: { id: runbook.id, action: action.id, step: action.step, contentHash: step.contentHash },
  };
}

export const shellParameters = (commandText: string, timeoutSeconds: number): Record<string, string[]> => ({
  commands: [commandText],
  executionTimeout: [String(timeoutSeconds)],
});

async function priceOf(
  cost: CostModel | undefined,
  values: Readonly<Record<string, string>>,
  region: string,
  ports: Needs,
): Promise<PriceQuote> {
  if (cost === undefined) return { known: false, why: "the runbook's action declares no cost model" };
  const filled = Object.fromEntries(
    Object.entries(cost).map(([key, value]) => [key, typeof value === "string" ? fillText(value, values) : value]),
  ) as CostModel;
  return ports.pricing.quote(filled, { region, horizonHours });
}
