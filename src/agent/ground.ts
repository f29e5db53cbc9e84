import * as z from "zod";
import type { Run } from "../domain/run.ts";
import { citation } from "../domain/runbook.ts";
import type { Assessment } from "../domain/tool.ts";

const Cited = z.looseObject({ citations: z.array(z.string()).optional(), findings: z.array(z.string()).optional() });

/** Ids in the input that no tool returned in this very run; a model that made one up is told so. */
export function unseen(run: Run, input: unknown): readonly string[] {
  const cited = Cited.safeParse(input);
  if (!cited.success) return ["citations and findings"];
  const citations = (cited.data.citations ?? []).filter((id) => !Object.hasOwn(run.citations, id));
  const known = new Set(run.findings);
  const findings = (cited.data.findings ?? []).filter((id) => !known.has(id));
  return [...citations, ...findings];
}

const Named = z.looseObject({
  findings: z.array(z.string()).catch([]).default([]),
  contradicting_findings: z.array(z.string()).catch([]).default([]),
});

/** How much of this run's evidence the model cites for its cause, and whether it names any against it. */
export function agreementOf(run: Run, input: unknown): { readonly evidence: number; readonly contradicted: boolean } {
  const known = new Set(run.findings);
  const named = Named.parse(input ?? {});
  return {
    evidence: new Set(named.findings.filter((id) => known.has(id))).size,
    contradicted: named.contradicting_findings.some((id) => known.has(id)),
  };
}

/**
 * True when the reviewed step that the plan came from was shown in this run with the very text it has now, and the model
 * cites it. An ad hoc command is never grounded.
 */
export function isGrounded(run: Run, input: unknown, assessment: Assessment): boolean {
  const runbook = assessment.plan?.runbook;
  if (runbook === undefined || unseen(run, input).length > 0) return false;
  const id = citation(runbook.id, runbook.step);
  const cited = Cited.parse(input).citations ?? [];
  return cited.includes(id) && run.citations[id] === runbook.contentHash;
}
