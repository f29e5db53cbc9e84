import { reaches, type Statement } from "./graph.ts";

/** Actions that IAM grants on nothing narrower than everything, with the reason. This list is meant to stay short. */
const onEverything: Readonly<Record<string, string>> = {
  "autoscaling:DescribeAutoScalingGroups": "lists take no resource",
  "autoscaling:DescribeAutoScalingInstances": "lists take no resource",
  "autoscaling:DescribeScalingActivities": "lists take no resource",
  "cloudtrail:LookupEvents": "events have no ARNs",
  "cloudwatch:GetMetricData": "metrics have no ARNs",
  "cloudwatch:ListMetrics": "metrics have no ARNs",
  "ec2:DescribeInstanceStatus": "describes take no resource",
  "ecs:ListTasks": "lists take no resource",
  "elasticloadbalancing:DescribeTargetHealth": "describes take no resource",
  "logs:GetQueryResults": "a query has no ARN",
  "logs:StopQuery": "a query has no ARN",
  "pricing:GetProducts": "a price list belongs to no account",
  "rds:DescribeEvents": "lists take no resource",
  "ssm:DescribeAutomationExecutions": "lists take no resource",
  "ssm:DescribeInstanceInformation": "lists take no resource",
  "ssm:GetCommandInvocation": "a command has no ARN",
  "ssm:GetExecutionPreview": "a preview names no resource",
  "ssm:ListCommandInvocations": "a command has no ARN",
  "ssm:ListCommands": "a command has no ARN",
  "ssm:StartExecutionPreview": "a preview names no resource",
  "states:SendTaskSuccess": "a task token names no ARN",
  "tag:GetResources": "lists take no resource",
  "xray:PutTelemetryRecords": "a segment has no ARN",
  "xray:PutTraceSegments": "a segment has no ARN",
};

const isRead = (action: string): boolean =>
  /^[a-z0-9]+:(BatchGet|Describe|Filter|Get|List|Lookup|Query|Receive|Retrieve|Scan|StartQuery|StopQuery)/.test(action);

/** What a role does besides reading, by function; `Hands` is judged by how, not by what. */
const writes: Readonly<Record<string, readonly string[]>> = {
  Anchor: ["s3:PutObject", "sqs:SendMessage"],
  Api: ["dynamodb:PutItem", "dynamodb:UpdateItem", "ssm:PutParameter", "states:SendTaskSuccess"],
  Brain: [
    "bedrock:ApplyGuardrail",
    "bedrock:InvokeModel",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "ssm:SendCommand",
    // Read, by the service's own account of it: an analysis begins, and no execution.
    "ssm:StartExecutionPreview",
    "states:SendTaskSuccess",
    "sts:AssumeRole",
  ],
  Chat: ["dynamodb:PutItem"],
  Detector: [
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "sqs:DeleteMessage",
    "states:SendTaskSuccess",
    "states:StartExecution",
  ],
  Tick: ["lambda:InvokeFunction"],
  Workflow: ["lambda:InvokeFunction"],
};
const ownLogs = ["logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTelemetryRecords", "xray:PutTraceSegments"];

/** Every way in which a role may do more than it should; empty for a good one. */
export function judge(role: string, statements: readonly Statement[], auditTable: string): readonly string[] {
  const allowed = statements.filter((statement) => statement.Effect === "Allow");
  return [
    ...allowed.flatMap((statement) => wildcards(role, statement)),
    ...allowed.flatMap((statement) => never(role, statement, auditTable)),
    ...allowed.flatMap((statement) => strays(role, statement)),
    ...(role === "Hands" ? allowed.flatMap(changesOf) : beyond(role, allowed)),
    ...foreign(role, allowed),
    ...allowed.flatMap((statement) => assumptions(role, statement)),
  ];
}

/** Who looks and who changes may take a role of another account, each by its whole name; nobody takes one of this account. */
function assumptions(role: string, { Action, Resource }: Statement): readonly string[] {
  if (!Action.includes("sts:AssumeRole")) return [];
  const whole = /^arn:aws:iam::(?!123456789012)\d{12}:role\/[\w+=,.@/-]+$/;
  const named = Action.length === 1 && Resource.every((arn) => whole.test(arn));
  return named && (role === "Brain" || role === "Hands") ? [] : [`${role}: may assume ${Resource.join(", ")}`];
}

function wildcards(role: string, { Action, Resource }: Statement): readonly string[] {
  const actions = Action.filter((action) => action.includes("*")).map(
    (action) => `${role}: the wildcard action ${action}`,
  );
  if (!Resource.includes("*")) return actions;
  return [
    ...actions,
    ...Action.filter((action) => !(action in onEverything)).map((action) => `${role}: ${action} on everything`),
  ];
}

const forbidden: readonly RegExp[] = [
  /^iam:/,
  /^sts:(?!AssumeRole$)/,
  /^kms:/,
  /^cloudwatch:(Put|Delete|Set|Enable|Disable|Tag)/,
  /^dynamodb:(Delete|BatchWrite|PartiQL|Create|Restore|Import|Export|PutResourcePolicy|UpdateContinuousBackups)/,
  /^s3:(Delete|Bypass|PutObjectRetention|PutBucket|Get)/,
  /^ssm:(Create|Update|Delete|ModifyDocument|Cancel|StartSession|SendAutomationSignal)/,
  /^lambda:(Create|Delete|UpdateFunction|AddPermission)/,
  /^logs:(Delete|PutRetention|CreateLogGroup)/,
  /^states:(Create|Delete|Update|Stop)/,
  /^events:|^scheduler:/,
];

