import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tableKeys } from "../../src/aws/dynamo-tables.ts";
import { runDoctor } from "../../src/cli/doctor.ts";
import type { Check } from "../../src/domain/check.ts";
import { type AwsAnswer, type AwsCall, type AwsStub, startAwsStub } from "../wire/aws-stub.ts";

const model = "global.anthropic.claude-sonnet-4-6";
const settings = {
  approvers: ["slack:T0123ABC/U0123ABC", "slack:T0123ABC/U0456DEF"],
  models: [model],
  slack: { teamId: "T0123ABC", appId: "A0123ABC", channel: "C0123ABC" },
};
const workflow = "arn:aws:states:eu-west-1:123456789012:stateMachine:healer";

type SlackSays = { readonly scopes: string; readonly body: string };
const connected: SlackSays = {
  scopes: "chat:write,commands,users:read",
  body: JSON.stringify({ ok: true, team_id: "T0123ABC", team: "Acme" }),
};
type Answers = Readonly<Record<string, (call: AwsCall) => AwsAnswer>>;

const healthy: Answers = {
  DescribeTable: (call) => {
    const name = String(call.input.TableName);
    const { index, ...own }: { readonly hash: string; readonly index?: object } =
      tableKeys[name.split("-").at(-1) as keyof typeof tableKeys];
    const GlobalSecondaryIndexes = index === undefined ? [] : [{ IndexName: "byStatus" }];
    const KeySchema = Object.values(own as Record<string, string>).map((AttributeName, index) => ({
      AttributeName,
      KeyType: index === 0 ? "HASH" : "RANGE",
    }));
    return {
      output: {
        Table: {
          TableName: name,
          TableStatus: "ACTIVE",
          KeySchema,
          GlobalSecondaryIndexes,
          DeletionProtectionEnabled: true,
        },
      },
    };
  },
  DescribeStateMachine: () => ({
    output: {
      stateMachineArn: workflow,
      name: "healer",
      status: "ACTIVE",
      definition: "{}",
      roleArn: "arn:aws:iam::123456789012:role/r",
      type: "STANDARD",
      creationDate: 1,
    },
  }),
  DescribeDocument: (call) => ({ output: { Document: { Name: call.input.Name, Status: "Active" } } }),
  DescribeInstanceInformation: () => ({
    output: { InstanceInformationList: [{ InstanceId: "i-0123456789abcdef0", PingStatus: "Online" }] },
  }),
  GetParameters: (call) => ({ output: { InvalidParameters: call.input.Names } }),
  Converse: () => ({
    output: {
      output: { message: { role: "assistant", content: [{ text: "ok" }] } },
      stopReason: "end_turn",
      usage: { inputTokens: 9, outputTokens: 1, totalTokens: 10 },
      metrics: { latencyMs: 1 },
    },
  }),
};

function withoutIndexes(answer: AwsAnswer | undefined): AwsAnswer {
  const { Table } = (answer as { readonly output: { readonly Table: object } }).output;
  return { output: { Table: { ...Table, GlobalSecondaryIndexes: [] } } };
}

