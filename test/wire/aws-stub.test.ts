import { BedrockRuntimeClient, ConverseCommand } from "@aws-sdk/client-bedrock-runtime";
import { CloudTrailClient, LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { SendTaskSuccessCommand, SFNClient } from "@aws-sdk/client-sfn";
import { SendCommandCommand, SSMClient } from "@aws-sdk/client-ssm";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { describe, expect, it } from "vitest";
import { type AwsAnswer, startAwsStub } from "./aws-stub.ts";
import { checkShape } from "./check-shape.ts";
import { readRequest } from "./read-request.ts";
import { sdkModel } from "./sdk-model.ts";
import { type ServiceModel, serviceModel } from "./service-model.ts";

const clientOf = (endpoint: string) => ({
  endpoint,
  region: "eu-west-1",
  maxAttempts: 1,
  credentials: { accessKeyId: "stub", secretAccessKey: "stub" },
  requestHandler: new NodeHttpHandler(),
});
const start = (service: string, output: Readonly<Record<string, unknown>> = {}) =>
  startAwsStub({ service, answer: (): AwsAnswer => ({ output }) });

const hasModels = serviceModel("ssm") !== undefined;

describe.skipIf(!hasModels)("the AWS stub, with AWS's own service models", () => {
  it("takes a correct SSM request and knows its operation, input and signature", async () => {
    await using stub = await start("ssm", { Command: { CommandId: "11111111-2222-3333-4444-555555555555" } });
    const input = { DocumentName: "AWS-RunShellScript", InstanceIds: ["i-0123456789abcdef0"] };
    await new SSMClient(clientOf(stub.url)).send(new SendCommandCommand(input));
    expect(stub.problems).toEqual([]);
    expect(stub.calls[0]).toMatchObject({ operation: "SendCommand", input, signedFor: { region: "eu-west-1" } });
  });

  it("refuses a missing member, a bad pattern and a length out of bounds, as the service would", async () => {
    await using stub = await start("ssm");
    const client = new SSMClient(clientOf(stub.url));
    const broken = { DocumentName: undefined as unknown as string, InstanceIds: ["web-1"], Comment: "x".repeat(101) };
    await expect(client.send(new SendCommandCommand(broken))).rejects.toThrow("DocumentName: required and missing");
    expect(stub.problems.join("\n")).toMatch(/InstanceIds\[0\]: "web-1" does not fit/);
    expect(stub.problems.join("\n")).toMatch(/Comment: length 101 is outside 0\.\.100/);
  });

  it("reads rest-json: path labels, nested unions and enums", async () => {
    const output = {
      output: { message: { role: "assistant", content: [{ text: "hello" }] } },
      stopReason: "end_turn",
      usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
      metrics: { latencyMs: 1 },
    };
    await using stub = await start("bedrock-runtime", output);
    const client = new BedrockRuntimeClient({ ...clientOf(stub.url), authSchemePreference: ["sigv4"] });
    const modelId = "eu.anthropic.claude-sonnet-5-20260401-v1:0";
    const reply = await client.send(
      new ConverseCommand({ modelId, messages: [{ role: "user", content: [{ text: "hi" }] }] }),
    );
    expect(stub.problems).toEqual([]);
    expect(reply.stopReason).toBe("end_turn");
    expect(stub.calls[0]).toMatchObject({ operation: "Converse", input: { modelId } });

    const wrong = { role: "critic" as "user", content: [{ text: "hi" }] };
    await expect(client.send(new ConverseCommand({ modelId, messages: [wrong] }))).rejects.toThrow("none of");
  });

  it.each([
    [
      "logs",
      (url: string) =>
        new CloudWatchLogsClient(clientOf(url)).send(new FilterLogEventsCommand({ logGroupName: "/app", limit: 10 })),
    ],
    [
      "dynamodb",
      (url: string) =>
        new DynamoDBClient(clientOf(url)).send(new PutItemCommand({ TableName: "audit", Item: { id: { S: "1" } } })),
    ],
    [
      "stepfunctions",
      (url: string) => new SFNClient(clientOf(url)).send(new SendTaskSuccessCommand({ taskToken: "t", output: "{}" })),
    ],
    [
      "cloudwatch",
      (url: string) => new CloudWatchClient(clientOf(url)).send(new DescribeAlarmsCommand({ AlarmNames: ["a"] })),
    ],
  ] as const)("takes what the stock %s client sends", async (service, send) => {
    await using stub = await start(service);
    await send(stub.url);
    expect(stub.problems).toEqual([]);
    expect(stub.calls).toHaveLength(1);
  });

  const input = { DocumentName: "AWS-RunShellScript", InstanceIds: ["i-0123456789abcdef0"] };
  it.each<readonly [what: string, AwsAnswer, problem: string]>([
    [
      "an output of another type",
      { output: { Command: { CommandId: 7 } } },
      "SendCommand output $.Command.CommandId: not a string",
    ],
    [
      "an output with a member that does not exist",
      { output: { CommandId: "a" } },
      "SendCommand output $.CommandId: unknown member",
    ],
    [
      "a date where the service sends seconds",
      { output: { Command: { RequestedDateTime: "2026-11-23T10:00:00Z" } } },
      "SendCommand output $.Command.RequestedDateTime: not a time",
    ],
    [
      "an error that this operation never raises",
      { error: "InvocationDoesNotExist" },
      "SendCommand error InvocationDoesNotExist: the operation declares no such error",
    ],
    [
      "an error under another's status",
      { error: "InvalidInstanceId", status: 500 },
      "SendCommand error InvalidInstanceId: status 500, not 400",
    ],
    [
      "an error with a member that it lacks",
      { error: "InvalidInstanceId", more: { Item: {} } },
      "SendCommand error InvalidInstanceId $.Item: unknown member",
    ],
  ])("notes %s, because it would prove nothing", async (_, answer, problem) => {
    await using stub = await startAwsStub({ service: "ssm", answer: () => answer });
    await new SSMClient(clientOf(stub.url)).send(new SendCommandCommand(input)).catch(() => undefined);
    expect(stub.problems).toEqual([problem]);
  });

  it.each<AwsAnswer>([
    { error: "InvalidInstanceId" },
    { error: "ThrottlingException" },
    { error: "Odd", undeclared: true },
    { raw: "<html>" },
    { hangUp: true },
  ])("takes %j for what a service, or the way to it, may answer", async (answer) => {
    await using stub = await startAwsStub({ service: "ssm", answer: () => answer });
    await expect(new SSMClient(clientOf(stub.url)).send(new SendCommandCommand(input))).rejects.toThrow();
    expect(stub.problems).toEqual([]);
  });
});

describe("the AWS stub, where only the SDK's schemas are at hand", () => {
  const lookUp = async (endpoint: string) =>
    new CloudTrailClient(clientOf(endpoint)).send(new LookupEventsCommand({ MaxResults: 1 })).catch(() => undefined);

  it.each<readonly [Readonly<Record<string, unknown>>, problem: string | undefined]>([
    [{ Events: [{ EventId: "1", EventTime: 1, Resources: [{ ResourceName: "web" }] }], NextToken: "t" }, undefined],
    [{ Event: [] }, "LookupEvents output $.Event: unknown member"],
    [{ Events: [{ EventTime: "2026-11-23" }] }, "LookupEvents output $.Events[0].EventTime: not a time"],
    [
      { Events: [{ Resources: [{ Name: "web" }] }] },
      "LookupEvents output $.Events[0].Resources[0].Name: unknown member",
    ],
    [{ Events: [{ ReadOnly: true }] }, "LookupEvents output $.Events[0].ReadOnly: not a string"],
  ])("checks names and types of %j", async (output, problem) => {
    await using stub = await start("cloudtrail", output);
    await lookUp(stub.url);
    expect(stub.problems).toEqual(problem === undefined ? [] : [problem]);
    expect(stub.calls[0]).toMatchObject({ operation: "LookupEvents", input: { MaxResults: 1 } });
  });

  it.each(["dynamodb", "logs", "pricing", "ssm", "stepfunctions"])(
    "reads every schema of %s, those that hold themselves too",
    async (service) => {
      const found = await sdkModel(service);
      expect(Object.keys(found?.operations ?? {}).length).toBeGreaterThan(4);
      const odd = Object.values(found?.shapes ?? {}).filter(({ type }) => type.startsWith("of the SDK"));
      expect(odd).toEqual([]);
    },
  );
});

const model: ServiceModel = {
  metadata: { protocol: "rest-json", endpointPrefix: "things" },
  operations: {
    ListThings: {
      name: "ListThings",
      http: { method: "GET", requestUri: "/things/{Kind}/list" },
      input: { shape: "Request" },
    },
    GetThing: { name: "GetThing", http: { method: "GET", requestUri: "/things/{Kind}/{Id+}" } },
  },
  shapes: {
    Request: {
      type: "structure",
      required: ["Kind", "limit"],
      members: {
        Kind: { shape: "Kind", location: "uri", locationName: "Kind" },
        limit: { shape: "Limit", location: "querystring", locationName: "max" },
        tags: { shape: "Tags", location: "querystring", locationName: "tag" },
        trace: { shape: "Kind", location: "header", locationName: "X-Trace" },
      },
    },
    Kind: { type: "string", enum: ["red", "blue"] },
    Limit: { type: "integer", min: 1, max: 5 },
    Tags: { type: "list", member: { shape: "Kind" }, max: 1 },
    Choice: { type: "structure", union: true, members: { a: { shape: "Limit" }, b: { shape: "Limit" } } },
    Named: { type: "map", key: { shape: "Kind" }, value: { shape: "Limit" } },
    Json: { type: "structure", members: { text: { shape: "Kind", jsonvalue: true } } },
  },
};

describe("reading a request by a model", () => {
  it("finds the operation by method and path, a literal path before a label", () => {
    const request = { method: "GET", url: "/things/red/list?max=3&tag=blue", headers: { "x-trace": "red" }, body: "" };
    expect(readRequest(request, model)).toEqual({
      operation: "ListThings",
      input: { Kind: "red", limit: 3, tags: ["blue"], trace: "red" },
      problems: [],
    });
    expect(readRequest({ ...request, url: "/things/red/a/b" }, model).operation).toBe("GetThing");
    expect(readRequest({ ...request, url: "/other" }, model).problems).toEqual(["no operation is GET /other"]);
  });

  it("checks what came in path, query and headers", () => {
    const request = { method: "GET", url: "/things/green/list?tag=red&tag=red", headers: {}, body: "" };
    expect(readRequest(request, model).problems).toEqual([
      "$.limit: required and missing",
      '$.Kind: "green" is none of red, blue',
      "$.tags: length 2 is outside 0..1",
    ]);
  });

  it("checks unions, maps, JSON strings and unknown members", () => {
    expect(checkShape({ a: 1, b: 2 }, "Choice", model)).toEqual(["$: a union with 2 members"]);
    expect(checkShape({ green: 9 }, "Named", model)).toHaveLength(2);
    expect(checkShape({ text: "{" }, "Json", model)).toEqual(["$.text: not a string of JSON"]);
    expect(checkShape({ c: 1 }, "Json", model)).toEqual(["$.c: unknown member"]);
  });
});
