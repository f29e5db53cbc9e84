import { describe, expect, it } from "vitest";
import { stepFunctionsWorkflow } from "../../src/aws/sfn-workflow.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { awsService, inTurn } from "./wire.ts";

const stateMachineArn = "arn:aws:states:eu-west-1:123456789012:stateMachine:healer";
const runId = "run-abcd1234" as RunId;
const workflow = () => stepFunctionsWorkflow({ stateMachineArn });
const started = {
  output: {
    executionArn: `${stateMachineArn.replace("stateMachine", "execution")}:${runId}`,
    startDate: 1_763_900_000,
  },
};

describe("starting a run's workflow", () => {
  it("names the execution after the run", async () => {
    const stub = await awsService("stepfunctions", inTurn(started));
    await workflow().start(runId);
    expect(stub.calls[0]?.input).toEqual({ stateMachineArn, name: runId, input: '{"runId":"run-abcd1234"}' });
  });

  it("is content when the execution of that name is already closed", async () => {
    await awsService("stepfunctions", inTurn({ error: "ExecutionAlreadyExists" }));
    await expect(workflow().start(runId)).resolves.toBeUndefined();
  });

  it.each([
    ["StateMachineDoesNotExist", 400, false],
    ["StateMachineDeleting", 400, false],
    ["ExecutionLimitExceeded", 400, true],
    ["ThrottlingException", 400, true],
    ["InternalFailure", 500, true],
  ])("rejects on %s", async (error, status, retryable) => {
    await awsService("stepfunctions", inTurn({ error, status }));
    await expect(workflow().start(runId)).rejects.toMatchObject({ code: "upstream_failed", retryable });
  });

  it("repeats a start whose answer was lost: the name makes it safe", async () => {
    const stub = await awsService("stepfunctions", inTurn({ hangUp: true }, started));
    await workflow().start(runId);
    expect(stub.calls).toHaveLength(2);
  });
});

describe("ending an approval's wait", () => {
  it("sends no decision, only that there is one", async () => {
    const stub = await awsService("stepfunctions", inTurn({ output: {} }));
    await workflow().resume("t".repeat(2_048));
    expect(stub.calls[0]?.input).toEqual({ taskToken: "t".repeat(2_048), output: "{}" });
  });

  it.each([
    ["TaskTimedOut", "after a second click or after the time was up"],
    ["TaskDoesNotExist", "after the execution ended"],
    ["InvalidToken", "when the token is spoilt"],
  ])("leaves %s to the approval's record (%s)", async (error) => {
    await awsService("stepfunctions", inTurn({ error }));
    await expect(workflow().resume("token")).resolves.toBeUndefined();
  });

  it("rejects when the service is down, and keeps the token out of the message", async () => {
    await awsService("stepfunctions", inTurn({ error: "InternalFailure", status: 500 }));
    const error = await workflow()
      .resume("secret-token")
      .catch((each: Error) => each);
    expect(error).toMatchObject({ code: "upstream_failed", retryable: true });
    expect(String((error as Error).message)).not.toContain("secret-token");
  });
});
