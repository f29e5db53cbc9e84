import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { alarmPattern } from "../../src/aws/alarm-pattern.ts";
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
import { describeRecords } from "./records.ts";

const deployment = {
  approvers: ["slack:T0123ABC/U0123ABC"],
  slack: { teamId: "T0123ABC", appId: "A0123ABC", channel: "C0123ABC" },
  alarmEmail: "ops@example.com",
  knowledgeBaseId: "KB12345678",
  guardrail: { id: "gr1234567890", version: "3" },
  modes: { "ec2-disk-full": "observe" },
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

    it("let brain and hands screen text with the configured guardrail, and with no other", () => {
      const screening = [...roles].flatMap(([name, statements]) =>
        statements.flatMap(({ Action, Resource }) =>
          Action.includes("bedrock:ApplyGuardrail") ? [[name, Action, Resource]] : [],
        ),
      );
      const only = [["bedrock:ApplyGuardrail"], ["arn:aws:bedrock:eu-west-1:123456789012:guardrail/gr1234567890"]];
      expect(screening.toSorted(([a], [b]) => String(a).localeCompare(String(b)))).toEqual([
        ["Brain", ...only],
        ["Hands", ...only],
      ]);
    });

    it("let the brain alone ask for a preview, and only the hands start an automation", () => {
      const mayDo = (action: string) =>
        [...roles].flatMap(([name, statements]) =>
          statements.some(({ Action }) => Action.includes(action)) ? [name] : [],
        );
      expect(mayDo("ssm:StartExecutionPreview")).toEqual(["Brain"]);
      expect(mayDo("ssm:GetExecutionPreview")).toEqual(["Brain"]);
      expect(mayDo("ssm:StartAutomationExecution")).toEqual(["Hands"]);
    });

    it("are reached by AWS services alone", () => {
      for (const { name, inputs } of ofType(graph, "aws:iam/role:Role")) {
        const [trust, ...more] = statementsOf(inputs.assumeRolePolicy);
        expect(more, name).toEqual([]);
        expect(trust, name).toMatchObject({ Effect: "Allow", Action: ["sts:AssumeRole"] });
        // Who acts for many accounts is trusted for this one only; Lambda has no such condition for execution roles.
        const condition = { StringEquals: { "aws:SourceAccount": "123456789012" } };
        expect(trust?.Condition, name).toEqual(/^(Tick|Workflow)/.test(name) ? condition : undefined);
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

  describeRecords(() => graph);
  describeIntake(() => graph);

  it("watches itself, and does not try to heal itself", () => {
    const alarms = ofType(graph, "aws:cloudwatch/metricAlarm:MetricAlarm");
    const names = alarms.map(({ inputs }) => String(inputs.name).replace("incident-healer-production-", ""));
    const errors = ["anchor", "api", "brain", "chat", "detector", "hands"].map((name) => `errors-${name}`);
    const dead = ["lost-anchors", "refused-alarms", "undelivered-alarms"];
    const own = ["anchor-age", "approvals-expiring", "queue-age", "runs-failed", "runs-timed-out", "spend"];
    expect(names.sort()).toEqual([...errors, ...dead, ...own].sort());
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
    for (const { name, inputs } of logs) expect(inputs.retentionInDays, name).toBe(90);
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
