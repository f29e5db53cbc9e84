import { describe, expect, it } from "vitest";
import { awsInventory } from "../../src/aws/inventory.ts";
import { type QueryAnswer, type QueryCall, startQueryStub } from "./query-stub.ts";
import { awsService, byOperation, operations } from "./wire.ts";

const state = (dimension: string, dimensions: Readonly<Record<string, string>>) =>
  awsInventory({ account: "123456789012", region: "eu-west-1" }).state(dimension, dimensions);

const suffixes = { elbv2: "ELASTIC_LOAD_BALANCING_V2", rds: "RDS" } as const;

async function queryService(service: keyof typeof suffixes, answer: (call: QueryCall) => QueryAnswer) {
  const stub = await startQueryStub(answer, service);
  process.env[`AWS_ENDPOINT_URL_${suffixes[service]}`] = stub.url;
  return stub;
}

/** Seconds since 1970, as the JSON protocols write times. */
const at = (iso: string): number => Date.parse(iso) / 1000;
const ecsArn = (rest: string) => `arn:aws:ecs:eu-west-1:123456789012:${rest}`;

describe("an ECS service", () => {
  const service = {
    serviceName: "orders",
    status: "ACTIVE",
    desiredCount: 4,
    runningCount: 1,
    pendingCount: 1,
    deployments: [
      {
        status: "PRIMARY",
        taskDefinition: ecsArn("task-definition/orders:42"),
        desiredCount: 4,
        runningCount: 1,
        failedTasks: 5,
        rolloutState: "IN_PROGRESS",
        createdAt: at("2026-11-23T09:40:00Z"),
      },
    ],
    events: [{ id: "e", createdAt: at("2026-11-23T09:59:00Z"), message: "(service orders) is unable to place a task" }],
  };
  const task = {
    taskArn: ecsArn("task/prod/0a1b"),
    stoppedAt: at("2026-11-23T09:58:00Z"),
    stoppedReason: "Essential container in task exited",
    containers: [{ name: "app", exitCode: 137, reason: "OutOfMemoryError" }, { name: "sidecar" }],
  };

  it("tells counts, deployments, events, and why tasks stopped", async () => {
    const stub = await awsService(
      "ecs",
      byOperation({
        DescribeServices: { output: { services: [service], failures: [] } },
        ListTasks: { output: { taskArns: [task.taskArn] } },
        DescribeTasks: { output: { tasks: [task], failures: [] } },
      }),
    );
    expect(await state("ServiceName", { ClusterName: "prod", ServiceName: "orders" })).toEqual({
      facts: [
        "ACTIVE: desired 4, running 1, pending 1",
        "deployment PRIMARY of orders:42, IN_PROGRESS, running 1 of 4, 5 failed tasks, since 2026-11-23T09:40:00.000Z",
      ],
      troubles: [
        "task 0a1b stopped 2026-11-23T09:58:00.000Z: Essential container in task exited; app exit 137 OutOfMemoryError",
      ],
      events: [{ at: Date.parse("2026-11-23T09:59:00Z"), text: "(service orders) is unable to place a task" }],
    });
    expect(stub.calls[1]?.input).toEqual({
      cluster: "prod",
      serviceName: "orders",
      desiredStatus: "STOPPED",
      maxResults: 10,
    });
  });

  it("asks for no task where none stopped, and knows no service that is missing", async () => {
    const stub = await awsService(
      "ecs",
      byOperation({
        DescribeServices: ({ input }) => ({
          output:
            (input as { services: string[] }).services[0] === "orders"
              ? { services: [service] }
              : { services: [], failures: [{ reason: "MISSING" }] },
        }),
        ListTasks: { output: { taskArns: [] } },
      }),
    );
    expect((await state("ServiceName", { ClusterName: "prod", ServiceName: "orders" }))?.troubles).toEqual([]);
    expect(await state("ServiceName", { ClusterName: "prod", ServiceName: "gone" })).toBeUndefined();
    expect(operations(stub)).toEqual(["DescribeServices", "ListTasks", "DescribeServices"]);
  });
});

describe("a database", () => {
  const instance = `<DBInstances><DBInstance><DBInstanceIdentifier>orders</DBInstanceIdentifier><DBInstanceStatus>storage-full</DBInstanceStatus>
    <DBInstanceClass>db.r6g.large</DBInstanceClass><Engine>postgres</Engine><EngineVersion>16.3</EngineVersion><MultiAZ>true</MultiAZ>
    <AllocatedStorage>100</AllocatedStorage><StorageType>gp3</StorageType><Iops>3000</Iops>
    <PendingModifiedValues><MasterUserPassword>s3cret-of-theirs</MasterUserPassword></PendingModifiedValues></DBInstance></DBInstances>`;
  const event = (date: string, text: string) =>
    `<Event><SourceIdentifier>orders</SourceIdentifier><Date>${date}</Date><Message>${text}</Message></Event>`;

  it("tells class, storage and its limit, newest events first, and of what is pending the names alone", async () => {
    const events = event("2026-11-23T09:00:00Z", "Backing up") + event("2026-11-23T09:30:00Z", "Storage is full");
    await using stub = await queryService("rds", ({ action }) => ({
      xml: action === "DescribeEvents" ? `<Events>${events}</Events>` : instance,
    }));
    const told = await state("DBInstanceIdentifier", { DBInstanceIdentifier: "orders" });
    expect(told).toEqual({
      facts: [
        "storage-full: db.r6g.large, postgres 16.3, two zones",
        "storage 100 GiB of gp3, 3000 IOPS, does not grow by itself",
        "changes pending: MasterUserPassword",
      ],
      troubles: [],
      events: [
        { at: Date.parse("2026-11-23T09:30:00Z"), text: "Storage is full" },
        { at: Date.parse("2026-11-23T09:00:00Z"), text: "Backing up" },
      ],
    });
    expect(JSON.stringify(told)).not.toContain("s3cret");
    expect(Object.fromEntries(stub.calls[1]?.form ?? [])).toMatchObject({ SourceType: "db-instance", Duration: "180" });
  });

  it("that does not exist has no state", async () => {
    await using _stub = await queryService("rds", () => ({ error: "DBInstanceNotFound", status: 404 }));
    expect(await state("DBInstanceIdentifier", { DBInstanceIdentifier: "gone" })).toBeUndefined();
  });
});

