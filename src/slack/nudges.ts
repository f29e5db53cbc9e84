import type { Approval } from "../domain/approval.ts";
import type { SlackSettings } from "./settings.ts";

export type Nudge = {
  /** Stands in the record once it was sent. */
  readonly key: string;
  readonly kind: "remind" | "escalate";
};

/**
 * What is due for a pending approval at `now` and was not sent yet, at most one of each kind: after an outage one
 * reminder is sent, not all that were missed.
 */
export function nudgesDue(
  approval: Approval,
  sent: readonly string[],
  now: number,
  settings: SlackSettings,
): readonly Nudge[] {
  const end = Date.parse(approval.expiresAt);
  if (approval.status !== "pending" || now >= end) return [];
  const requested = Date.parse(approval.requestedAt);
  const remindAt = settings.remindMs.map((before) => end - before).filter((at) => at > requested && at <= now);
  const newest = Math.max(...remindAt);
  const remind: Nudge = { key: `remind:${approval.approvalId}:${end - newest}`, kind: "remind" };
  const escalate: Nudge = { key: `escalate:${approval.approvalId}`, kind: "escalate" };
  const { escalation } = settings;
  const waited = now - requested;
  return [
    ...(remindAt.length > 0 ? [remind] : []),
    ...(escalation !== undefined && waited >= escalation.afterMs ? [escalate] : []),
  ].filter((nudge) => !sent.includes(nudge.key));
}
