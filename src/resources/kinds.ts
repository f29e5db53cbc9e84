/** What an alarm's dimension names, where it is listed, and the metrics that tell how it is. */
export type ResourceKind = {
  readonly dimension: string;
  readonly title: string;
  /** Type filter of the tagging API. */
  readonly type: string;
  /** How its ARN ends; the text stands for the dimension's value. */
  readonly arnEnd: (value: string, dimensions: Readonly<Record<string, string>>) => string;
  /** Namespace, the other dimensions that its metrics carry, and each metric with its statistic. */
  readonly namespace: string;
  readonly alongside: readonly string[];
  readonly vitals: readonly (readonly [metric: string, stat: string])[];
  /** What neither tags, metrics nor the service's own account of it tell. */
  readonly unseen: string;
};

/** Kinds beside hosts and their groups: told by their tags, by what their service says, and by vital metrics. */
export const resourceKinds: readonly ResourceKind[] = [
  {
    dimension: "TargetGroup",
    title: "target group",
    type: "elasticloadbalancing:targetgroup",
    arnEnd: (value) => `:${value}`,
    namespace: "AWS/ApplicationELB",
    alongside: ["LoadBalancer"],
    vitals: [
      ["HealthyHostCount", "Minimum"],
      ["UnHealthyHostCount", "Maximum"],
      ["HTTPCode_Target_5XX_Count", "Sum"],
      ["TargetResponseTime", "p95"],
    ],
    unseen: "its health check's settings",
  },
  {
    dimension: "LoadBalancer",
    title: "load balancer",
    type: "elasticloadbalancing:loadbalancer",
    arnEnd: (value) => `:loadbalancer/${value}`,
    namespace: "AWS/ApplicationELB",
    alongside: [],
    vitals: [
      ["RequestCount", "Sum"],
      ["HTTPCode_ELB_5XX_Count", "Sum"],
      ["HTTPCode_Target_5XX_Count", "Sum"],
      ["RejectedConnectionCount", "Sum"],
    ],
    unseen: "its listeners and rules",
  },
  {
    dimension: "ServiceName",
    title: "ECS service",
    type: "ecs:service",
    arnEnd: (value, dimensions) => `:service/${dimensions["ClusterName"] ?? ""}/${value}`,
    namespace: "AWS/ECS",
    alongside: ["ClusterName"],
    vitals: [
      ["CPUUtilization", "Average"],
      ["MemoryUtilization", "Average"],
    ],
    unseen: "what stands in the task definition",
  },
  {
    dimension: "DBInstanceIdentifier",
    title: "database instance",
    type: "rds:db",
    arnEnd: (value) => `:db:${value}`,
    namespace: "AWS/RDS",
    alongside: [],
    vitals: [
      ["CPUUtilization", "Average"],
      ["DatabaseConnections", "Maximum"],
      ["FreeStorageSpace", "Minimum"],
      ["FreeableMemory", "Minimum"],
      ["DiskQueueDepth", "Average"],
    ],
    unseen: "its slow queries and locks",
  },
  {
    dimension: "FunctionName",
    title: "Lambda function",
    type: "lambda:function",
    arnEnd: (value) => `:function:${value}`,
    namespace: "AWS/Lambda",
    alongside: [],
    vitals: [
      ["Invocations", "Sum"],
      ["Errors", "Sum"],
      ["Throttles", "Sum"],
      ["Duration", "p95"],
      ["ConcurrentExecutions", "Maximum"],
    ],
    unseen: "its memory, time limit, environment and code",
  },
  {
    dimension: "TableName",
    title: "DynamoDB table",
    type: "dynamodb:table",
    arnEnd: (value) => `:table/${value}`,
    namespace: "AWS/DynamoDB",
    alongside: [],
    vitals: [
      ["ConsumedReadCapacityUnits", "Sum"],
      ["ConsumedWriteCapacityUnits", "Sum"],
      ["ReadThrottleEvents", "Sum"],
      ["WriteThrottleEvents", "Sum"],
    ],
    unseen: "which keys are hot",
  },
  {
    dimension: "QueueName",
    title: "queue",
    type: "sqs",
    arnEnd: (value) => `:${value}`,
    namespace: "AWS/SQS",
    alongside: [],
    vitals: [
      ["ApproximateAgeOfOldestMessage", "Maximum"],
      ["ApproximateNumberOfMessagesVisible", "Maximum"],
      ["NumberOfMessagesReceived", "Sum"],
      ["NumberOfMessagesDeleted", "Sum"],
    ],
    unseen: "its consumers and redrive policy",
  },
];
