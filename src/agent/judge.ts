import type { Decision, Facts } from "../domain/event.ts";
import type { MicroUsd } from "../domain/money.ts";
import { allCalls, type CallState, type Run } from "../domain/run.ts";
import { type Assessment, isResult, type ToolResult } from "../domain/tool.ts";
import { decide } from "../governance/decide.ts";
import { actionDigest } from "../governance/digest.ts";
import { factsOf, type Surroundings } from "../governance/facts.ts";
import { contextFor } from "./context.ts";
import type { AgentDeps } from "./deps.ts";
import { isGrounded } from "./ground.ts";

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
    ...(await around(run, deps, [])),
    approvals: 0,
    grounded: true,
    recentlyTried: false,
  });
  return { assessment: readAssessment, facts, decision: await decide(deps.policies, "read", facts), digest: undefined };
}

/**
 * Assesses a change afresh and asks policy. A result instead of a judgement means that the tool could make nothing of the
 * input. `dayMicroUsd` overrides the day's total where the caller has reserved this action's price in it already.
 */
export async function judgeChange(
  run: Run,
  call: CallState,
  deps: AgentDeps,
  signal: AbortSignal,
  dayMicroUsd?: number,
): Promise<Judged | ToolResult> {
  const tool = deps.tools.get(call.tool);
  if (tool?.kind !== "change") throw new Error(`${call.tool} is not a change tool`);
  const assessment = await tool.assess(tool.input.parse(call.input), contextFor(run, call, deps, signal));
  if (isResult(assessment)) return assessment;
  const digest = assessment.plan === undefined ? undefined : actionDigest(assessment.plan);
  const scopes = assessment.plan?.runbook === undefined ? [] : [`runbook:${assessment.plan.runbook.id}`];
  const surroundings = await around(run, deps, scopes);
  const facts = factsOf(assessment, {
    ...surroundings,
    dayMicroUsd: dayMicroUsd ?? surroundings.dayMicroUsd,
    approvals: 0,
    grounded: isGrounded(run, call.input, assessment),
    recentlyTried: wasTried(run, call, assessment, deps.ports.clock.now()),
  });
  return { assessment, facts, digest, decision: await decide(deps.policies, assessment.kind, facts) };
}

type Around = Omit<Surroundings, "approvals" | "grounded" | "recentlyTried">;

async function around(run: Run, deps: AgentDeps, scopes: readonly string[]): Promise<Around> {
  const now = deps.ports.clock.now();
  return {
    mode: run.started?.mode ?? "observe",
    environment: run.started?.environment ?? "unknown",
    stopped: await isStopped(deps, scopes),
    frozen: deps.ports.calendar.freezeAt(now) !== undefined,
    runMicroUsd: run.changed,
    dayMicroUsd: await deps.spend.total(dayOf(now)),
  };
}

/** Fails closed: a switch that cannot be read is on. */
export async function isStopped(deps: AgentDeps, scopes: readonly string[]): Promise<boolean> {
  try {
    return (await deps.killSwitch.read(["all", ...scopes])).stopped;
  } catch {
    return true;
  }
}

export const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10);

function wasTried(run: Run, call: CallState, assessment: Assessment, now: number): boolean {
  const wanted = assessment.plan;
  return allCalls(run).some((earlier) => {
    const started = earlier.started;
    if (started === undefined || earlier.callId === call.callId || now - started.at > cooldownMs) return false;
    const sameTarget = started.plan.targets.some((target) => wanted?.targets.includes(target));
    return sameTarget && started.plan.runbook?.action === wanted?.runbook?.action;
  });
}
