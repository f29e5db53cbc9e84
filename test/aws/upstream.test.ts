import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { errorName, kindOf, upstreamError } from "../../src/aws/upstream.ts";
import { HealerError } from "../../src/domain/errors.ts";
import { faultOf } from "../../src/models/bedrock-faults.ts";
import { serviceModel } from "../wire/service-model.ts";

/** Every operation that an adapter calls, by service model. */
const used: Readonly<Record<string, readonly string[]>> = {
  logs: ["FilterLogEvents", "StartQuery", "GetQueryResults", "StopQuery", "DescribeLogGroups"],
  cloudwatch: ["GetMetricData", "ListMetrics", "DescribeAlarms"],
  ssm: [
    "SendCommand",
    "ListCommands",
    "ListCommandInvocations",
    "GetCommandInvocation",
    "DescribeDocument",
    "StartAutomationExecution",
    "DescribeAutomationExecutions",
    "GetAutomationExecution",
    "ListTagsForResource",
    "GetParameters",
    "PutParameter",
    "DescribeInstanceInformation",
    "StartExecutionPreview",
    "GetExecutionPreview",
  ],
  "bedrock-runtime": ["Converse", "ApplyGuardrail", "CountTokens"],
  "bedrock-agent-runtime": ["Retrieve"],
  stepfunctions: ["StartExecution", "SendTaskSuccess"],
  dynamodb: ["PutItem", "GetItem", "UpdateItem", "Query", "Scan"],
};

/** Client errors, by the models' own word, that pass by themselves. */
const passing = new Set([
  "ThrottlingException",
  "KmsThrottlingException",
  "ModelNotReadyException",
  "ModelTimeoutException",
  "ModelErrorException",
  "ConflictException",
  "DependencyFailedException",
  "LimitExceededException",
  "ExecutionLimitExceeded",
  "AutomationExecutionLimitExceededException",
  "TooManyUpdates",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "ReplicatedWriteConflictException",
  "TransactionConflictException",
]);

type ErrorShape = { readonly fault?: boolean; readonly error?: { readonly httpStatusCode?: number } };
const declared = Object.entries(used).flatMap(([service, operations]) => {
  const model = serviceModel(service);
  const names = operations.flatMap((name) => model?.operations[name]?.errors?.map(({ shape }) => shape) ?? []);
  return [...new Set(names)].map((name) => [service, name, (model?.shapes[name] ?? {}) as ErrorShape] as const);
});

describe.skipIf(declared.length === 0)("every error that AWS declares for an operation that is used here", () => {
  it.each(declared)("%s %s is retryable just when it passes by itself", (_service, name, shape) => {
    const httpStatusCode = shape.error?.httpStatusCode ?? (shape.fault ? 500 : 400);
    const error = Object.assign(new Error("x"), { name, $metadata: { httpStatusCode } });
    const kind = kindOf(error);
    expect(kind).not.toBe("unknown");
    expect(upstreamError("ask", error).retryable).toBe(shape.fault === true || passing.has(name));
  });
});

describe("whatever is thrown", () => {
  it("becomes a HealerError that says what was asked, and never another failure", () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true }), (thrown) => {
        const error = upstreamError("read the thing", thrown);
        expect(error).toBeInstanceOf(HealerError);
        expect(error.message).toMatch(/^read the thing: /);
        expect(typeof errorName(thrown)).toBe("string");
        expect(faultOf(thrown, "m").reason).toContain("m");
      }),
      { numRuns: 500 },
    );
  });

  it("is passed on unchanged when it is a HealerError already", () => {
    const error = new HealerError("not_found", "no", { hint: "none" });
    expect(upstreamError("ask", error)).toBe(error);
  });

  it.each([
    ["CredentialsProviderError", undefined, "credentials"],
    ["ExpiredTokenException", 400, "credentials"],
    ["InvalidSignatureException", 403, "credentials"],
    ["RequestExpired", 400, "credentials"],
    ["AccessDeniedException", 400, "denied"],
    ["Unknown", 403, "denied"],
    ["Unknown", 429, "busy"],
    ["Unknown", 502, "busy"],
    ["Unknown", 418, "request"],
    ["SyntaxError", undefined, "busy"],
    ["AbortError", undefined, "cancelled"],
    ["Odd", undefined, "unknown"],
  ])("%s with status %s is of kind %s", (name, httpStatusCode, kind) => {
    expect(kindOf(Object.assign(new Error("x"), { name, $metadata: { httpStatusCode } }))).toBe(kind);
  });

  it("sends whoever named a region that does not exist back to the region", () => {
    const nowhere = Object.assign(new Error("getaddrinfo ENOTFOUND ssm.eu-nowhere-1.amazonaws.com"), {
      code: "ENOTFOUND",
    });
    expect(upstreamError("list commands", nowhere)).toMatchObject({
      message: "list commands: Error: getaddrinfo ENOTFOUND ssm.eu-nowhere-1.amazonaws.com",
      hint: expect.stringMatching(/check AWS_REGION/),
      // A name server may be out for a moment, too.
      retryable: true,
    });
  });
});

it("repeats no secret that a service repeats", () => {
  const { message } = upstreamError("send it", new Error("bad value password=hunter2hunter2 at 'parameters'"));
  expect(message).toBe("send it: Error: bad value password=[redacted-password] at 'parameters'");
});