function never(role: string, { Action, Resource }: Statement, auditTable: string): readonly string[] {
  const audit = `arn:aws:dynamodb:eu-west-1:123456789012:table/${auditTable}`;
  const touches = Resource.some((pattern) => reaches(pattern, audit));
  const changes = touches ? Action.filter((action) => action === "dynamodb:UpdateItem") : [];
  const kinds = Action.filter((action) => forbidden.some((pattern) => pattern.test(action)));
  return [
    ...changes.map((action) => `${role}: ${action} on Audit`),
    ...kinds.map((action) => `${role}: ${action}, which nobody may`),
  ];
}

function beyond(role: string, allowed: readonly Statement[]): readonly string[] {
  const extra = allowed
    .flatMap(({ Action }) => Action)
    .filter((action) => !isRead(action) && !ownLogs.includes(action));
  return [...new Set(extra)]
    .filter((action) => !writes[role]?.includes(action))
    .map((action) => `${role}: may also ${action}`);
}

/** Reads a text and answers; it calls no model and changes nothing. */
const screens = "bedrock:ApplyGuardrail";
const ownRecords = ["dynamodb:PutItem", "dynamodb:UpdateItem"];
/** Changes nothing here; `assumptions` judges it. */
const elsewhere = ["sts:AssumeRole"];
const executions = ["ssm:AddTagsToResource"];

/** The hands change listed documents' targets, and only where the opt-in tag is. */
function changesOf({ Action, Resource, Condition }: Statement): readonly string[] {
  const changes = Action.filter(
    (action) => !isRead(action) && ![...ownLogs, ...ownRecords, ...elsewhere, screens].includes(action),
  );
  if (changes.length === 0) return [];
  const tagged = isTagged(Condition);
  const listedDocument = Resource.every((arn) =>
    /:(document|automation-definition)\/[A-Za-z0-9-]+(:\*)?$|:automation-execution\/\*$/.test(arn),
  );
  return changes
    .filter(
      (action) =>
        !tagged &&
        !(listedDocument && /^ssm:(SendCommand|StartAutomationExecution)$/.test(action)) &&
        !executions.includes(action),
    )
    .map((action) => `Hands: ${action} on ${Resource.join(", ")} without the opt-in tag`);
}

function isTagged(condition: Statement["Condition"]): boolean {
  const entries = Object.entries(condition?.StringEquals ?? {});
  return entries.some(([key, value]) => /resourcetag\/healer$/i.test(key) && [value].flat().join() === "managed");
}

/** Incidents holds several kinds of records; a writer may write its own kinds, by the beginning of the key. */
function strays(role: string, { Action, Resource, Condition }: Statement): readonly string[] {
  const writes = Action.filter((action) => ownRecords.includes(action));
  const unbound = Resource.some((pattern) => /table\/.*Incidents/.test(pattern)) && Condition === undefined;
  const strayed = unbound ? writes.map((action) => `${role}: ${action} on every key of Incidents`) : [];
  return [...strayed, ...forgeries(role, writes, Resource, Condition)];
}

/** What people decided is an attribute of its own, and only the door through which people come may write it. */
function forgeries(
  role: string,
  writes: readonly string[],
  resources: readonly string[],
  condition: Statement["Condition"],
): readonly string[] {
  if (role === "Api" || !resources.some((pattern) => /table\/.*Approvals/.test(pattern))) return [];
  const attributes = condition?.["ForAllValues:StringEquals"]?.["dynamodb:Attributes"];
  const bound = Array.isArray(attributes) && !attributes.includes("decision");
  return bound ? [] : writes.map((action) => `${role}: ${action} could write what people decide`);
}

/** Who talks to a model changes nothing, who changes talks to no model, and the door does neither. */
function foreign(role: string, allowed: readonly Statement[]): readonly string[] {
  const problems: string[] = [];
  for (const { Action, Resource, Condition } of allowed) {
    for (const action of Action) {
      // The one document whose lines only read; a target is a statement of its own, and useless without a document.
      const probes =
        Resource.every((arn) => arn.endsWith(":document/Healer-ProbeHost")) ||
        (isTagged(Condition) && Resource.every((arn) => /:(instance|managed-instance)\/\*$/.test(arn)));
      if (role === "Brain" && action === "ssm:SendCommand" && !probes)
        problems.push(`Brain: ${action} on ${Resource.join(", ")}`);
      const screening = role === "Hands" && action === screens;
      if (action.startsWith("bedrock:") && role !== "Brain" && !screening) problems.push(`${role}: ${action}`);
      const parameters = Resource.every((arn) => arn.endsWith(":parameter/healer/stop/*"));
      if (role === "Api" && /^(ssm|bedrock):/.test(action) && !parameters) problems.push(`Api: ${action}`);
    }
  }
  return problems;
}
