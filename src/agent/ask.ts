import * as z from "zod";
import type { Approval } from "../domain/approval.ts";
import { ApprovalId } from "../domain/ids.ts";
import type { AutomationPreview } from "../domain/preview.ts";
import type { CallState, Run } from "../domain/run.ts";
import { actionText } from "../domain/tool.ts";
import { reached } from "./change.ts";
import type { AgentDeps } from "./deps.ts";
import { recoveredByItself } from "./judge.ts";
import type { Performance } from "./perform.ts";
import { words } from "./read.ts";

/** The same call always gets the same approval, so that a crash between record and journal leaves one card, not two. */
export const approvalIdFor = (runId: string, callId: string): ApprovalId =>
  ApprovalId.parse(`apr-${runId.replace(/^run-/, "")}-${callId}`);

export async function* requestApproval(call: CallState, run: Run, deps: AgentDeps): Performance {
  const wanted = approvalFor(call, run, deps, await previewOf(call, deps));
  await deps.approvals.create(wanted);
  // One that a driver left behind before it could say so stays as it is, and it is the one that people decide.
  const { approvalId, digest, quorum, expiresAt, card } = (await deps.approvals.get(wanted.approvalId)) ?? wanted;
  const shown = card.preview && { preview: card.preview };
  yield [{ type: "approval_requested", callId: call.callId, approvalId, digest, quorum, expiresAt, ...shown }];
  return undefined;
}

/** A person may wait this much longer for a card that says more, and no longer. */
const previewMs = 8_000;

/** For the card alone: neither what it says nor its lack decides anything. */
async function previewOf(call: CallState, deps: AgentDeps): Promise<AutomationPreview | undefined> {
  const plan = call.assessed?.assessment?.plan;
  if (plan?.document.type !== "Automation") return undefined;
  const limit = AbortSignal.timeout(previewMs);
  const late = reached(limit).then((): AutomationPreview => ({ known: false, why: "it took too long" }));
  return Promise.race([deps.ports.preview.of(plan, limit), late]).catch(
    (error: unknown): AutomationPreview => ({ known: false, why: words(error) }),
  );
}

/** Takes over a decision from its record, or ends the wait when time has run out or the trouble is gone. */
export async function* awaitApproval(call: CallState, run: Run, deps: AgentDeps): Performance {
  if (call.requested === undefined) throw new Error(`${call.callId} has asked for no approval`);
  const { approvalId } = call.requested;
  const approval = await current(approvalId, run, deps);
  if (approval.status === "pending") return { ask: call.callId };
  const comment = approval.endedBy?.comment ?? "";
  const approvers = [...approval.approvers];
  const ended = approval.endedBy?.person;
  if (ended !== undefined) approvers.push({ person: ended, at: approval.endedBy?.at ?? approval.requestedAt });
  const { digest, status: outcome } = approval;
  yield [{ type: "approval_decided", callId: call.callId, approvalId, outcome, digest, approvers, comment }];
  return undefined;
}

async function current(approvalId: ApprovalId, run: Run, deps: AgentDeps): Promise<Approval> {
  const now = deps.ports.clock.now();
  const approval = await deps.approvals.get(approvalId);
  if (approval === undefined) throw new Error(`${approvalId} has no record`);
  if (approval.status !== "pending") return approval;
  if (now >= Date.parse(approval.expiresAt)) {
    return deps.approvals.decide(approvalId, { kind: "expire", comment: "nobody decided in time", at: now });
  }
  if (await recoveredByItself(run, deps)) {
    const comment = "The alarm went back to OK by itself.";
    return deps.approvals.decide(approvalId, { kind: "void", comment, at: now });
  }
  return approval;
}

const Explained = z.object({ detailed_root_cause: z.string(), action_justification: z.string() });
const Cited = z.object({ citations: z.array(z.string()).optional(), findings: z.array(z.string()).optional() });

function approvalFor(call: CallState, run: Run, deps: AgentDeps, preview: AutomationPreview | undefined): Approval {
  const { assessed } = call;
  const { started } = run;
  if (assessed?.assessment?.plan === undefined || assessed.digest === undefined || started === undefined) {
    throw new Error(`${call.callId} has no plan to approve`);
  }
  const { plan } = assessed.assessment;
  const explained = Explained.parse(call.input);
  const cited = Cited.parse(call.input);
  const now = deps.ports.clock.now();
  return {
    approvalId: approvalIdFor(run.runId, call.callId),
    runId: run.runId,
    callId: call.callId,
    digest: assessed.digest,
    status: "pending",
    quorum: assessed.decision.quorum,
    approvers: [],
    requester: started.requester,
    allowed: [...deps.settings.approvers],
    requestedAt: new Date(now).toISOString(),
    expiresAt: new Date(now + deps.settings.approvalTtlMs).toISOString(),
    version: 0,
    card: {
      title: plan.runbook === undefined ? "Ad hoc command" : `${plan.runbook.id}: ${plan.runbook.action}`,
      alarm: started.alarm.alarmName,
      rootCause: explained.detailed_root_cause,
      justification: explained.action_justification,
      action: actionText(plan),
      citation: plan.runbook === undefined ? "none" : `${plan.runbook.id}#${plan.runbook.step}`,
      evidence: (cited.findings ?? []).filter((id) => run.findings.includes(id)),
      askedBecause: assessed.decision.reasons,
      policies: assessed.decision.policies,
      assessment: assessed.assessment,
      ...(preview && { preview }),
    },
  };
}
