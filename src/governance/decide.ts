import type { Decision, Facts } from "../domain/event.ts";
import type { Assessment } from "../domain/tool.ts";
import { obstacles } from "./facts.ts";
import { cedar, type Policies } from "./policy.ts";

/** Most approvals that any call can need. */
const quorums = [0, 1, 2] as const;

/**
 * The one place that answers "may it?". Asks policy with 0, 1 and 2 approvals: the smallest number that is allowed is
 * what the call needs, none means deny. An evaluation error or a missing fact denies.
 */
export async function decide(policies: Policies, kind: Assessment["kind"], facts: Facts): Promise<Decision> {
  await policies.ready?.();
  const known = answersOf(policies);
  const question = JSON.stringify([kind, facts]);
  const decision = known.get(question) ?? (await ask(policies, kind, facts));
  // Stryker disable next-line all: bounds memory; an answer that was forgotten is asked for again and is the same.
  if (known.size >= mostKept) known.clear();
  if (!failures.has(decision)) known.set(question, decision);
  return { ...decision, policies: [...decision.policies], reasons: [...decision.reasons] };
}

/**
 * Policy knows no clock and no world: the same facts under the same policies have one answer. The reads of a run nearly
 * all ask the same, and each question costs the engine most of a millisecond. An engine that failed is asked again.
 */
const answers = new WeakMap<Policies, Map<string, Decision>>();
const mostKept = 256;
const failures = new WeakSet<Decision>();

function answersOf(policies: Policies): Map<string, Decision> {
  const known = answers.get(policies) ?? new Map<string, Decision>();
  answers.set(policies, known);
  return known;
}

async function ask(policies: Policies, kind: Assessment["kind"], facts: Facts): Promise<Decision> {
  const engine = await cedar();
  let deniedBy: readonly string[] = [];
  for (const approvals of quorums) {
    const answer = engine.statefulIsAuthorized({
      principal: { type: "Healer::Agent", id: "healer" },
      action: { type: "Healer::Action", id: kind },
      resource: { type: "Healer::Service", id: String(facts["service"]) },
      context: { ...facts, approvals },
      preparsedPolicySetId: policies.handle,
      preparsedSchemaName: policies.handle,
      validateRequest: true,
      entities: [],
    });
    if (answer.type === "failure") return failed(`policy could not be evaluated: ${answer.errors[0]?.message}`);
    const { decision, diagnostics } = answer.response;
    if (diagnostics.errors.length > 0) return failed(`policy failed: ${diagnostics.errors[0]?.error.message}`);
    if (decision === "allow") return permitted(approvals, diagnostics.reason, facts);
    deniedBy = diagnostics.reason;
  }
  return denied(deniedBy, obstacles(facts));
}

function failed(reason: string): Decision {
  const decision = denied([], [reason]);
  failures.add(decision);
  return decision;
}

function permitted(quorum: number, policies: readonly string[], facts: Facts): Decision {
  const reasons = quorum === 0 ? [] : [...obstacles(facts)];
  return { verdict: quorum === 0 ? "allow" : "ask", quorum, policies: [...policies].sort(), reasons };
}

const denied = (policies: readonly string[], reasons: readonly string[]): Decision => ({
  verdict: "deny",
  quorum: 0,
  policies: [...policies].sort(),
  reasons: [...reasons],
});
