import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { deploymentOf } from "../../src/aws/deployment.ts";
import { projectFolder } from "../../src/local/files.ts";
import { awsService, inTurn } from "../aws/wire.ts";
import type { AwsAnswer } from "../wire/aws-stub.ts";

/** What a person reads when a deployment is broken, and what becomes of the alarm, at the functions' own doors. */

const time = { getRemainingTimeInMillis: () => 60_000 };
const stateMachine = "arn:aws:states:eu-west-1:123456789012:stateMachine:healer";
const at = new Date().toISOString();
const alarm = JSON.stringify({
  version: "0",
  id: "c4c1c1c9-6542-e61b-6ef0-8c4d36933a92",
  "detail-type": "CloudWatch Alarm State Change",
  source: "aws.cloudwatch",
  account: "123456789012",
  time: at,
  region: "eu-west-1",
  resources: ["arn:aws:cloudwatch:eu-west-1:123456789012:alarm:web-cpu"],
  detail: {
    alarmName: "web-cpu",
    state: { value: "ALARM", reason: "Threshold Crossed", timestamp: at },
    previousState: { value: "OK", reason: "fine", timestamp: at },
    configuration: { metrics: [] },
  },
});

const kept = { ...process.env };
let said: string[] = [];

beforeEach(() => {
  said = [];
  vi.spyOn(console, "error").mockImplementation((line) => void said.push(String(line)));
  // Each test gets a function that starts cold, with clients of its own.
  vi.resetModules();
  Object.assign(process.env, {
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "stub",
    AWS_SECRET_ACCESS_KEY: "stub",
    HEALER_ACCOUNT: "123456789012",
    HEALER_SETTINGS: JSON.stringify(deploymentOf("test", {})),
    HEALER_AUDIT: "h-audit",
    HEALER_INCIDENTS: "h-incidents",
    HEALER_APPROVALS: "h-approvals",
    HEALER_STATE_MACHINE: stateMachine,
    HEALER_FILES: projectFolder,
    SST_RESOURCE_App: JSON.stringify({ name: "incident-healer", stage: "test" }),
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.env = { ...kept };
});

const detector = async () => (await import("../../src/handlers/detector.ts")).handler;
const deliver = async (body = alarm) => (await detector())({ Records: [{ messageId: "m1", body }] }, time);
const givenBack = { batchItemFailures: [{ itemIdentifier: "m1" }] };
const started = { output: { executionArn: stateMachine.replace("stateMachine", "execution"), startDate: 1 } };

describe("an alarm that reaches the detector", () => {
  it.each<readonly [what: string, AwsAnswer, retryable: boolean, message: RegExp]>([
    [
      "throttles everything",
      { error: "ProvisionedThroughputExceededException", message: "Rate exceeded" },
      true,
      /^DynamoDB h-incidents: ProvisionedThroughputExceededException: Rate exceeded .*may succeed later/,
    ],
    [
      "lacks a table",
      { error: "ResourceNotFoundException" },
      false,
      /^table h-incidents does not exist `healer doctor` says what is missing/,
    ],
    [
      "knows no such credentials",
      { error: "UnrecognizedClientException", message: "The security token is invalid" },
      false,
      /^DynamoDB h-incidents: UnrecognizedClientException: The security token is invalid .*valid AWS credentials/,
    ],
    [
      "finds our clock wrong",
      { error: "InvalidSignatureException", message: "Signature expired: 20261123T100000Z is now earlier" },
      false,
      /Signature expired: 20261123T100000Z is now earlier .*a correct clock/,
    ],
    [
      "answers with an error that this SDK does not know",
      { error: "BrandNewException", message: "no", undeclared: true },
      false,
      /^DynamoDB h-incidents: BrandNewException: no .*refused the request itself/,
    ],
  ])("goes back to the queue where the account %s", async (_, answer, retryable, message) => {
    await awsService("dynamodb", inTurn(answer));
    expect(await deliver()).toEqual(givenBack);
    const [line] = said.map((each) => JSON.parse(each));
    expect(line).toMatchObject({ level: "ERROR", id: "m1", retryable, title: expect.stringMatching(message) });
    expect(said).toHaveLength(1);
  });

  it("goes back where the state machine was deleted, and is started by its next delivery once that is there again", async () => {
    const stand = new Set<string>();
    await awsService("dynamodb", ({ operation, input }) => {
      const { TableName, Item = {} } = input as { TableName?: string; Item?: Record<string, { S?: string }> };
      const key = `${TableName} ${Item.runId?.S ?? Item.incidentId?.S}`;
      if (operation !== "PutItem" || !stand.has(key)) {
        if (operation === "PutItem") stand.add(key);
        return { output: {} };
      }
      return { error: "ConditionalCheckFailedException", message: "The conditional request failed" };
    });
    const workflow = await awsService("stepfunctions", inTurn({ error: "StateMachineDoesNotExist" }, started));
    const handler = await detector();
    const event = { Records: [{ messageId: "m1", body: alarm }] };
    expect(await handler(event, time)).toEqual(givenBack);
    expect(JSON.parse(said[0] ?? "{}").title).toMatch(
      /^start the workflow of run-\w+: StateMachineDoesNotExist: .*healer doctor/,
    );
    // Run and incident stand since the first time, so both are met again and kept as they are.
    expect(await handler(event, time)).toEqual({ batchItemFailures: [] });
    expect(workflow.calls.map(({ input }) => input.name)).toEqual([
      expect.stringMatching(/^run-/),
      workflow.calls[0]?.input.name,
    ]);
  });

  it("of more than a megabyte goes back before anything is read or written for it", async () => {
    const tables = await awsService("dynamodb", inTurn({ output: {} }));
    expect(await deliver(alarm.replace("Threshold", "x".repeat(1_048_577)))).toEqual(givenBack);
    expect(JSON.parse(said[0] ?? "{}")).toMatchObject({
      type: "bad_event",
      title: expect.stringMatching(/the body has \d{7} bytes, and no more than 1048576 are read/),
      retryable: false,
    });
    expect(tables.calls).toEqual([]);
  });
});

describe("a step of a run", () => {
  const drive = async () =>
    (await import("../../src/handlers/brain.ts")).handler(
      { route: "/internal/drive", body: { runId: "run-0001" } },
      time,
    );

  it.each<readonly [what: string, AwsAnswer, name: string, message: RegExp]>([
    [
      "is retried by the state machine",
      { error: "ThrottlingException" },
      "Retryable",
      /upstream_failed: DynamoDB h-audit: Throttling/,
    ],
    ["escalates", { error: "ResourceNotFoundException" }, "bad_state", /table h-audit does not exist.*healer doctor/],
    ["escalates", { error: "AccessDeniedException" }, "upstream_failed", /AccessDenied.*lacks this permission/],
  ])("%s when the table answers %j", async (_, answer, name, message) => {
    await awsService("dynamodb", inTurn(answer));
    await expect(drive()).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  });
});

describe("a secret that is wrong or missing", () => {
  const secret = (value: string) => JSON.stringify({ type: "sst.sst.Secret", value });

  it("AnchorKey stops the function's start and says how to set it, without its value", async () => {
    const failure = await startFailure("anchor.ts", { SST_RESOURCE_AnchorKey: secret("not a key") });
    expect(failure).toMatchObject({
      code: "bad_state",
      message: expect.stringContaining("the secret AnchorKey: it can not be read"),
      hint: expect.stringContaining("sst secret set AnchorKey"),
    });
    expect(JSON.stringify(failure)).not.toContain("not a key");
  });

  it("AnchorKey that was not deployed is named", async () => {
    expect(await startFailure("anchor.ts", {})).toMatchObject({
      message: expect.stringContaining('"AnchorKey" is not linked'),
    });
  });

  it.each([
    ["is wrong", { SST_RESOURCE_ApiTokens: secret("ada:short") }, "the secret ApiTokens: a line is not"],
    ["was not deployed", {}, '"ApiTokens" is not linked'],
  ])("ApiTokens that %s shuts the console, tells strangers nothing and the log what to do", async (_, secrets, why) => {
    const { answer, log } = await consoleAnswer(secrets);
    expect(answer).toMatchObject({ statusCode: 503, body: expect.not.stringContaining("ApiTokens") });
    expect(JSON.parse(log)).toMatchObject({ level: "ERROR", title: expect.stringContaining(why) });
    expect(log).not.toContain("ada:short");
  });
});

/** What Lambda logs when a function does not start: the error's message, and its own fields beside it. */
async function startFailure(file: string, secrets: Readonly<Record<string, string>>): Promise<unknown> {
  const path = JSON.stringify(join(projectFolder, "src/handlers", file));
  const script = `await import(${path}).catch((error) =>
    process.stdout.write(JSON.stringify({ message: error.message, ...error })));`;
  const env = { ...process.env, ...secrets, NODE_NO_WARNINGS: "1" };
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], { env });
  return JSON.parse(stdout);
}

/** What a stranger gets of a deployed console, and what its function logs; in a process of its own, since secrets are read once. */
async function consoleAnswer(secrets: Readonly<Record<string, string>>) {
  const script = `const { handler } = await import(${JSON.stringify(join(projectFolder, "src/handlers/api.ts"))});
const requestContext = { http: { method: "GET", path: "/" } };
const answer = await handler({ version: "2.0", rawPath: "/", rawQueryString: "", headers: {}, requestContext }, {});
process.stdout.write(JSON.stringify(answer));`;
  const env = { ...process.env, ...secrets, NODE_NO_WARNINGS: "1" };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    env,
  });
  return { answer: JSON.parse(stdout) as object, log: stderr };
}
