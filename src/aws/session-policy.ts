import { partitionOf } from "../detect/place.ts";
import type { PlannedAction } from "../domain/tool.ts";
import type { Place } from "./place.ts";

/** What the tools read with; `test/aws/session-policy.test.ts` holds it against what they need. */
const looks = [
  "autoscaling:Describe*",
  "cloudtrail:LookupEvents",
  "cloudwatch:Describe*",
  "cloudwatch:GetMetricData",
  "cloudwatch:ListMetrics",
  "dynamodb:DescribeTable",
  "ecs:Describe*",
  "ecs:ListTasks",
  "elasticloadbalancing:Describe*",
  "lambda:GetFunctionConcurrency",
  "lambda:ListAliases",
  "logs:Describe*",
  "logs:FilterLogEvents",
  "logs:GetQueryResults",
  "logs:StartQuery",
  "logs:StopQuery",
  "rds:Describe*",
  "ssm:Describe*",
  "ssm:Get*",
  "ssm:List*",
  "ssm:StartExecutionPreview",
  "tag:GetResources",
];

/** IAM refuses a session policy of more than 2,048 characters; so many targets are named one by one. */
const mostNamed = 12;

/** For a session that looks: reading in one region, and sending what the role may send, which is the probe. */
export const lookPolicy = ({ region }: Place): object => policy(region, [allow([...looks, "ssm:SendCommand"], ["*"])]);

/** For a session of the hands that looks: reading in one region. */
export const checkPolicy = ({ region }: Place): object => policy(region, [allow(looks, ["*"])]);

/**
 * For the session of one send: this document, on these targets. An Automation works with its caller's rights, so it keeps
 * those of the role, which end at the opt-in tag, but starts nothing else.
 */
export function sendPolicy(plan: PlannedAction): object {
  const { account, region, document, targets } = plan;
  const arn = (service: string, of: string, resource: string) =>
    `arn:${partitionOf(region)}:${service}:${region}:${of}:${resource}`;
  const looking = allow(looks, ["*"]);
  if (document.type === "Automation") {
    const starting = ["ssm:SendCommand", "ssm:StartAutomationExecution", "sts:AssumeRole"];
    return policy(region, [
      { Effect: "Allow", NotAction: starting, Resource: "*" },
      allow(
        ["ssm:StartAutomationExecution"],
        [arn("ssm", "*", `automation-definition/${document.name}:*`), arn("ssm", account, "automation-execution/*")],
      ),
    ]);
  }
  const instances = targets.map((id) =>
    id.startsWith("mi-") ? arn("ssm", account, `managed-instance/${id}`) : arn("ec2", account, `instance/${id}`),
  );
  const any = [arn("ec2", account, "instance/*"), arn("ssm", account, "managed-instance/*")];
  const named = instances.length <= mostNamed ? instances : any;
  // AWS's own documents stand in nobody's account.
  return policy(region, [
    looking,
    allow(["ssm:SendCommand"], [arn("ssm", "*", `document/${document.name}`), ...named]),
  ]);
}

const allow = (actions: readonly string[], resources: readonly string[]) => ({
  Effect: "Allow",
  Action: actions,
  Resource: resources,
});

const policy = (region: string, statements: readonly object[]): object => ({
  Version: "2012-10-17",
  Statement: statements.map((statement) => ({
    ...statement,
    Condition: { StringEquals: { "aws:RequestedRegion": region } },
  })),
});
