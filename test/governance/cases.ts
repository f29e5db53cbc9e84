import fc from "fast-check";
import type { Decision } from "../../src/domain/event.ts";
import type { MicroUsd } from "../../src/domain/money.ts";
import type { Assessment, PriceQuote } from "../../src/domain/tool.ts";
import type { Surroundings } from "../../src/governance/facts.ts";
import { assessment, plan } from "../domain/story.ts";

/** A change and its surroundings, as plain numbers that a test can make worse one by one. */
export type Case = {
  readonly kind: "change" | "adhoc";
  readonly risk: Assessment["risk"];
  /** Micro-dollars; undefined for unknown. */
  readonly price: number | undefined;
  readonly share: number | null;
  readonly targets: number;
  readonly lastHealthy: boolean;
  readonly managed: boolean;
  readonly failed: number;
  readonly commandClass: NonNullable<Assessment["commandClass"]>;
  readonly around: Surroundings;
};

export const risks = ["low", "medium", "high", "critical"] as const;
export const modes = ["auto", "suggest", "approve_all", "observe"] as const;
export const classes = ["read_only", "reversible", "risky", "destructive"] as const;

export function assessmentOf(one: Case): Assessment {
  return assessment({
    kind: one.kind,
    risk: one.risk,
    price: priceOf(one.price),
    fleetSharePercent: one.share,
    lastHealthy: one.lastHealthy,
    managed: one.managed,
    failedPreconditions: Array.from({ length: one.failed }, (_, index) => `p${index}`),
    ...(one.kind === "adhoc" && { commandClass: one.commandClass }),
    plan: { ...plan, targets: Array.from({ length: one.targets }, (_, index) => `i-${index}`) },
  });
}

export const priceOf = (amount: number | undefined): PriceQuote =>
  amount === undefined
    ? { known: false, why: "?" }
    : {
        known: true,
        amount: amount as MicroUsd,
        horizonHours: 24,
        monthly: 0 as MicroUsd,
        basis: "b",
        source: "s",
        asOf: "",
      };

/** A standard change: everything about it is as harmless as it can be. */
export const standard: Case = {
  kind: "change",
  risk: "low",
  price: 0,
  share: 10,
  targets: 1,
  lastHealthy: false,
  managed: true,
  failed: 0,
  commandClass: "read_only",
  around: {
    mode: "auto",
    environment: "production",
    stopped: false,
    frozen: false,
    approvals: 0,
    runMicroUsd: 0,
    dayMicroUsd: 0,
    service: "checkout",
    serviceMicroUsd: 0,
    grounded: true,
    recentlyTried: false,
    evidence: 2,
    contradicted: false,
  },
};

const money = fc.oneof(fc.integer({ min: 0, max: 40_000_000 }), fc.constantFrom(0, 19_999_999, 20_000_000, 20_000_001));
const mostlyHarmless = (bad: boolean) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(!bad) }, { weight: 1, arbitrary: fc.constant(bad) });

export const cases: fc.Arbitrary<Case> = fc.record({
  kind: fc.constantFrom("change", "change", "adhoc"),
  risk: fc.constantFrom(...risks),
  price: fc.oneof(money, fc.constant(undefined)),
  share: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.constant(null)),
  targets: fc.integer({ min: 0, max: 12 }),
  lastHealthy: mostlyHarmless(true),
  managed: mostlyHarmless(false),
  failed: fc.constantFrom(0, 0, 0, 1),
  commandClass: fc.constantFrom(...classes),
  around: fc.record({
    mode: fc.constantFrom("auto", "auto", "auto", ...modes),
    environment: fc.constantFrom("production", "staging"),
    stopped: mostlyHarmless(true),
    frozen: mostlyHarmless(true),
    approvals: fc.constant(0),
    runMicroUsd: money,
    dayMicroUsd: money,
    service: fc.constant("checkout"),
    serviceMicroUsd: money,
    grounded: mostlyHarmless(false),
    recentlyTried: mostlyHarmless(true),
    evidence: fc.integer({ min: 0, max: 3 }),
    contradicted: mostlyHarmless(true),
  }),
});

/** How hard it is to get through: 0 runs alone, 1 and 2 people, 3 never. */
export const bar = (decision: Decision): number => (decision.verdict === "deny" ? 3 : decision.quorum);
