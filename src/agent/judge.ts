import type { Decision, Facts } from "../domain/event.ts";
import { type EffectiveMode, effectiveMode, stricter } from "../domain/mode.ts";
import type { MicroUsd } from "../domain/money.ts";
import { allCalls, type CallState, hasChanged, type Run } from "../domain/run.ts";
import { type Assessment, isResult, type PlannedAction, type ToolResult } from "../domain/tool.ts";
import { decide } from "../governance/decide.ts";
import { actionDigest } from "../governance/digest.ts";
import { factsOf, type Surroundings } from "../governance/facts.ts";
import { contextFor } from "./context.ts";
import type { AgentDeps } from "./deps.ts";
import { agreementOf, isGrounded } from "./ground.ts";
import { type Spent, serviceOf, spentSoFar } from "./spending.ts";

export type Judged = {
  readonly assessment: Assessment;
  readonly facts: Facts;
  readonly decision: Decision;
  readonly digest: ReturnType<typeof actionDigest> | undefined;
};

/** Same action on the same target within this many milliseconds counts as tried already. */
const cooldownMs = 30 * 60_000;

const readAssessment: Assessment = {
  kind: "read",
  risk: "low",
  riskReasons: [],
  price: {
    known: true,
    amount: 0 as MicroUsd,
    horizonHours: 24,
    monthly: 0 as MicroUsd,
    basis: "reading",
    source: "rule",
    asOf: "",
  },
  fleetSharePercent: 0,
  lastHealthy: false,
  reversible: true,
  failedPreconditions: [],
  managed: true,
};

export async function judgeRead(run: Run, deps: AgentDeps): Promise<Judged> {
  const facts = factsOf(readAssessment, {
    ...(await around(run, deps, undefined)),
    approvals: 0,
    grounded: true,
    recentlyTried: false,
    evidence: 0,
    contradicted: false,
  });
  return { assessment: readAssessment, facts, decision: await decide(deps.policies, "read", facts), digest: undefined };
}

/**
 * Assesses a change afresh and asks policy. A result instead of a judgement means that the tool could make nothing of the
 * input. `reserved` is what others have spent, where the caller has reserved this action's price already.
 */
export async function judgeChange(
  run: Run,
  call: CallState,
  deps: AgentDeps,
  signal: AbortSignal,
  reserved?: Spent,
): Promise<Judged | ToolResult> {
  const tool = deps.tools.get(call.tool);
  if (tool?.kind !== "change") throw new Error(`${call.tool} is not a change tool`);
  const assessment = await tool.assess(tool.input.parse(call.input), contextFor(run, call, deps, signal));
  if (isResult(assessment)) return assessment;
  const digest = assessment.plan === undefined ? undefined : actionDigest(assessment.plan);
  const surroundings = await around(run, deps, assessment.plan);
  const facts = factsOf(assessment, {
    ...surroundings,
    ...reserved,
    approvals: 0,
    grounded: isGrounded(run, call.input, assessment),
    ...agreementOf(run, call.input),
    recentlyTried: await wasTriedAnywhere(run, call, assessment, deps),
  });
  return { assessment, facts, digest, decision: await decide(deps.policies, assessment.kind, facts) };
}

type Around = Omit<Surroundings, "approvals" | "grounded" | "recentlyTried" | "evidence" | "contradicted">;

async function around(run: Run, deps: AgentDeps, plan: PlannedAction | undefined): Promise<Around> {
  const now = deps.ports.clock.now();
  const [stopped, service, spent, { mode, from }] = await Promise.all([
    isStopped(deps, plan),
    serviceOf(plan, deps),
    spentSoFar(plan, deps),
    modeFor(run, plan, deps),
  ]);
  return {
    mode,
    ...(from && { modeFrom: from }),
    // Not the journal's: policies may speak of it, and the hands need nobody's word for where they run.
    environment: deps.settings.environment,
    stopped,
    frozen: deps.ports.calendar.freezeAt(now) !== undefined,
    runMicroUsd: run.changed,
    service,
    ...spent,
  };
}

