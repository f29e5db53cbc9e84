import * as z from "zod";
import { concludeTool } from "../src/domain/tool.ts";

export const ConcludeInput = z.strictObject({
  detailed_root_cause: z
    .string()
    .min(20)
    .describe(
      'What was broken and why, and what speaks against it. Begin with "Not established:" where the evidence does not show it.',
    ),
  outcome: z
    .enum(["resolved", "no_action_needed", "escalate"])
    .describe(
      "resolved: a change of this run was measured as recovered. no_action_needed: the alarm's metric is healthy without a change. escalate: everything else; a person goes on from what you found.",
    ),
  citations: z.array(z.string()).describe("Runbook steps (`runbook#step`) that search_runbooks returned in this run."),
  findings: z.array(z.string()).describe("Finding ids, returned by tools in this run, that support the root cause."),
  summary: z.string().min(10).describe("Two sentences for the person on call: what happened, and what is left to do."),
});
export type ConcludeInput = z.infer<typeof ConcludeInput>;

export const conclude = concludeTool({
  name: "conclude",
  description:
    "End the run. Code refuses ids that were not returned in this run and a recovery that it did not measure. To escalate is a good outcome, a guess is not.",
  input: ConcludeInput,
});
