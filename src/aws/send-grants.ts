import { probeDocumentName } from "../probe/probes.ts";
import { automationGrants } from "./automation-grants.ts";
import { arn, type DocumentUse, documentArn, everywhere, ownerArn, type Reach, type Statement } from "./statement.ts";

/**
 * Sending one document whose lines are fixed and only read, on targets that opted in. Never AWS-RunShellScript: IAM can not
 * look into a command's text, so that would be every command there is.
 */
export function probes(reach: Reach): readonly Statement[] {
  const document: DocumentUse = { name: probeDocumentName, type: "Command", shared: false, calls: [] };
  return [
    ...commandSends([document], reach),
    everywhere(["ssm:GetCommandInvocation", "ssm:ListCommandInvocations"], "commands have no ARNs"),
  ];
}

/** Sending the listed documents, and learning what became of it. */
export function sends(reach: Reach): readonly Statement[] {
  const ofType = (type: DocumentUse["type"]) => reach.documents.filter((use) => use.type === type);
  return [
    ...commandSends(ofType("Command"), reach),
    ...automationSends(ofType("Automation"), reach),
    everywhere(
      [
        "ssm:DescribeAutomationExecutions",
        "ssm:GetCommandInvocation",
        "ssm:ListCommandInvocations",
        "ssm:ListCommands",
      ],
      "commands and lists of executions have no ARNs",
    ),
  ];
}

/** Documents and targets are two statements: a condition on a target's tag would never hold for a document. */
function commandSends(uses: readonly DocumentUse[], reach: Reach): readonly Statement[] {
  if (uses.length === 0) return [];
  return [
    { actions: ["ssm:SendCommand"], resources: uses.map((use) => documentArn(use, reach)) },
    sendsToTagged(reach),
  ];
}

const sendsToTagged = (reach: Reach): Statement => ({
  actions: ["ssm:SendCommand"],
  resources: [arn(reach, "ec2", "instance/*"), arn(reach, "ssm", "managed-instance/*")],
  conditions: [{ test: "StringEquals", variable: `ssm:resourceTag/${reach.optIn.key}`, values: [reach.optIn.value] }],
});

function automationSends(uses: readonly DocumentUse[], reach: Reach): readonly Statement[] {
  if (uses.length === 0) return [];
  const definitions = uses.map((use) => `${ownerArn(use, reach)}:automation-definition/${use.name}:*`);
  return [
    {
      actions: ["ssm:StartAutomationExecution"],
      resources: [...definitions, arn(reach, "ssm", "automation-execution/*")],
    },
    {
      actions: ["ssm:AddTagsToResource", "ssm:GetAutomationExecution", "ssm:ListTagsForResource"],
      resources: [arn(reach, "ssm", "automation-execution/*")],
    },
    ...automationGrants(
      uses.flatMap((use) => [...use.calls]),
      reach,
    ),
  ];
}
