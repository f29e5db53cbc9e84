import { decideApproval } from "../agent/decision.ts";
import type { ApprovalDecision } from "../domain/approval.ts";
import { HealerError } from "../domain/errors.ts";
import { ApprovalId } from "../domain/ids.ts";
import { terminalPerson } from "../local/config.ts";
import { type Io, labelled, printable, wrap } from "./io.ts";
import { openHealer, type StateArgs } from "./local.ts";
import { follow } from "./run.ts";
import { approvalRows, createTimeline } from "./timeline.ts";

export type DecideArgs = StateArgs & {
  readonly kind: "approve" | "deny" | "change";
  readonly approval: string;
  readonly comment: string;
  /** Digest that the person was shown; its first 12 characters are enough. */
  readonly digest?: string;
  readonly as?: string;
  readonly json?: boolean;
};

/**
 * Decides an approval from the terminal. Where no other process serves this state folder, the run goes on right here.
 */
export async function runDecide(args: DecideArgs, io: Io): Promise<number> {
  const parsed = ApprovalId.safeParse(args.approval);
  if (!parsed.success) {
    throw new HealerError("bad_input", `${JSON.stringify(args.approval.slice(0, 80))} is not an approval id`, {
      hint: "`healer show <run>` names what waits.",
    });
  }
  const timeline = args.json === true ? () => undefined : createTimeline(io);
  const open = await openHealer({ ...args, onEntry: timeline });
  const { healer } = open;
  try {
    const before = await healer.deps.approvals.get(parsed.data);
    if (before === undefined)
      throw new HealerError("not_found", `there is no approval ${parsed.data}`, {
        hint: "`healer show <run>` names what waits.",
      });
    if (args.digest !== undefined && (args.digest.length < 12 || !before.digest.startsWith(args.digest))) {
      throw new HealerError("approval_refused", "the digest is not that of what waits", {
        hint: `Look again: healer show ${before.runId}`,
      });
    }
    if (args.json !== true)
      for (const [label, text] of approvalRows(before))
        io.stdout(`${labelled(label, wrap(printable(text), 14, io), 14, io)}\n`);
    const decision: ApprovalDecision = {
      kind: args.kind,
      person: terminalPerson(args.as),
      digest: before.digest,
      comment: args.comment,
      at: Date.now(),
    };
    const after = await decideApproval(parsed.data, decision, healer.deps);
    if (!healer.state.owner) {
      io.stdout(
        args.json === true
          ? `${JSON.stringify(after)}\n`
          : `${after.status}. The process that serves this folder goes on with ${after.runId}.\n`,
      );
      return 0;
    }
    if (after.status === "pending") {
      const words = `Approved by ${after.approvers.length} of ${after.quorum}.`;
      io.stdout(`${args.json === true ? JSON.stringify(after) : words}\n`);
      return 0;
    }
    await healer.deps.workflow.start(after.runId);
    return await follow(after.runId, open, { state: args.state, json: args.json === true, wait: 0 }, io);
  } finally {
    await open.close();
  }
}