describe("healer doctor", () => {
  let folder: string;
  let stubs: readonly AwsStub[] = [];
  let web: Server | undefined;
  const kept = { ...process.env };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "healer-doctor-"));
  });
  afterEach(async () => {
    await Promise.all(stubs.map((stub) => stub.close()));
    web?.close();
    await rm(folder, { recursive: true });
    process.env = { ...kept };
    expect(stubs.flatMap((stub) => stub.problems)).toEqual([]);
  });

  async function examine(
    changes: {
      answers?: Answers;
      settings?: object;
      env?: object;
      outputs?: object;
      args?: object;
      slack?: Partial<SlackSays>;
      /** Of the shell; an undefined one is absent. */
      shell?: Readonly<Record<string, string | undefined>>;
    } = {},
  ) {
    const answers = { ...healthy, ...changes.answers };
    const answer = (call: AwsCall): AwsAnswer => answers[call.operation]?.(call) ?? { error: "Unexpected" };
    const services = {
      dynamodb: "DYNAMODB",
      stepfunctions: "SFN",
      ssm: "SSM",
      "bedrock-runtime": "BEDROCK_RUNTIME",
      "bedrock-agent-runtime": "BEDROCK_AGENT_RUNTIME",
    };
    stubs = await Promise.all(Object.keys(services).map((service) => startAwsStub({ service, answer })));
    const url = await serveWeb({ ...connected, ...changes.slack });
    Object.values(services).forEach((suffix, index) => {
      process.env[`AWS_ENDPOINT_URL_${suffix}`] = stubs[index]?.url ?? "";
    });
    Object.assign(process.env, {
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "AKIASTUB",
      AWS_SECRET_ACCESS_KEY: "stub",
    });
    for (const [name, value] of Object.entries(changes.shell ?? {})) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    const outputs = {
      url,
      region: "eu-west-1",
      audit: "h-audit",
      incidents: "h-incidents",
      approvals: "h-approvals",
      workflow,
    };
    await writeFile(join(folder, "outputs.json"), JSON.stringify({ ...outputs, ...changes.outputs }));
    await writeFile(join(folder, "deploy.json"), JSON.stringify({ production: { ...settings, ...changes.settings } }));
    const text: string[] = [];
    const io = { stdout: (line: string) => void text.push(line), stderr: () => undefined, isTty: false, columns: 100 };
    const args = {
      stage: "production",
      outputs: join(folder, "outputs.json"),
      deployment: join(folder, "deploy.json"),
      json: true,
      ...changes.args,
    };
    const code = await runDoctor(args, io, {
      ...secrets(),
      HEALER_SLACK_API: `${url}/api/`,
      ...changes.env,
    } as NodeJS.ProcessEnv);
    const checks: readonly Check[] = args.json ? JSON.parse(text.join("")).checks : [];
    return { code, text: text.join(""), checks, bad: checks.filter(({ status }) => status !== "ok") };
  }

  /** The API's health and Slack's auth.test. */
  async function serveWeb({ scopes, body }: SlackSays): Promise<string> {
    const server = createServer((request, response) => {
      response.setHeader("x-oauth-scopes", scopes);
      response.end(request.url === "/healthz" ? '{"ok":true}' : body);
    });
    web = server;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it("finds nothing to mend where everything is there", async () => {
    const { code, bad, checks } = await examine();
    expect(bad).toEqual([]);
    expect(code).toBe(0);
    expect(checks.map(({ name }) => name)).toEqual([
      "credentials and region",
      "table audit",
      "table incidents",
      "table approvals",
      "state machine",
      "documents",
      "managed targets",
      "kill switch",
      `model ${model}`,
      "people",
      "secret AnchorKey",
      "secret ApiTokens",
      "secret SlackBotToken",
      "secret SlackSigningSecret",
      "Slack",
      "API",
    ]);
  });

  it.each([
    [
      "a table that is absent",
      { DescribeTable: () => ({ error: "ResourceNotFoundException" }) },
      "table audit",
      /deploy/,
    ],
    [
      "a table of an older version, whose lists have no index",
      { DescribeTable: (call: AwsCall) => withoutIndexes(healthy.DescribeTable?.(call)) },
      "table incidents",
      /rebuild/,
    ],
    [
      "a state machine that was deleted",
      { DescribeStateMachine: () => ({ error: "StateMachineDoesNotExist" }) },
      "state machine",
      /deploy/,
    ],
    [
      "a document that nobody published",
      { DescribeDocument: () => ({ error: "InvalidDocument" }) },
      "documents",
      /documents: true/,
    ],
    [
      "a kill switch that can not be read",
      { GetParameters: () => ({ error: "AccessDeniedException" }) },
      "kill switch",
      /ssm:GetParameters.*stops every change/,
    ],
    [
      "an account that may not use a model",
      { Converse: () => ({ error: "AccessDeniedException", status: 403 }) },
      `model ${model}`,
      /Ask for access.*bedrock:InvokeModel/,
    ],
    [
      "a model that the provider takes away from newcomers",
      {
        Converse: () => ({
          error: "ResourceNotFoundException",
          message: "Access denied. This Model is marked by provider as Legacy and you have not been actively using it.",
        }),
      },
      `model ${model}`,
      /current/,
    ],
    [
      "an account that never filled in the form",
      {
        Converse: () => ({
          error: "ResourceNotFoundException",
          message: "Model use case details have not been submitted",
        }),
      },
      `model ${model}`,
      /Fill in the form/,
    ],
    [
      "a table with another key",
      {
        DescribeTable: () => ({
          output: { Table: { TableStatus: "ACTIVE", KeySchema: [{ AttributeName: "id", KeyType: "HASH" }] } },
        }),
      },
      "table audit",
      /this deployment/,
    ],
    [
      "a table that this shell may not look at",
      { DescribeTable: () => ({ error: "AccessDeniedException" }) },
      "table audit",
      /role of this shell/,
    ],
    [
      "a model that is gone",
      { Converse: () => ({ error: "ValidationException", message: "The provided model identifier is invalid." }) },
      `model ${model}`,
      /current/,
    ],
  ] as const)("names %s and what to do", async (_, answers, name, fix) => {
    const { code, bad } = await examine({ answers: answers as unknown as Answers });
    expect(code).toBe(1);
    const found = bad.find((check) => check.name === name);
    expect(found).toMatchObject({ status: "fail", fix: expect.stringMatching(fix) });
  });

  it.each([
    ["answers", "NONE", [], "ok", /gr1234567890 version 3 answers/],
    [
      "changes a harmless line",
      "GUARDRAIL_INTERVENED",
      [{ wordPolicy: { customWords: [], managedWordLists: [] } }],
      "warn",
      /wordPolicy/,
    ],
  ] as const)("says of a guardrail whether it %s", async (_, action, assessments, status, detail) => {
    const usage = {
      topicPolicyUnits: 0,
      contentPolicyUnits: 1,
      wordPolicyUnits: 0,
      sensitiveInformationPolicyUnits: 0,
      sensitiveInformationPolicyFreeUnits: 0,
      contextualGroundingPolicyUnits: 0,
    };
    const { checks } = await examine({
      settings: { guardrail: { id: "gr1234567890", version: "3" } },
      answers: { ApplyGuardrail: () => ({ output: { usage, action, outputs: [], assessments: [...assessments] } }) },
    });
    expect(checks.find(({ name }) => name === "guardrail")).toMatchObject({
      status,
      detail: expect.stringMatching(detail),
    });
  });

  it("fails a guardrail that does not exist, and a mode for a runbook that nobody has", async () => {
    const gone = await examine({
      settings: { guardrail: { id: "gr1234567890", version: "3" } },
      answers: { ApplyGuardrail: () => ({ error: "ResourceNotFoundException", status: 404 }) },
    });
    expect(gone.bad).toMatchObject([{ name: "guardrail", status: "fail", fix: expect.stringContaining("withheld") }]);
    await Promise.all(stubs.map((stub) => stub.close()));
    web?.close();
    const typo = await examine({ settings: { modes: { "ec2-disk-ful": "observe" } } });
    expect(typo.checks).toMatchObject([
      { name: "settings", status: "fail", detail: expect.stringContaining("ec2-disk-ful") },
    ]);
  });

  it("warns when no target has the opt-in tag, and when somebody pulled the kill switch", async () => {
    const { code, bad } = await examine({
      answers: {
        DescribeInstanceInformation: () => ({ output: { InstanceInformationList: [] } }),
        GetParameters: () => ({
          output: { Parameters: [{ Name: "/healer/stop/all", Value: '{"stopped":true,"by":"ada"}' }] },
        }),
      },
    });
    expect(code).toBe(0);
    expect(bad.map(({ name, status }) => [name, status])).toEqual([
      ["managed targets", "warn"],
      ["kill switch", "warn"],
    ]);
  });

  it("tells tagged targets that are offline from a tag that nobody set", async () => {
    const DescribeInstanceInformation = () => ({
      output: { InstanceInformationList: [{ InstanceId: "i-0123456789abcdef0", PingStatus: "ConnectionLost" }] },
    });
    const { bad } = await examine({ answers: { DescribeInstanceInformation } });
    expect(bad).toMatchObject([
      {
        name: "managed targets",
        status: "warn",
        detail: "1 with the tag healer=managed, none of them online",
        fix: expect.stringMatching(/agent/),
      },
    ]);
  });

  it.each<readonly [what: string, answer: AwsAnswer, Partial<Check>]>([
    [
      "answers",
      { output: { retrievalResults: [{ content: { text: "Delete old traces." } }] } },
      { status: "ok", detail: '1 hits for "disk full"' },
    ],
    ["is empty", { output: { retrievalResults: [] } }, { status: "warn", fix: expect.stringMatching(/ingestion/) }],
    ["is gone", { error: "ResourceNotFoundException" }, { status: "fail", fix: expect.stringMatching(/leave it out/) }],
  ])("looks at the knowledge base, where one is configured: it %s", async (_, answer, check) => {
    const { checks } = await examine({
      settings: { knowledgeBaseId: "ABCDEFGHIJ" },
      answers: { Retrieve: () => answer },
    });
    expect(checks.find(({ name }) => name === "knowledge base")).toMatchObject(check);
  });

  it.each<readonly [what: string, Partial<SlackSays>, detail: RegExp, fix: RegExp]>([
    ["lacks a scope", { scopes: "chat:write" }, /lacks commands, users:read/, /slack\/manifest\.yaml/],
    [
      "was revoked",
      { body: '{"ok":false,"error":"token_revoked"}' },
      /token_revoked/,
      /secret set SlackBotToken --stage production/,
    ],
    [
      "is another workspace's",
      { body: '{"ok":true,"team_id":"T9"}' },
      /is for T9, the settings for T0123ABC/,
      /slack\.teamId/,
    ],
    ["is answered by something else", { body: "<html>" }, /JSON/, /the way to slack\.com/],
  ])("says that the bot's token %s", async (_, slack, detail, fix) => {
    const { code, bad } = await examine({ slack });
    expect(code).toBe(1);
    expect(bad).toMatchObject([
      { name: "Slack", detail: expect.stringMatching(detail), fix: expect.stringMatching(fix) },
    ]);
  });

  it.each<readonly [what: string, Readonly<Record<string, string | undefined>>, detail: RegExp, fix: RegExp]>([
    ["names no region", { AWS_REGION: undefined }, /no region/, /^export AWS_REGION=eu-west-1$/],
    [
      "holds no credentials",
      { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined },
      /CredentialsProviderError/,
      /^aws sso login.*clock$/,
    ],
  ])("says first that the shell %s, and what was not looked at for that", async (_, shell, detail, fix) => {
    const { code, checks } = await examine({
      shell: {
        AWS_EC2_METADATA_DISABLED: "true",
        AWS_CONFIG_FILE: "/dev/null",
        AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
        ...shell,
      },
    });
    expect(code).toBe(1);
    expect(checks.slice(0, 2)).toMatchObject([
      { status: "fail", detail: expect.stringMatching(detail), fix: expect.stringMatching(fix) },
      { name: "account", status: "skipped" },
    ]);
    expect(checks.find(({ name }) => name === `model ${model}`)?.detail).toMatch(/not asked$/);
  });

  it.each([
    ["past its end of life", "anthropic.claude-3-sonnet-20240229-v1:0", /ended on 2026-07-30/],
    ["a bare id", "anthropic.claude-sonnet-5-5", /bare id/],
    ["of another geography", "us.anthropic.claude-sonnet-5-5", /can not be called from eu-west-1/],
  ])("refuses a model id that is %s before it asks", async (_, id, why) => {
    const { code, bad } = await examine({ settings: { models: [id] } });
    expect(code).toBe(1);
    expect(bad).toMatchObject([{ name: `model ${id}`, status: "fail", detail: expect.stringMatching(why) }]);
  });

  it("says no secret aloud, and which one is wrong", async () => {
    const env = { SST_RESOURCE_AnchorKey: secret("hunter2"), SST_RESOURCE_SlackBotToken: undefined };
    const { code, bad, text } = await examine({ env });
    expect(code).toBe(1);
    expect(bad.map(({ name }) => name)).toEqual(["secret AnchorKey", "secret SlackBotToken"]);
    expect(text).not.toContain("hunter2");
  });

  it("stops at the first word when there are no credentials or another region", async () => {
    const { checks, code } = await examine({ outputs: { region: "us-east-1" } });
    expect(code).toBe(1);
    expect(checks[0]).toMatchObject({ status: "fail", fix: "export AWS_REGION=us-east-1" });
    expect(checks.some(({ name }) => name === "table audit")).toBe(false);
  });

  it("says so where nothing was deployed, and where the settings are wrong", async () => {
    const none = await examine({ args: { outputs: join(folder, "absent.json") } });
    expect(none.bad.at(-1)).toMatchObject({
      name: "deployment",
      fix: expect.stringMatching(/^npx sst deploy --stage production/),
    });
    await Promise.all(stubs.map((stub) => stub.close()));
    web?.close();
    const wrong = await examine({ settings: { aprovers: [] } });
    expect(wrong.checks).toMatchObject([
      { name: "settings", status: "fail", detail: expect.stringContaining("aprovers") },
    ]);
  });

  it.each([[["api:ada"]], [["api:ada", "slack:T0123ABC/U0123ABC"]]])(
    "warns that nobody could approve what is critical where %j may approve",
    async (approvers) => {
      const { bad } = await examine({ settings: { ...settings, approvers } });
      expect(bad).toMatchObject([{ name: "people", status: "warn", detail: expect.stringContaining("needs two") }]);
    },
  );

  it("tells people in plain lines", async () => {
    const { text } = await examine({ args: { json: false, modelCall: false } });
    expect(text).toMatch(/^ok {4}credentials and region: eu-west-1/);
    expect(text).toMatch(/Ready to run\.\n$/);
    expect(stubs.flatMap((stub) => stub.calls).some(({ operation }) => operation === "Converse")).toBe(false);
  });
});

const secret = (value: string) => JSON.stringify({ type: "sst.sst.Secret", value });

const secrets = () => ({
  SST_RESOURCE_AnchorKey: secret(
    generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  ),
  SST_RESOURCE_ApiTokens: secret(`ada:${"0".repeat(40)}`),
  SST_RESOURCE_SlackBotToken: secret("xoxb-1"),
  SST_RESOURCE_SlackSigningSecret: secret("0".repeat(32)),
});
