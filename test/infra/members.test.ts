import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { alarmPattern } from "../../src/aws/alarm-pattern.ts";
import {
  type Graph,
  hasPlatform,
  named,
  ofType,
  removeGraph,
  rolesOf,
  type Statement,
  statementsOf,
  synthesize,
} from "./graph.ts";
import { judge } from "./permissions.ts";

const role = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`;
const deployment = {
  tracing: "xray",
  regions: ["us-east-1"],
  accounts: [
    {
      account: "111122223333",
      regions: ["eu-west-1", "eu-central-1"],
      readRole: role("111122223333", "healer-read"),
      changeRole: role("111122223333", "healer-change"),
      externalId: "0123456789abcdef",
    },
    {
      account: "444455556666",
      regions: ["eu-west-1"],
      readRole: role("444455556666", "healer-read"),
      externalId: "0123456789abcdef",
    },
  ],
};

describe.skipIf(!hasPlatform())("a deployment that looks after other accounts and regions", () => {
  let graph: Graph;
  let roles: ReadonlyMap<string, readonly Statement[]>;
  beforeAll(async () => {
    graph = await synthesize("staging", deployment);
    roles = rolesOf(graph);
  }, 120_000);
  afterAll(() => removeGraph(graph));
  const allowed = (name: string): readonly Statement[] =>
    (roles.get(name) ?? []).filter((statement) => statement.Effect === "Allow");

  it("lets the brain take the listed read roles, the hands the listed change roles, and nobody any other", () => {
    const taken = [...roles.keys()].flatMap((name) =>
      allowed(name)
        .filter(({ Action }) => Action.some((action) => action.startsWith("sts:")))
        .flatMap(({ Action, Resource }) => Resource.map((arn) => [name, Action.join(), arn])),
    );
    expect(taken.map((one) => one.join(" ")).sort()).toEqual([
      `Brain sts:AssumeRole ${role("111122223333", "healer-read")}`,
      `Brain sts:AssumeRole ${role("444455556666", "healer-read")}`,
      `Hands sts:AssumeRole ${role("111122223333", "healer-change")}`,
    ]);
  });

  it("keeps every other rule of least privilege, in as few characters as IAM keeps", () => {
    const audit = String(named(graph, "aws:dynamodb/table:Table", "AuditTable").inputs.name);
    expect([...roles].flatMap(([name, statements]) => judge(name, statements, audit))).toEqual([]);
    for (const { name, inputs } of ofType(graph, "aws:iam/role:Role")) {
      const policies = (inputs.inlinePolicies ?? []) as readonly { readonly policy: string }[];
      expect(
        policies.reduce((sum, { policy }) => sum + policy.length, 0),
        name,
      ).toBeLessThan(10_240);
    }
  });

  it("of a stage that is not production can be removed without a trace", () => {
    expect(graph.app).toMatchObject({ protect: false, removal: "remove" });
    for (const { name, inputs, options } of ofType(graph, "aws:dynamodb/table:Table")) {
      expect(inputs.deletionProtectionEnabled, name).toBe(false);
      expect(options.retainOnDelete, name).not.toBe(true);
    }
    const [lock] = ofType(graph, "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration");
    expect(lock?.inputs).toMatchObject({ rule: { defaultRetention: { mode: "GOVERNANCE", days: 1 } } });
  });

  it("bounds by a condition what may be read and changed in more than one region", () => {
    const anyRegion = (arn: string) => /^arn:aws:(?!s3|iam|bedrock)[a-z0-9-]+:\*:/.test(arn);
    for (const name of ["Brain", "Hands"]) {
      const wide = allowed(name).filter(({ Resource }) => Resource.some(anyRegion));
      expect(wide.length, name).toBeGreaterThan(3);
      for (const { Action, Condition } of wide) {
        expect(Condition?.StringEquals?.["aws:RequestedRegion"], `${name} ${Action.join()}`).toEqual([
          "eu-west-1",
          "us-east-1",
        ]);
      }
    }
  });

  it("traces functions and state machine by X-Ray where that is asked for", () => {
    for (const { name, inputs } of ofType(graph, "aws:lambda/function:Function")) {
      expect(inputs.tracingConfig, name).toEqual({ mode: "Active" });
    }
    expect(named(graph, "aws:sfn/stateMachine:StateMachine", "Workflow").inputs.tracingConfiguration).toEqual({
      enabled: true,
    });
    const may = ["Anchor", "Api", "Brain", "Chat", "Detector", "Hands", "Workflow"];
    const tells = [...roles].filter(([, all]) => all.some(({ Action }) => Action.includes("xray:PutTraceSegments")));
    expect(tells.map(([name]) => name).sort()).toEqual(may);
  });

  it("takes in what the listed accounts forward from CloudWatch, on a bus of its own", () => {
    const bus = named(graph, "aws:cloudwatch/eventBus:EventBus", "MemberAlarms");
    expect(bus.inputs.name).toBe("incident-healer-staging-members");
    const { inputs } = named(graph, "aws:cloudwatch/eventBusPolicy:EventBusPolicy", "MemberAlarmsPolicy");
    expect(inputs.eventBusName).toBe("incident-healer-staging-members");
    expect(statementsOf(inputs.policy)).toEqual([
      {
        Sid: "ListedAccountsForwardAlarms",
        Effect: "Allow",
        Principal: { AWS: ["arn:aws:iam::111122223333:root", "arn:aws:iam::444455556666:root"] },
        Action: ["events:PutEvents"],
        Resource: [expect.stringMatching(/^arn:aws:events:.*incident-healer-staging-members$/)],
        Condition: { StringEquals: { "events:source": "aws.cloudwatch" } },
      },
    ]);
  });

  it("feeds both buses into the one ordered queue, each with its dead letters", () => {
    const rules = ofType(graph, "aws:cloudwatch/eventRule:EventRule");
    const busOf = ({ inputs }: (typeof rules)[number]) => (inputs.eventBusName as string | undefined) ?? "default";
    expect(rules.map(busOf).sort()).toEqual(["default", "incident-healer-staging-members"]);
    for (const { inputs } of rules) {
      expect(JSON.parse(String(inputs.eventPattern))).toEqual(alarmPattern("incident-healer-staging-"));
    }
    const targets = ofType(graph, "aws:cloudwatch/eventTarget:EventTarget");
    expect(targets).toHaveLength(2);
    for (const { inputs } of targets) {
      expect(inputs).toMatchObject({
        arn: expect.stringContaining("Alarms"),
        sqsTarget: { messageGroupId: "alarms" },
        deadLetterConfig: { arn: expect.stringContaining("UndeliveredAlarms") },
      });
    }
    for (const { inputs } of ofType(graph, "aws:sqs/queuePolicy:QueuePolicy")) {
      const [statement] = statementsOf(inputs.policy);
      expect(statement?.Condition?.["ArnEquals"]?.["aws:SourceArn"]).toHaveLength(2);
    }
  });
});