/**
 * A run may do what the settings allowed when it began and allow now: whoever restricts them restricts runs under way, and
 * the hands need no journal's word for it. A runbook that can not be looked up any more grants nothing.
 */
async function modeFor(run: Run, plan: PlannedAction | undefined, deps: AgentDeps): Promise<EffectiveMode> {
  const { started } = run;
  const { mode, modes } = deps.settings;
  const environment = stricter(started?.mode ?? "observe", mode);
  const id = plan?.runbook?.id;
  if (id === undefined) return { mode: environment };
  const settings = stricter(started?.modes?.[id] ?? "auto", modes?.[id] ?? "auto");
  const runbook = await deps.ports.runbooks.get(id);
  return effectiveMode(environment, settings, runbook === undefined ? "observe" : runbook.mode);
}

/** What policy would say in mode `auto`, all other facts being the same; undefined where that is the mode. */
export async function inAuto({ assessment, facts }: Judged, deps: AgentDeps): Promise<Decision | undefined> {
  if (facts["mode"] === "auto") return undefined;
  const { modeFrom: _, ...others } = facts;
  return decide(deps.policies, assessment.kind, { ...others, mode: "auto" });
}

/** Fails closed: a switch that cannot be read is on. */
export async function isStopped(deps: AgentDeps, plan: PlannedAction | undefined): Promise<boolean> {
  try {
    return (await deps.killSwitch.read(["all", ...(await scopesOf(plan, deps))])).stopped;
  } catch {
    return true;
  }
}

async function scopesOf(plan: PlannedAction | undefined, deps: AgentDeps): Promise<readonly string[]> {
  if (plan?.runbook === undefined) return [];
  const runbook = await deps.ports.runbooks.get(plan.runbook.id);
  return [`runbook:${plan.runbook.id}`, ...(runbook?.services ?? []).map((service) => `service:${service}`)];
}

/** The alarm went back to OK and nothing that this run did can be the reason: what was pending is not needed any more. */
export async function recoveredByItself(run: Run, deps: AgentDeps): Promise<boolean> {
  if (run.started === undefined || hasChanged(run)) return false;
  return (await deps.incidents.get(run.started.incidentId))?.status === "recovered";
}

/** Stands in the service's record of what was sent (at most 100 characters there), so that its fate can be learned. */
export const actionIdFor = (runId: string, callId: string): string => `healer:${runId}:${callId}`;

/** The same text for the same action, whichever run does it. */
export const actionName = (plan: PlannedAction): string =>
  plan.runbook === undefined ? `adhoc/${actionDigest(plan).slice(0, 12)}` : `${plan.runbook.id}/${plan.runbook.action}`;

/** The same action on one of the same targets within the cooldown, by this run or by another one. */
async function wasTriedAnywhere(run: Run, call: CallState, assessment: Assessment, deps: AgentDeps): Promise<boolean> {
  const now = deps.ports.clock.now();
  const { plan } = assessment;
  if (plan === undefined || wasTried(run, call, assessment, now)) return plan !== undefined;
  const newest = await Promise.all(plan.targets.map((target) => deps.locks.newest(target)));
  return newest.some(
    (last) =>
      last !== undefined &&
      last.action === actionName(plan) &&
      last.actionId !== actionIdFor(run.runId, call.callId) &&
      now - last.at <= cooldownMs,
  );
}

function wasTried(run: Run, call: CallState, assessment: Assessment, now: number): boolean {
  const wanted = assessment.plan;
  return allCalls(run).some((earlier) => {
    const started = earlier.started;
    if (started === undefined || earlier.callId === call.callId || now - started.at > cooldownMs) return false;
    const sameTarget = started.plan.targets.some((target) => wanted?.targets.includes(target));
    return sameTarget && started.plan.runbook?.action === wanted?.runbook?.action;
  });
}