describe("a function", () => {
  it("tells its aliases and reserved concurrency, and never asks for its environment", async () => {
    const stub = await awsService(
      "lambda",
      byOperation({
        ListAliases: {
          output: {
            Aliases: [
              { Name: "live", FunctionVersion: "7", RoutingConfig: { AdditionalVersionWeights: { "8": 0.1 } } },
            ],
          },
        },
        GetFunctionConcurrency: { output: { ReservedConcurrentExecutions: 0 } },
      }),
    );
    expect(await state("FunctionName", { FunctionName: "orders" })).toEqual({
      facts: ["reserved concurrency 0", "alias live leads to version 7, 10 % to version 8"],
      troubles: ["reserved concurrency 0: every invocation is throttled"],
      events: [],
    });
    expect(operations(stub)).toEqual(["ListAliases", "GetFunctionConcurrency"]);
  });

  it("that does not exist has no state; one that may not be looked at rejects", async () => {
    await awsService("lambda", () => ({ error: "ResourceNotFoundException", status: 404 }));
    expect(await state("FunctionName", { FunctionName: "gone" })).toBeUndefined();
    await awsService("lambda", () => ({ error: "AccessDeniedException", status: 403 }));
    await expect(state("FunctionName", { FunctionName: "orders" })).rejects.toMatchObject({ code: "upstream_failed" });
  });
});

describe("a target group", () => {
  const target = (id: string, health: string) =>
    `<member><Target><Id>${id}</Id><Port>8080</Port></Target><TargetHealth>${health}</TargetHealth></member>`;

  it("counts its targets by state and says what is wrong with those that are not healthy", async () => {
    const targets =
      target("i-1", "<State>healthy</State>") +
      target(
        "i-2",
        "<State>unhealthy</State><Reason>Target.Timeout</Reason><Description>Request timed out</Description>",
      );
    await using stub = await queryService("elbv2", () => ({
      xml: `<TargetHealthDescriptions>${targets}</TargetHealthDescriptions>`,
    }));
    expect(await state("TargetGroup", { TargetGroup: "targetgroup/web/0123" })).toEqual({
      facts: ["2 targets: 1 healthy, 1 unhealthy"],
      troubles: ["i-2:8080 unhealthy, Target.Timeout: Request timed out"],
      events: [],
    });
    expect(stub.calls[0]?.form.get("TargetGroupArn")).toBe(
      "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0123",
    );
  });

  it("without a target says so, and one that is gone has no state", async () => {
    await using _stub = await queryService("elbv2", ({ form }) =>
      form.get("TargetGroupArn")?.endsWith("/gone")
        ? { error: "TargetGroupNotFound" }
        : { xml: "<TargetHealthDescriptions/>" },
    );
    expect((await state("TargetGroup", { TargetGroup: "targetgroup/web/0" }))?.facts).toEqual([
      "no target is registered",
    ]);
    expect(await state("TargetGroup", { TargetGroup: "targetgroup/gone" })).toBeUndefined();
  });
});

describe("a table", () => {
  it("tells its capacity and that of each index", async () => {
    const throughput = (read: number, write: number) => ({ ReadCapacityUnits: read, WriteCapacityUnits: write });
    await awsService(
      "dynamodb",
      byOperation({
        DescribeTable: {
          output: {
            Table: {
              TableStatus: "ACTIVE",
              ProvisionedThroughput: throughput(100, 50),
              GlobalSecondaryIndexes: [
                { IndexName: "by-day", IndexStatus: "ACTIVE", ProvisionedThroughput: throughput(5, 5) },
              ],
            },
          },
        },
      }),
    );
    expect((await state("TableName", { TableName: "orders" }))?.facts).toEqual([
      "ACTIVE: provisioned, 100 read and 50 write units",
      "index by-day ACTIVE, 5 read and 5 write units",
    ]);
  });
});

it("asks no service about a dimension that none knows, or about a name that is not there", async () => {
  expect(await state("Planet", { Planet: "mars" })).toBeUndefined();
  expect(await state("constructor", { constructor: "x" })).toBeUndefined();
  expect(await state("FunctionName", {})).toBeUndefined();
});
