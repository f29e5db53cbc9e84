import * as z from "zod";
import { changeTool, explainBeforeAct } from "../src/domain/tool.ts";
import { assessAction } from "../src/runbook/plan.ts";
import { throughSystemsManager } from "../src/runbook/sending.ts";

export const runSsm = changeTool({
  name: "run_ssm",
  description:
    "Run a reviewed action of a runbook. You choose it and fill its typed parameters; the command is the runbook's. Code prices it, checks its preconditions and lets it run, asks a person or refuses it. Then code measures the alarm's metric and tells you.",
  needs: ["runbooks", "commands", "fleet", "pricing", "metrics", "calendar", "clock"],
  input: z.strictObject({
    ...explainBeforeAct,
    runbook: z.string().max(64).describe("Runbook id, as search_runbooks returned it."),
    action: z.string().max(64).describe("Action id of that runbook."),
    parameters: z.record(z.string(), z.union([z.string(), z.number()])).describe("The action's parameters."),
  }),
  assess: (input, context) => assessAction(input, context.incident, context),
  ...throughSystemsManager,
});
