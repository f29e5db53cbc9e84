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
  /** What only the service's own API would tell. */
  readonly unseen: string;
};

/** Kinds of which no inventory client is loaded: tags and vital metrics tell what there is to tell. */
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
    unseen: "which targets are unhealthy, and why",
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
    unseen: "desired and running tasks, why tasks stopped, and the task definition",
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
    unseen: "its class, storage limit, events and slow queries",
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
    unseen: "its versions, aliases, memory and reserved concurrency",
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
    unseen: "its capacity mode and indexes",
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
