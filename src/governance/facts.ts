import type { Facts } from "../domain/event.ts";
import type { Mode } from "../domain/mode.ts";
import { formatUsd, type MicroUsd } from "../domain/money.ts";
import type { Assessment, Risk } from "../domain/tool.ts";

/** What code knows around a call, besides the call's own assessment. */
export type Surroundings = {
  readonly mode: Mode;
  readonly environment: string;
  readonly stopped: boolean;
  readonly frozen: boolean;
  readonly approvals: number;
  /** Micro-dollars of changes already sent in this run, and today (UTC) in all runs. */
  readonly runMicroUsd: number;
  readonly dayMicroUsd: number;
  /** The service that is changed, and what its changes come to today. */
  readonly service: string;
  readonly serviceMicroUsd: number;
  readonly grounded: boolean;
  readonly recentlyTried: boolean;
  /** Findings of this run that are cited for the cause. */
  readonly evidence: number;
  /** A finding of this run is named against the cause. */
  readonly contradicted: boolean;
};

const riskLevels: Readonly<Record<Risk, number>> = { low: 0, medium: 1, high: 2, critical: 3 };

/** The flat record that policy sees. A price that is unknown, negative or not a number counts as unknown. */
export function factsOf(assessment: Assessment, around: Surroundings): Facts {
  const { price } = assessment;
  const amount = price.known && Number.isSafeInteger(price.amount) ? price.amount : undefined;
  const added = Math.max(0, amount ?? 0);
  return {
    mode: around.mode,
    environment: around.environment,
    stopped: around.stopped,
    frozen: around.frozen,
    approvals: around.approvals,
    priceKnown: amount !== undefined,
    priceMicroUsd: added,
    runMicroUsd: around.runMicroUsd + added,
    dayMicroUsd: around.dayMicroUsd + added,
    service: around.service,
    serviceMicroUsd: around.serviceMicroUsd + added,
    risk: riskLevels[assessment.risk],
    reversible: assessment.reversible,
    commandClass: assessment.commandClass ?? "none",
    targets: assessment.plan?.targets.length ?? 0,
    fleetSharePercent: Math.ceil(assessment.fleetSharePercent ?? 100),
    lastHealthy: assessment.lastHealthy,
    managed: assessment.managed,
    preconditionsHold: assessment.failedPreconditions.length === 0,
    grounded: around.grounded,
    recentlyTried: around.recentlyTried,
    evidence: around.evidence,
    contradicted: around.contradicted,
    dataClass: assessment.dataClass ?? "unknown",
  };
}

type Explained = { readonly unit: string; readonly says: (value: never) => string | undefined };

const explain = <Value>(unit: string, says: (value: Value) => string | undefined): Explained => ({ unit, says });

const ceiling = 20_000_000 as MicroUsd;
const overCeiling = (what: string) => (value: number) =>
  value > ceiling ? `${what} ${formatUsd(value as MicroUsd)}, over the ${formatUsd(ceiling)} ceiling` : undefined;
const when = (bad: boolean, words: string) => (value: boolean) => (value === bad ? words : undefined);

/** Every fact with its unit, and the words for the card when its value stands in the way of running alone. */
export const factTable: Readonly<Record<string, Explained>> = {
  mode: explain("observe | suggest | approve_all | auto", (value: string) =>
    value === "auto" ? undefined : `mode is ${value}`,
  ),
  environment: explain("name", () => undefined),
  stopped: explain("yes/no", when(true, "the kill switch is on")),
  frozen: explain("yes/no", when(true, "a change freeze is on")),
  approvals: explain("people", () => undefined),
  priceKnown: explain("yes/no", when(false, "its price is unknown")),
  priceMicroUsd: explain("micro-dollars", overCeiling("it costs")),
  runMicroUsd: explain("micro-dollars", overCeiling("this run's changes come to")),
  dayMicroUsd: explain("micro-dollars", overCeiling("today's changes come to")),
  service: explain("name", () => undefined),
  serviceMicroUsd: explain("micro-dollars", overCeiling("today's changes of this service come to")),
  risk: explain("0 low, 1 medium, 2 high, 3 critical", (value: number) =>
    value === 0 ? undefined : `its risk is ${["low", "medium", "high", "critical"][value] ?? value}`,
  ),
  reversible: explain("yes/no", () => undefined),
  commandClass: explain("class of an ad hoc command", (value: string) =>
    value === "none" ? undefined : `it is an ad hoc command (${value.replace("_", " ")})`,
  ),
  targets: explain("targets", (value: number) => (value > 5 ? `it has ${value} targets, more than 5` : undefined)),
  fleetSharePercent: explain("percent of the fleet", (value: number) =>
    value > 50 ? `it touches ${value} % of the fleet, more than 50 %` : undefined,
  ),
  lastHealthy: explain("yes/no", when(true, "a target is the last healthy member of its group")),
  managed: explain("yes/no", when(false, "a target does not carry the opt-in tag")),
  preconditionsHold: explain("yes/no", when(false, "a precondition of the runbook does not hold")),
  grounded: explain("yes/no", when(false, "no cited runbook step backs it")),
  evidence: explain("findings of this run", (value: number) =>
    value >= 1 ? undefined : "no finding of this run supports its cause",
  ),
  contradicted: explain("yes/no", when(true, "a finding speaks against its cause")),
  dataClass: explain("none | internal | personal | secret | unknown", (value: string) =>
    value === "personal" || value === "secret" ? `a target holds ${value} data` : undefined,
  ),
  recentlyTried: explain("yes/no", when(true, "the same action was tried on the same target a short while ago")),
};

const totals = new Set(["runMicroUsd", "dayMicroUsd", "serviceMicroUsd"]);

/** Why a call does not simply run, most telling facts as a person would say them. */
export const obstacles = (facts: Facts): readonly string[] =>
  Object.entries(factTable).flatMap(([name, fact]) => {
    const value = facts[name];
    // What the run and the day have cost so far stands in the way of what adds to it.
    if (totals.has(name) && facts.priceKnown === true && facts.priceMicroUsd === 0) return [];
    return value === undefined ? [`the fact ${name} is missing`] : (fact.says(value as never) ?? []);
  });
