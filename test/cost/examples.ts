import type { CostModel } from "../../src/domain/runbook.ts";

/** Cost models with their dollars over 24 h and over a month, worked out by hand from the prices beside this file. */
export const examples: readonly (readonly [CostModel, dollars: number, monthly: number])[] = [
  [{ model: "none" }, 0, 0],
  [{ model: "ec2_capacity", instanceType: "m5.large", desired: "6", group: "web" }, 5.136, 156.22],
  [{ model: "ec2_capacity", instanceType: "m5.large", desired: "4", group: "web" }, 0, 0],
  [{ model: "ec2_capacity", instanceType: "m5.large", desired: "3", group: "web" }, -2.568, -78.11],
  [{ model: "ec2_instances", instanceType: "m5.large", addInstances: "2" }, 5.136, 156.22],
  [{ model: "ec2_type_change", fromType: "m5.large", toType: "m5.xlarge", instances: "3" }, 7.704, 234.33],
  [{ model: "ec2_type_change", fromType: "m5.xlarge", toType: "m5.large", instances: "1" }, -2.568, -78.11],
  [{ model: "ebs_grow", volumeType: "gp3", addGib: "730" }, 2.112, 64.24],
  [{ model: "ebs_performance", volumeType: "gp3", fromIops: "3000", toIops: "3730" }, 0.132, 4.015],
  [{ model: "ebs_performance", volumeType: "gp3", fromIops: "100", toIops: "3000" }, 0, 0],
  [
    {
      model: "ebs_performance",
      volumeType: "gp3",
      fromIops: "3000",
      toIops: "3000",
      fromThroughput: "100",
      toThroughput: "855",
    },
    1.056,
    32.12,
  ],
  // 2,000 in the first band, 32,000 in the second, 6,000 in the third.
  [{ model: "ebs_performance", volumeType: "io2", fromIops: "30000", toIops: "70000" }, 64.717151, 1968.48],
  [
    { model: "rds_class", engine: "postgres", fromClass: "db.m5.large", toClass: "db.m5.xlarge", multiAz: false },
    4.8,
    146,
  ],
  [
    {
      model: "rds_replica",
      engine: "postgres",
      class: "db.m5.large",
      addReplicas: "2",
      multiAz: false,
      volumeType: "gp3",
      gib: "73",
    },
    10.2096,
    310.542,
  ],
  [
    { model: "rds_replica", engine: "aurora-mysql", class: "db.r5.large", addReplicas: "1", multiAz: false },
    7.68,
    233.6,
  ],
  [{ model: "rds_storage", volumeType: "gp3", addGib: "73", multiAz: true }, 0.6096, 18.542],
  [{ model: "fargate_tasks", vcpu: "0.5", memoryGib: "1", addTasks: "4" }, 2.36976, 72.0802],
  [{ model: "fargate_tasks", vcpu: "0.5", memoryGib: "1", addTasks: "4", architecture: "arm64" }, 1.896, 57.67],
  [{ model: "lambda_provisioned", memoryMib: "512", addConcurrency: "10" }, 1.800015, 54.750438],
  [{ model: "dynamodb_provisioned", addReadUnits: "100", addWriteUnits: "-10" }, 0.1764, 5.3655],
];
