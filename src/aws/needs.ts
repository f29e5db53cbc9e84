import type { Evidence } from "../domain/ports.ts";
import type { PortName, Tool } from "../domain/tool.ts";
import type { Door } from "./place.ts";
import { probes, sends } from "./send-grants.ts";
import { arn, type Condition, documentArn, everywhere, type Reach, type Statement } from "./statement.ts";

/** What reading with these tools takes; assessing a change is reading too. */
export function readGrants(tools: Iterable<Tool>, reach: Reach, more: readonly PortName[] = []): readonly Statement[] {
  return inRegions(reach, (at) => grantsOf(needsOf(tools, more), (port) => readsOf(port, at)));
}

/** What sending the changes of these tools takes, on top of reading: listed documents, on targets that opted in. */
export function changeGrants(tools: Iterable<Tool>, reach: Reach): readonly Statement[] {
  const changing = [...tools].filter(isChange);
  return inRegions(reach, (at) => grantsOf(needsOf(changing, []), (port) => (port === "commands" ? sends(at) : [])));
}

/** What a role in another account is made of: the ports that look at a place, without those that are the healer's own. */
export function memberGrants(tools: Iterable<Tool>, reach: Reach, door: Door): readonly Statement[] {
  const all = [...tools];
  const looking = door === "look" ? needsOf(all, ["alarms", "metrics", "preview"]) : needsOf(all.filter(isChange), []);
  const reads = inRegions(reach, (at) =>
    grantsOf(new Set([...looking].filter((port) => placePorts.has(port))), (port) => readsOf(port, at)),
  );
  return door === "look" ? reads : [...reads, ...changeGrants(all, reach)];
}

const isChange = (tool: Tool): boolean => tool.kind === "change";
const placePorts: ReadonlySet<PortName> = new Set<keyof Evidence>([
  "logs",
  "metrics",
  "alarms",
  "commands",
  "fleet",
  "inventory",
  "changes",
  "preview",
  "probe",
]);

/** With more than one region a grant names any region, and a condition on each names those: the length stays the same. */
function inRegions(reach: Reach, grants: (at: Reach) => readonly Statement[]): readonly Statement[] {
  const regions = [reach.region, ...(reach.regions ?? [])];
  if (regions.length === 1) return grants(reach);
  const only: Condition = { test: "StringEquals", variable: "aws:RequestedRegion", values: regions };
  return grants({ ...reach, region: "*" }).map((statement) => ({
    ...statement,
    conditions: [...(statement.conditions ?? []), only],
  }));
}

/** Screening with the configured guardrail, and with no other. It reads a text and answers; it is no model. */
export const guardrailGrants = (reach: Reach): readonly Statement[] =>
  reach.guardrail === undefined
    ? []
    : [{ actions: ["bedrock:ApplyGuardrail"], resources: [arn(reach, "bedrock", `guardrail/${reach.guardrail.id}`)] }];

const needsOf = (tools: Iterable<Tool>, more: readonly PortName[]): ReadonlySet<PortName> =>
  new Set([...[...tools].flatMap((tool) => [...tool.needs]), ...more]);

const grantsOf = (needs: ReadonlySet<PortName>, grants: (port: PortName) => readonly Statement[]): Statement[] =>
  [...needs].sort().flatMap((port) => grants(port));

function readsOf(port: PortName, reach: Reach): readonly Statement[] {
  switch (port) {
    case "logs":
      return logReads(reach);
    case "metrics":
      return [everywhere(["cloudwatch:GetMetricData", "cloudwatch:ListMetrics"], "CloudWatch has no ARNs for metrics")];
    case "alarms":
      return [{ actions: ["cloudwatch:DescribeAlarms"], resources: [arn(reach, "cloudwatch", "alarm:*")] }];
    case "runbooks":
      return reach.knowledgeBaseId === undefined
        ? []
        : [
            {
              actions: ["bedrock:Retrieve"],
              resources: [arn(reach, "bedrock", `knowledge-base/${reach.knowledgeBaseId}`)],
            },
          ];
    case "pricing":
      return [everywhere(["pricing:GetProducts"], "a price list is no resource of an account")];
    case "fleet":
      return [
        everywhere(
          [
            "autoscaling:DescribeAutoScalingGroups",
            "autoscaling:DescribeAutoScalingInstances",
            "ssm:DescribeInstanceInformation",
            "tag:GetResources",
          ],
          "these lists take no resource",
        ),
      ];
    case "commands":
      return reach.documents.length === 0
        ? []
        : [{ actions: ["ssm:DescribeDocument"], resources: reach.documents.map((use) => documentArn(use, reach)) }];
    case "inventory":
      return inventoryReads(reach);
    case "changes":
      return [
        everywhere(
          ["autoscaling:DescribeScalingActivities", "cloudtrail:LookupEvents", "ssm:ListCommands"],
          "these lists take no resource",
        ),
      ];
    case "probe":
      return probes(reach);
    case "history":
      // The healer's own tables; the role says which of its keys.
      return [];
    case "preview":
      // Starts an analysis and no execution; nothing here starts one.
      return reach.documents.some((use) => use.type === "Automation")
        ? [everywhere(["ssm:GetExecutionPreview", "ssm:StartExecutionPreview"], "a preview names no resource")]
        : [];
    case "calendar":
    case "clock":
      return [];
  }
}

/** Tags of everything, and the state of what alarms are about. None returns a configured environment, where secrets lie. */
const inventoryReads = (reach: Reach): readonly Statement[] => [
  everywhere(
    ["ecs:ListTasks", "elasticloadbalancing:DescribeTargetHealth", "rds:DescribeEvents", "tag:GetResources"],
    "these lists take no resource",
  ),
  { actions: ["dynamodb:DescribeTable"], resources: [arn(reach, "dynamodb", "table/*")] },
  { actions: ["ecs:DescribeServices"], resources: [arn(reach, "ecs", "service/*")] },
  { actions: ["ecs:DescribeTasks"], resources: [arn(reach, "ecs", "task/*")] },
  {
    actions: ["lambda:GetFunctionConcurrency", "lambda:ListAliases"],
    resources: [arn(reach, "lambda", "function:*")],
  },
  { actions: ["rds:DescribeDBInstances"], resources: [arn(reach, "rds", "db:*")] },
];

function logReads(reach: Reach): readonly Statement[] {
  const groups = reach.logGroups.map((pattern) => arn(reach, "logs", `log-group:${pattern}`));
  const events = reach.logs === "filter" ? ["logs:FilterLogEvents"] : ["logs:StartQuery"];
  const reads: Statement[] = [
    { actions: ["logs:DescribeLogGroups"], resources: [arn(reach, "logs", "log-group:*")] },
    { actions: events, resources: [...groups, ...groups.map((group) => `${group}:*`)] },
  ];
  if (reach.logs === "filter") return reads;
  return [...reads, everywhere(["logs:GetQueryResults", "logs:StopQuery"], "a query has an id and no ARN")];
}
