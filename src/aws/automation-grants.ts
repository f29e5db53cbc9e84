import { HealerError } from "../domain/errors.ts";
import { arn, everywhere, type Reach, type Statement } from "./statement.ts";

/**
 * What an Automation document does with its caller's rights, call by call, on resources that carry the opt-in tag. There is
 * no role to pass, so nobody here needs an iam action. Rejects with `bad_runbook` a call that nobody has thought about.
 */
export function automationGrants(calls: readonly string[], reach: Reach): readonly Statement[] {
  return [...new Set(calls)].sort().flatMap((call) => {
    const grant = known[call];
    if (grant !== undefined) return grant(call, reach);
    throw new HealerError("bad_runbook", `no grant is known for the automation call ${call}`, {
      hint: "Add the narrowest one to src/aws/automation-grants.ts, and have it reviewed.",
    });
  });
}

/** Calls of AWS's own documents, whose text is not in this repository; taken from their reference pages. */
export const sharedDocumentCalls: Readonly<Record<string, readonly string[]>> = {
  "AWS-RestartEC2Instance": ["ec2:DescribeInstanceStatus", "ec2:StartInstances", "ec2:StopInstances"],
  "AWS-RebootRdsInstance": ["rds:DescribeDBInstances", "rds:RebootDBInstance"],
};

type Grant = (call: string, reach: Reach) => readonly Statement[];

const onTagged =
  (service: string, resource: string, ...also: readonly string[]): Grant =>
  (call, reach) => [
    {
      actions: [call, ...also],
      resources: [arn(reach, service, resource)],
      conditions: [
        { test: "StringEquals", variable: `aws:ResourceTag/${reach.optIn.key}`, values: [reach.optIn.value] },
      ],
    },
  ];

const known: Readonly<Record<string, Grant>> = {
  "autoscaling:SetDesiredCapacity": onTagged("autoscaling", "autoScalingGroup:*:autoScalingGroupName/*"),
  "dynamodb:UpdateTable": onTagged("dynamodb", "table/*"),
  "ec2:DescribeInstanceStatus": (call) => [everywhere([call], "EC2 describes take no resource")],
  "ec2:StartInstances": onTagged("ec2", "instance/*"),
  "ec2:StopInstances": onTagged("ec2", "instance/*"),
  "ecs:UpdateService": onTagged("ecs", "service/*"),
  "lambda:PutFunctionConcurrency": onTagged("lambda", "function:*"),
  "lambda:UpdateAlias": onTagged("lambda", "function:*"),
  "rds:DescribeDBInstances": (call, reach) => [{ actions: [call], resources: [arn(reach, "rds", "db:*")] }],
  "rds:ModifyDBInstance": onTagged("rds", "db:*"),
  "rds:RebootDBInstance": onTagged("rds", "db:*"),
  // Moving messages back is reading one queue and writing another, which the service checks as the caller's rights too.
  "sqs:StartMessageMoveTask": onTagged(
    "sqs",
    "*",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
  ),
};
