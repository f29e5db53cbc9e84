import { describe, expect, it } from "vitest";
import { decideApproval, waitForDecision } from "../../src/agent/decision.ts";
import { HealerError } from "../../src/domain/errors.ts";
import { memoryStore } from "../../src/local/memory-store.ts";
import { minute, sampleStart } from "../../src/slack/preview/sample-parts.ts";
import { sampleRun } from "../../src/slack/preview/sample-run.ts";
import { plainWords } from "../slack/workspace.ts";

const { approval } = sampleRun(plainWords, []);
const { approvalId } = approval;
const person = { id: approval.allowed[0] ?? "", name: "Ada", via: "slack" } as const;
const approve = { kind: "approve", person, digest: approval.digest, comment: "", at: sampleStart + minute } as const;

/** A state machine that is out for the first so many calls. */
async function waiting(outages: number) {
  const { approvals } = memoryStore();
  await approvals.create(approval);
  const resumed: string[] = [];
  let left = outages;
  const workflow = {
    start: async () => undefined,
    resume: async (token: string) => {
      left -= 1;
      if (left >= 0) throw new HealerError("upstream_failed", "throttled", { hint: "Wait.", retryable: true });
      resumed.push(token);
    },
  };
  return { approvals, workflow, resumed };
}

describe("a decision while the state machine can not be reached", () => {
  it("is kept, says so, and a second click ends the wait", async () => {
    const deps = await waiting(1);
    await waitForDecision(approvalId, "token-1", deps);
    await expect(decideApproval(approvalId, approve, deps)).rejects.toMatchObject({ retryable: true });
    expect(await deps.approvals.get(approvalId)).toMatchObject({ status: "approved" });
    expect(deps.resumed).toEqual([]);
    await decideApproval(approvalId, approve, deps);
    expect(deps.resumed).toEqual(["token-1"]);
  });

  it("that came before the wait began ends it as soon as the wait is tried again", async () => {
    const deps = await waiting(1);
    await decideApproval(approvalId, approve, deps);
    await expect(waitForDecision(approvalId, "token-1", deps)).rejects.toThrow("throttled");
    // The document retries the wait with a token of its own.
    await waitForDecision(approvalId, "token-2", deps);
    expect(deps.resumed).toEqual(["token-2"]);
  });
});
