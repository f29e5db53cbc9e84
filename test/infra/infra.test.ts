import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { alarmPattern } from "../../src/aws/alarm-pattern.ts";
import { tableKeys } from "../../src/aws/dynamo-tables.ts";
import { workflowDefinition } from "../../src/workflow/definition.ts";
import { runBundle, textsIn } from "./bundle.ts";
import { matches } from "./event-pattern.ts";
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
import { describeIntake } from "./intake.ts";
import { judge } from "./permissions.ts";

const deployment = {
  approvers: ["slack:T0123ABC/U0123ABC"],
  slack: { teamId: "T0123ABC", appId: "A0123ABC", channel: "C0123ABC" },
  alarmEmail: "ops@example.com",
  knowledgeBaseId: "KB12345678",
  logs: "insights",
};

describe.skipIf(!hasPlatform())("the deployment's graph, from SST's own components", () => {
  let graph: Graph;
  let roles: ReadonlyMap<string, readonly Statement[]>;
  beforeAll(async () => {
    graph = await synthesize("production", deployment);
    roles = rolesOf(graph);
  }, 120_000);
  afterAll(() => removeGraph(graph));

  it("has one function for each duty and nothing that answers the internet but the API", () => {
    const functions = ofType(graph, "aws:lambda/function:Function").map(({ name }) => name.replace("Function", ""));
    expect(functions.sort()).toEqual(["Anchor", "Api", "Brain", "Chat", "Detector", "Hands"]);
    expect(ofType(graph, "aws:lambda/functionUrl:FunctionUrl")).toEqual([]);
    const [permission, ...others] = ofType(graph, "aws:lambda/permission:Permission");
    expect(others).toEqual([]);
    expect(permission?.inputs).toMatchObject({ principal: "apigateway.amazonaws.com" });
    expect(String(permission?.inputs.sourceArn)).toMatch(/^arn:aws:execute-api:.*\/\*$/);
  });

  describe("permissions", () => {
    it("are what least privilege asks of every role, without one exception", () => {
      const audit = String(named(graph, "aws:dynamodb/table:Table", "AuditTable").inputs.name);
      expect([...roles].flatMap(([name, statements]) => judge(name, statements, audit))).toEqual([]);
    });

    it("are reached by AWS services alone", () => {
      for (const { name, inputs } of ofType(graph, "aws:iam/role:Role")) {
        const [trust, ...more] = statementsOf(inputs.assumeRolePolicy);
        expect(more, name).toEqual([]);
        expect(trust, name).toMatchObject({ Effect: "Allow", Action: ["sts:AssumeRole"] });
        const service = { AnchorRole: "lambda", TickRole: "scheduler", WorkflowRole: "states" }[name] ?? "lambda";
        expect(trust?.Principal, name).toEqual({ Service: `${service}.amazonaws.com` });
        expect(inputs.managedPolicyArns ?? [], name).toEqual([]);
      }
    });

    it("take no role of anybody and open no bus, where no other account is listed", () => {
      const actions = [...roles.values()].flat().flatMap(({ Action }) => Action);
      expect(actions.filter((action) => action.startsWith("sts:"))).toEqual([]);
      expect(graph.resources.filter(({ type }) => /eventBus/i.test(type))).toEqual([]);
    });

    it("let the state machine call the brain and the hands, and nothing else", () => {
      const arn = (name: string) =>
        expect.stringMatching(new RegExp(`:function:incident-healer-production-${name}Function`));
      expect(roles.get("Workflow")).toEqual([
        { Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource: [arn("Brain"), arn("Hands")] },
      ]);
    });

    it("fit into what IAM keeps for a role", () => {
      for (const { name, inputs } of ofType(graph, "aws:iam/role:Role")) {
        const policies = (inputs.inlinePolicies ?? []) as readonly { readonly policy: string }[];
        expect(
          policies.reduce((sum, { policy }) => sum + policy.length, 0),
          name,
        ).toBeLessThan(10_240);
      }
    });

    it("hand secrets to those who speak to people and to the one who signs, never to brain, hands or detector", () => {
      const secrets = Object.fromEntries(Object.entries(graph.links).map(([name, links]) => [name, [...links].sort()]));
      expect(secrets).toEqual({
        Anchor: ["AnchorKey"],
        Api: ["ApiTokens", "SlackBotToken", "SlackSigningSecret"],
        Brain: [],
        Chat: ["SlackBotToken"],
        Detector: [],
        Hands: [],
      });
      expect(JSON.stringify(graph.resources.filter(({ type }) => type.startsWith("aws:")))).not.toContain("value-of-");
    });
  });

  describe("records", () => {
    it("outlive a mistake: protection, recovery to any second, kept when the stage goes", () => {
      const tables = ofType(graph, "aws:dynamodb/table:Table");
      expect(tables.map(({ name }) => name).sort()).toEqual(["ApprovalsTable", "AuditTable", "IncidentsTable"]);
      for (const { name, inputs, options } of tables) {
        expect(inputs, name).toMatchObject({
          billingMode: "PAY_PER_REQUEST",
          deletionProtectionEnabled: true,
          pointInTimeRecovery: { enabled: true },
        });
        expect(options.retainOnDelete, name).toBe(true);
      }
      expect(graph.app).toMatchObject({ protect: true, removal: "retain" });
      expect(JSON.stringify(graph.app.providers)).not.toContain('"managed"');
    });

    it("are listed from an index of how they stand, by whoever lists them and by nobody who only writes", () => {
      for (const [role, { hash, index }] of [
        ["Incidents", tableKeys.incidents],
        ["Approvals", tableKeys.approvals],
      ] as const) {
        const { inputs } = named(graph, "aws:dynamodb/table:Table", `${role}Table`);
        expect(inputs.hashKey).toBe(hash);
        expect(inputs.globalSecondaryIndexes).toMatchObject([
          { name: index.name, hashKey: index.hash, rangeKey: index.range, projectionType: "ALL" },
        ]);
      }
      const reaching = [...roles].flatMap(([name, statements]) =>
        statements.flatMap(({ Action, Resource }) =>
          Resource.filter((arn) => arn.includes("/index/")).map((arn) => {
            const table = /-(\w+)Table.*\/index\/byStatus$/.exec(arn)?.[1];
            return `${name} ${Action.join()} ${table}`;
          }),
        ),
      );
      expect(reaching.sort()).toEqual([
        "Api dynamodb:Query Approvals",
        "Api dynamodb:Query Incidents",
        "Brain dynamodb:Query Incidents",
        "Chat dynamodb:Query Approvals",
        "Chat dynamodb:Query Incidents",
        "Detector dynamodb:Query Incidents",
      ]);
      expect([...roles.values()].flat().flatMap(({ Action }) => Action)).not.toContain("dynamodb:Scan");
    });

    it("deny everybody the change or removal of an Audit item", () => {
      const [denied, ...others] = statementsOf(
        named(graph, "aws:dynamodb/resourcePolicy:ResourcePolicy", "AuditPolicy").inputs.policy,
      );
      expect(others).toEqual([]);
      expect(denied).toMatchObject({ Effect: "Deny", Principal: "*" });
      expect([...(denied?.Action ?? [])].sort()).toEqual([
        "dynamodb:BatchWriteItem",
        "dynamodb:DeleteItem",
        "dynamodb:PartiQLDelete",
        "dynamodb:PartiQLUpdate",
        "dynamodb:UpdateItem",
      ]);
      expect(denied?.Resource[0]).toMatch(/table\/incident-healer-production-AuditTable/);
    });

    it("anchor the journal in a bucket that keeps what it is given", () => {
      expect(named(graph, "aws:s3/bucket:Bucket", "Anchors").inputs).toMatchObject({
        objectLockEnabled: true,
        forceDestroy: false,
      });
      const [lock] = ofType(graph, "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration");
      expect(lock?.inputs).toMatchObject({ rule: { defaultRetention: { mode: "COMPLIANCE", days: 400 } } });
      const feed = named(graph, "aws:lambda/eventSourceMapping:EventSourceMapping", "AnchorFeed").inputs;
      expect(feed).toMatchObject({
        startingPosition: "TRIM_HORIZON",
        destinationConfig: { onFailure: { destinationArn: expect.stringContaining("LostAnchors") } },
      });
    });
  });

  describeIntake(() => graph);

  it("watches itself, and does not try to heal itself", () => {
    const alarms = ofType(graph, "aws:cloudwatch/metricAlarm:MetricAlarm");
    const names = alarms.map(({ inputs }) => String(inputs.name).replace("incident-healer-production-", ""));
    expect(names).toEqual(
      expect.arrayContaining([
        "runs-failed",
        "queue-age",
        "refused-alarms",
        "approvals-expiring",
        "spend",
        "anchor-age",
      ]),
    );
    const pattern = alarmPattern("incident-healer-production-");
    for (const { inputs } of alarms) {
      expect(inputs.alarmActions, String(inputs.name)).toHaveLength(1);
      const own = {
        source: "aws.cloudwatch",
        "detail-type": "CloudWatch Alarm State Change",
        detail: { alarmName: inputs.name, state: { value: "ALARM" } },
      };
      expect(matches(pattern, own)).toBe(false);
    }
    expect(ofType(graph, "aws:cloudwatch/dashboard:Dashboard")).toHaveLength(1);
  });

  it("gives every function a time limit, a runtime, and a log that forgets", () => {
    const limits = { Anchor: 60, Api: 20, Brain: 900, Chat: 120, Detector: 50, Hands: 900 };
    for (const [name, timeout] of Object.entries(limits)) {
      const { inputs } = named(graph, "aws:lambda/function:Function", `${name}Function`);
      expect(inputs, name).toMatchObject({
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        timeout,
        loggingConfig: { logGroup: `${name}Logs` },
      });
      const environment = JSON.stringify((inputs.environment as { variables: object }).variables);
      expect(Buffer.byteLength(environment), name).toBeLessThan(4096);
    }
    const logs = ofType(graph, "aws:cloudwatch/logGroup:LogGroup");
    expect(logs).toHaveLength(7);
    for (const { name, inputs } of logs) expect(Number(inputs.retentionInDays), name).toBeGreaterThan(0);
  });

  it("traces nothing, and may tell nobody of it, unless it is asked to", () => {
    for (const { inputs } of ofType(graph, "aws:lambda/function:Function")) {
      expect(inputs.tracingConfig?.["mode" as never] ?? "PassThrough").toBe("PassThrough");
    }
    const { inputs } = named(graph, "aws:sfn/stateMachine:StateMachine", "Workflow");
    expect(inputs.tracingConfiguration).toBeUndefined();
    expect(
      [...roles.values()]
        .flat()
        .flatMap(({ Action }) => Action)
        .join(),
    ).not.toContain("xray:");
  });

  it("throttles the public door and lets no other site call it", () => {
    const [stage] = ofType(graph, "aws:apigatewayv2/stage:Stage");
    expect(stage?.inputs.defaultRouteSettings).toEqual({ throttlingBurstLimit: 50, throttlingRateLimit: 20 });
    const [api] = ofType(graph, "aws:apigatewayv2/api:Api");
    expect(api?.inputs.corsConfiguration ?? {}).toEqual({});
    expect(ofType(graph, "aws:apigatewayv2/route:Route").map(({ inputs }) => inputs.routeKey)).toEqual(["$default"]);
  });

  it("runs the very document that runs on one machine", async () => {
    const { definition, type } = named(graph, "aws:sfn/stateMachine:StateMachine", "Workflow").inputs;
    expect(type).toBe("STANDARD");
    const local = workflowDefinition(
      { brain: "healer-brain", hands: "healer-hands" },
      { approvalSeconds: 30 * 60 + 60, taskSeconds: 900 },
    );
    const text = String(definition).replace(
      /arn:aws:lambda:[^"]*-(Brain|Hands)Function[^"]*/g,
      (_, name) => `healer-${name.toLowerCase()}`,
    );
    expect(text).toBe(JSON.stringify(local));
    const { default: validate } = (await import("asl-validator" as string)) as {
      default: (asl: unknown) => { isValid: boolean; errors: unknown };
    };
    expect(validate(JSON.parse(String(definition)))).toMatchObject({ isValid: true });
  });

  it.each(["Anchor", "Api", "Brain", "Chat", "Detector", "Hands"])(
    "bundles a %s that starts from its own folder",
    async (name) => {
      const { variables } = named(graph, "aws:lambda/function:Function", `${name}Function`).inputs.environment as {
        variables: Record<string, string>;
      };
      const answer = await runBundle(graph, name, variables);
      expect(answer.problem).toBeUndefined();
      expect(answer.opened).toEqual([]);
      expect(answer.bytes).toBeLessThan(6_000_000);
      expect(textsIn(graph, name)).toHaveLength(["Brain", "Detector", "Hands"].includes(name) ? 3 : 0);
    },
  );
});
