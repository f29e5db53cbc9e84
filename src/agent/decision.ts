import type { Approval, ApprovalDecision } from "../domain/approval.ts";
import type { ApprovalId } from "../domain/ids.ts";
import type { ApprovalStore, Workflow } from "../domain/ports.ts";

/**
 * Takes a person's decision, whatever door it came through, and lets the state machine go on. Rejects with
 * `approval_refused` when the person, the time or the digest is not right; the record stays as it was.
 */
export async function decideApproval(
  approvalId: ApprovalId,
  decision: ApprovalDecision,
  deps: { readonly approvals: ApprovalStore; readonly workflow: Workflow },
): Promise<Approval> {
  const approval = await deps.approvals.decide(approvalId, decision);
  if (approval.status !== "pending") await wake(approvalId, deps);
  return approval;
}

/**
 * Keeps the workflow's token for an approval that is being waited for. Decided in between, the wait ends at once: the
 * record is the truth and the token only an alarm clock.
 */
export async function waitForDecision(
  approvalId: ApprovalId,
  taskToken: string,
  deps: { readonly approvals: ApprovalStore; readonly workflow: Workflow },
): Promise<Approval | undefined> {
  await deps.approvals.keepToken(approvalId, taskToken);
  const approval = await deps.approvals.get(approvalId);
  if (approval === undefined || approval.status !== "pending") await wake(approvalId, deps);
  return approval;
}

async function wake(
  approvalId: ApprovalId,
  deps: { readonly approvals: ApprovalStore; readonly workflow: Workflow },
): Promise<void> {
  const token = await deps.approvals.takeToken(approvalId);
  if (token === undefined) return;
  try {
    await deps.workflow.resume(token);
  } catch (error) {
    // Put back for whoever decides again; without it the run would sleep until the approval's time is up.
    await deps.approvals.keepToken(approvalId, token);
    throw error;
  }
}
