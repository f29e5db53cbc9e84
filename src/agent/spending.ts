import type { PlannedAction } from "../domain/tool.ts";
import type { AgentDeps } from "./deps.ts";

/** Micro-dollars of changes reserved on one day (UTC): over everything, and for the service that a plan changes. */
export type Spent = { readonly dayMicroUsd: number; readonly serviceMicroUsd: number };

type Plan = PlannedAction | undefined;

export const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10);

/** The first service that the plan's runbook is about; a command that no runbook holds belongs to none. */
export async function serviceOf(plan: Plan, deps: AgentDeps): Promise<string> {
  const runbook = plan?.runbook && (await deps.ports.runbooks.get(plan.runbook.id));
  return runbook?.services[0] ?? "none";
}

export async function spentSoFar(plan: Plan, deps: AgentDeps): Promise<Spent> {
  const [dayMicroUsd, serviceMicroUsd] = await deps.spend.totals(await keysOf(plan, deps.ports.clock.now(), deps));
  return { dayMicroUsd, serviceMicroUsd };
}

/** Counts an action's price before it is decided, so that two at once both see it; answers what the others come to. */
export async function reserve(plan: Plan, actionId: string, amount: number, deps: AgentDeps): Promise<Spent> {
  const [day, service] = await keysOf(plan, deps.ports.clock.now(), deps);
  const [dayTotal, serviceTotal] = await Promise.all([
    deps.spend.reserve(day, actionId, amount),
    deps.spend.reserve(service, actionId, amount),
  ]);
  return { dayMicroUsd: dayTotal - amount, serviceMicroUsd: serviceTotal - amount };
}

/** `at` is when it was reserved, milliseconds since 1970: a release after midnight must find yesterday's. */
export async function release(plan: Plan, actionId: string, at: number, deps: AgentDeps): Promise<void> {
  for (const key of await keysOf(plan, at, deps)) await deps.spend.release(key, actionId);
}

const keysOf = async (plan: Plan, at: number, deps: AgentDeps): Promise<readonly [string, string]> => [
  dayOf(at),
  `${dayOf(at)}/${await serviceOf(plan, deps)}`,
];
