import type { ActionsBlock, Button, ConfirmationDialog } from "@slack/web-api";
import * as z from "zod";
import type { Approval } from "../domain/approval.ts";
import { ActionDigest, ApprovalId } from "../domain/ids.ts";
import { formatUsd } from "../domain/money.ts";
import { line } from "./escape.ts";
import { plain } from "./rich.ts";

/** What a click carries: which approval, and the digest of what was on the screen. Never a task token. */
export const ButtonValue = z.strictObject({ approval: ApprovalId, digest: ActionDigest });
export type ButtonValue = z.infer<typeof ButtonValue>;

export const actionIds = {
  approve: "healer_approve",
  deny: "healer_deny",
  change: "healer_change",
  why: "healer_why",
  command: "healer_command",
} as const;

export const buttonsOf = (approval: Approval): ActionsBlock => ({
  type: "actions",
  block_id: `healer_${approval.approvalId}_${approval.version}`,
  elements: [
    { ...button(approval, "approve", "Approve"), style: "primary", confirm: confirmApprove(approval) },
    { ...button(approval, "deny", "Deny"), style: "danger", confirm: confirmDeny },
    button(approval, "change", "Request changes"),
    button(approval, "why", "Why?"),
    button(approval, "command", "Exact command"),
  ],
});

function button(approval: Approval, id: keyof typeof actionIds, text: string): Button {
  const value: ButtonValue = { approval: approval.approvalId, digest: approval.digest };
  return { type: "button", action_id: actionIds[id], text: plain(text), value: JSON.stringify(value) };
}

/** Says once more what would happen, in at most 300 characters. */
function confirmApprove(approval: Approval): ConfirmationDialog {
  const { assessment, title } = approval.card;
  const { price, risk, plan } = assessment;
  const targets = plan?.targets ?? [];
  const where = targets.length === 1 ? line(targets[0] ?? "", 60) : `${targets.length} targets`;
  const cost = price.known ? formatUsd(price.amount) : "an unknown price";
  const text = `${line(title, 100)} on ${where}, ${risk} risk, ${cost}. Runs at once, under your name.`;
  return {
    title: plain("Approve this change?"),
    text: plain(line(text, 290)),
    confirm: plain("Approve"),
    deny: plain("Not yet"),
    style: "primary",
  };
}

const confirmDeny: ConfirmationDialog = {
  title: plain("Deny this change?"),
  text: plain("It will not run. The healer looks for another way or hands over to a person."),
  confirm: plain("Deny"),
  deny: plain("Not yet"),
  style: "danger",
};
