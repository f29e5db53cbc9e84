import type { FleetGroup } from "../domain/ports.ts";
import type { CostModel } from "../domain/runbook.ts";
import { costOfGrowth, costOfPerformance } from "./ebs.ts";
import { costOfCapacity, costOfInstances, costOfTypeChange } from "./ec2.ts";
import type { Costing } from "./line.ts";
import { costOfClass, costOfReplica, costOfStorage } from "./rds.ts";
import { costOfDynamoDb, costOfFargate, costOfLambda } from "./serverless.ts";

/** Takes a filled cost model apart into units and kinds of unit; `group` is what runs now, for the models that name one. */
export function costOf(model: CostModel, group: FleetGroup | undefined): Costing {
  const unfilled = Object.entries(model).find(([, value]) => typeof value === "string" && value.includes("{{"));
  if (unfilled !== undefined)
    return { unknown: `${unfilled[0]} is not filled in: ${String(unfilled[1]).slice(0, 60)}` };
  switch (model.model) {
    case "none":
      return { lines: [], notes: ["its owner states that it changes no bill"] };
    case "ec2_capacity":
      return costOfCapacity(model, group);
    case "ec2_instances":
      return costOfInstances(model);
    case "ec2_type_change":
      return costOfTypeChange(model);
    case "ebs_grow":
      return costOfGrowth(model);
    case "ebs_performance":
      return costOfPerformance(model);
    case "rds_class":
      return costOfClass(model);
    case "rds_replica":
      return costOfReplica(model);
    case "rds_storage":
      return costOfStorage(model);
    case "fargate_tasks":
      return costOfFargate(model);
    case "lambda_provisioned":
      return costOfLambda(model);
    case "dynamodb_provisioned":
      return costOfDynamoDb(model);
  }
}
