import * as z from "zod";
import { usd, zeroUsd } from "../src/domain/money.ts";
import { changeTool, errorResult, explainBeforeAct } from "../src/domain/tool.ts";
import { shellParameters } from "../src/runbook/plan.ts";
import { blastRadiusOf } from "../src/runbook/radius.ts";
import { throughSystemsManager } from "../src/runbook/sending.ts";

const shell = { name: "AWS-RunShellScript", version: "1" } as const;
const riskOf = { read_only: "medium", reversible: "medium", risky: "high", destructive: "critical" } as const;

export const runCommand = changeTool({
  name: "run_command",
  description:
    "Last resort: a shell command that no runbook holds, on managed hosts. It always asks a person, and destructive commands never run. Say why no reviewed action does it.",
  needs: ["commands", "fleet"],
  input: z.strictObject({
    ...explainBeforeAct,
    citations: z.array(z.string()).describe("Runbook steps that speak for it, if any."),
    command: z.string().min(1).max(4000).describe("One shell command, exactly as it should run."),
    targets: z.array(z.string().max(64)).min(1).max(5).describe("Ids of the hosts."),
  }),
  async assess(input, context) {
    const document = await context.commands.document(shell.name, shell.version);
    if (document === undefined) return errorResult(`${shell.name} is not available.`, "Escalate.");
    // The shell grammar is loaded with the first ad hoc command: most runs never see one.
    const { createCommandAssessor } = await import("../src/governance/command/assess.ts");
    const { class: commandClass, reason } = createCommandAssessor()(input.command);
    const { account, region } = context.incident;
    return {
      kind: "adhoc",
      risk: riskOf[commandClass],
      riskReasons: [`${commandClass.replace("_", " ")}: ${reason}`],
      // A command's own price can not be read off its text, so only one that changes nothing counts as free.
      price:
        commandClass === "read_only"
          ? {
              known: true,
              amount: zeroUsd,
              horizonHours: 24,
              monthly: usd(0),
              basis: "reads only",
              source: "rule",
              asOf: "",
            }
          : { known: false, why: "no runbook declares what this command costs" },
      ...(await blastRadiusOf(input.targets, context.fleet)),
      reversible: commandClass === "read_only" || commandClass === "reversible",
      commandClass,
      failedPreconditions: [],
      plan: {
        document: { name: shell.name, type: document.type, version: document.version, hash: document.hash },
        parameters: shellParameters(input.command, 60),
        commandText: input.command,
        targets: [...new Set(input.targets)].sort(),
        account,
        region,
        timeoutSeconds: 60,
      },
    };
  },
  ...throughSystemsManager,
});
