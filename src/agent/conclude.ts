import * as z from "zod";
import type { EventOf } from "../domain/event.ts";
import { allCalls, type CallState, hasChanged, lastVerdict, type Run } from "../domain/run.ts";
import { errorResult, okResult } from "../domain/tool.ts";
import type { AgentDeps } from "./deps.ts";
import { unseen } from "./ground.ts";
import type { Performance } from "./perform.ts";
import { isHealthyNow } from "./verify.ts";

const Claim = z.object({
  detailed_root_cause: z.string(),
  outcome: z.enum(["resolved", "no_action_needed", "escalate"]),
  citations: z.array(z.string()),
  findings: z.array(z.string()),
  summary: z.string(),
});

/** Lets a run end only on what the journal and the alarm's metric bear out; otherwise the model is told what is missing. */
export async function* ground(call: CallState, run: Run, deps: AgentDeps): Performance {
  const claim = Claim.parse(call.input);
  const invented = unseen(run, call.input);
  const problem =
    invented.length > 0
      ? `No tool returned these in this run: ${invented.join(", ")}.`
      : await unproven(claim.outcome, run, deps);
  if (problem !== undefined) {
    const result = errorResult(
      `Not concluded. ${problem}`,
      "Cite what you were shown, or conclude with outcome escalate.",
    );
    yield [{ type: "call_finished", callId: call.callId, result, applied: false, refused: "grounding" }];
    return undefined;
  }
  const concluded: EventOf<"run_concluded"> = {
    type: "run_concluded",
    outcome: outcomeOf(claim.outcome, run),
    reason: claim.summary,
    rootCause: claim.detailed_root_cause,
    citations: claim.citations,
    findings: claim.findings,
  };
  yield [
    { type: "call_finished", callId: call.callId, result: okResult("Concluded.", "concluded"), applied: false },
    concluded,
  ];
  return undefined;
}

async function unproven(
  claimed: z.infer<typeof Claim>["outcome"],
  run: Run,
  deps: AgentDeps,
): Promise<string | undefined> {
  if (claimed === "escalate") return undefined;
  if (claimed === "resolved") {
    if (lastVerdict(run)?.verdict !== "recovered") return "No change of this run was measured as recovered.";
    const still = await isHealthyNow(run.started?.alarm.alarmArn ?? "", deps);
    return still.healthy ? undefined : `It was measured as recovered and is not healthy any more. ${still.measured}`;
  }
  if (hasChanged(run)) return "This run did change something.";
  const now = await isHealthyNow(run.started?.alarm.alarmArn ?? "", deps);
  return now.healthy ? undefined : `The alarm's metric is not healthy. ${now.measured}`;
}

function outcomeOf(claimed: z.infer<typeof Claim>["outcome"], run: Run): EventOf<"run_concluded">["outcome"] {
  if (claimed === "resolved") return "healed";
  if (claimed === "no_action_needed") return "nothing_to_do";
  const denied = allCalls(run).some((call) => call.decided?.outcome === "denied");
  return denied && !hasChanged(run) ? "denied" : "escalated";
}
