import { afterEach, expect } from "vitest";
import { type AwsAnswer, type AwsCall, type AwsStub, startAwsStub } from "../wire/aws-stub.ts";

/** Suffix of AWS_ENDPOINT_URL_* for each service model. */
const suffixes = {
  "bedrock-runtime": "BEDROCK_RUNTIME",
  "bedrock-agent-runtime": "BEDROCK_AGENT_RUNTIME",
  cloudtrail: "CLOUDTRAIL",
  cloudwatch: "CLOUDWATCH",
  dynamodb: "DYNAMODB",
  logs: "CLOUDWATCH_LOGS",
  ssm: "SSM",
  stepfunctions: "SFN",
  tagging: "RESOURCE_GROUPS_TAGGING_API",
} as const;

const open: AwsStub[] = [];

afterEach(async () => {
  const stubs = open.splice(0);
  await Promise.all(stubs.map((stub) => stub.close()));
  // Whatever a test was about: no request, and no answer of ours, may be one that AWS's own model refuses.
  expect(stubs.flatMap((stub) => stub.problems)).toEqual([]);
});

/** Stands for one AWS service behind the stock client and its environment variable. */
export async function awsService(
  service: keyof typeof suffixes,
  answer: (call: AwsCall, index: number) => AwsAnswer | Promise<AwsAnswer>,
): Promise<AwsStub> {
  const stub = await startAwsStub({ service, answer });
  open.push(stub);
  process.env.AWS_REGION = "eu-west-1";
  process.env.AWS_ACCESS_KEY_ID = "stub";
  process.env.AWS_SECRET_ACCESS_KEY = "stub";
  process.env[`AWS_ENDPOINT_URL_${suffixes[service]}`] = stub.url;
  return stub;
}

/** Answers one after the other; the last one again and again. */
export const inTurn =
  (...answers: readonly AwsAnswer[]) =>
  (_call: AwsCall, index: number): AwsAnswer =>
    answers[Math.min(index, answers.length - 1)] ?? { error: "InternalServerError", status: 500 };

/** Answers by operation name. */
export const byOperation =
  (answers: Readonly<Record<string, AwsAnswer | ((call: AwsCall) => AwsAnswer)>>) =>
  (call: AwsCall): AwsAnswer => {
    const answer = answers[call.operation];
    if (answer === undefined) return { error: "UnexpectedOperation", message: call.operation };
    return typeof answer === "function" ? answer(call) : answer;
  };

export const operations = (stub: AwsStub): readonly string[] => stub.calls.map((call) => call.operation);
export const realClock = { now: () => Date.now() };
