import { describe, expect, it } from "vitest";
import { clientTokenOf, tagKeyOf } from "../../src/aws/action-identity.ts";
import { ssmCommands } from "../../src/aws/ssm-commands.ts";
import type { PlannedAction } from "../../src/domain/tool.ts";
import { awsService, byOperation, inTurn, operations, realClock } from "./wire.ts";

const executionId = "4105a4fc-f944-11e6-9d32-0a1b2c3d495h";
const handle = { kind: "automation", id: executionId } as const;
const hash = "a".repeat(64);
const plan: PlannedAction = {
  document: { name: "AWS-RestartEC2Instance", type: "Automation", version: "1", hash },
  parameters: { InstanceId: ["i-1234567890abcdef0"] },
  targets: ["i-1234567890abcdef0"],
  account: "123456789012",
  region: "eu-west-1",
  timeoutSeconds: 300,
};
const described = (DocumentType: string) => ({
  output: {
    Document: { Name: "AWS-RestartEC2Instance", DocumentType, DocumentVersion: "1", Hash: hash, HashType: "Sha256" },
  },
});
const runner = () => ssmCommands({ clock: realClock, settleMilliseconds: 1 });

describe("starting an automation", () => {
  it("names itself by the action, so that a repetition starts nothing new", async () => {
    const stub = await awsService(
      "ssm",
      byOperation({
        DescribeDocument: described("Automation"),
        StartAutomationExecution: { output: { AutomationExecutionId: executionId } },
      }),
    );
    expect(await runner().send(plan, "run-abcd/t3c1")).toEqual(handle);
    expect(await runner().send(plan, "run-abcd/t3c1")).toEqual(handle);
    const starts = stub.calls.filter((call) => call.operation === "StartAutomationExecution");
    expect(starts[0]?.input).toEqual(starts[1]?.input);
    expect(starts[0]?.input).toMatchObject({
      DocumentName: "AWS-RestartEC2Instance",
      DocumentVersion: "1",
      ClientToken: clientTokenOf("run-abcd/t3c1"),
      Parameters: { InstanceId: ["i-1234567890abcdef0"] },
      Tags: [{ Key: tagKeyOf("run-abcd/t3c1"), Value: "run-abcd/t3c1" }],
    });
    expect(operations(stub)).not.toContain("SendCommand");
  });

  it("is repeated by the SDK after a failure, because its token makes that safe", async () => {
    const answers = [{ error: "InternalServerError", status: 500 }, { output: { AutomationExecutionId: executionId } }];
    const stub = await awsService(
      "ssm",
      byOperation({
        DescribeDocument: described("Automation"),
        StartAutomationExecution: () => answers.shift() as { output: object & Record<string, unknown> },
      }),
    );
    expect(await runner().send(plan, "a1")).toEqual(handle);
    expect(operations(stub)).toEqual(["DescribeDocument", "StartAutomationExecution", "StartAutomationExecution"]);
  });

  it("refuses a command document under the name of an automation", async () => {
    const stub = await awsService("ssm", byOperation({ DescribeDocument: described("Command") }));
    await expect(runner().send(plan, "a1")).rejects.toMatchObject({ code: "bad_input" });
    expect(operations(stub)).toEqual(["DescribeDocument"]);
  });

  it("refuses to start another change under an action id that was used", async () => {
    await awsService(
      "ssm",
      byOperation({
        DescribeDocument: described("Automation"),
        StartAutomationExecution: { error: "IdempotentParameterMismatch" },
      }),
    );
    await expect(runner().send(plan, "a1")).rejects.toMatchObject({ code: "bad_state", retryable: false });
  });

  it("uses a version 5 UUID, the same everywhere and another for each action", () => {
    expect(clientTokenOf("a1")).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(clientTokenOf("a1")).toBe(clientTokenOf("a1"));
    expect(clientTokenOf("a1")).not.toBe(clientTokenOf("a2"));
  });
});

describe("finding an automation that may have been started", () => {
  const listed = { output: { AutomationExecutionMetadataList: [{ AutomationExecutionId: executionId }] } };
  const tags = (Key: string) => ({ output: { TagList: [{ Key, Value: "a1" }] } });

  it("finds it by the action's own tag key and confirms the tag", async () => {
    const stub = await awsService(
      "ssm",
      byOperation({ DescribeAutomationExecutions: listed, ListTagsForResource: tags(tagKeyOf("a1")) }),
    );
    expect(await runner().find(plan, "a1")).toEqual(handle);
    expect(stub.calls[0]?.input).toMatchObject({
      Filters: [{ Key: "TagKey", Values: [tagKeyOf("a1")] }, { Key: "StartTimeAfter" }],
    });
    expect(stub.calls[1]?.input).toEqual({ ResourceType: "Automation", ResourceId: executionId });
  });

  it("does not believe a listing whose execution lacks the tag", async () => {
    await awsService(
      "ssm",
      byOperation({ DescribeAutomationExecutions: listed, ListTagsForResource: tags(tagKeyOf("a2")) }),
    );
    expect(await runner().find(plan, "a1")).toBeUndefined();
  });
});

describe("the state of an automation", () => {
  const statusOf = async (AutomationExecution: object) => {
    await awsService("ssm", inTurn({ output: { AutomationExecution } }));
    return runner().status(handle, plan);
  };

  it.each([
    "Pending",
    "InProgress",
    "Waiting",
    "Cancelling",
    "PendingApproval",
    "Approved",
    "Scheduled",
    "RunbookInProgress",
    "PendingChangeCalendarOverride",
    "ChangeCalendarOverrideApproved",
  ])("is running while it is %s", async (AutomationExecutionStatus) => {
    expect(await statusOf({ AutomationExecutionStatus })).toEqual({ state: "running", outcomes: [] });
  });

  it.each([
    ["Success", "succeeded"],
    ["CompletedWithSuccess", "succeeded"],
    ["CompletedWithFailure", "failed"],
    ["Failed", "failed"],
    ["Exited", "failed"],
    ["Rejected", "failed"],
    ["ChangeCalendarOverrideRejected", "failed"],
    ["TimedOut", "timed_out"],
    ["Cancelled", "cancelled"],
  ])("%s is %s", async (AutomationExecutionStatus, expected) => {
    const found = await statusOf({ AutomationExecutionStatus });
    expect(found.outcomes[0]?.state).toBe(expected);
    expect(found.state).toBe(expected === "succeeded" ? "succeeded" : "failed");
  });

  it("tells which step failed and why", async () => {
    const found = await statusOf({
      AutomationExecutionStatus: "Failed",
      FailureMessage: "Step fails when it is Executing.",
      StepExecutions: [{ StepName: "stopInstances", StepStatus: "Failed", FailureMessage: "UnauthorizedOperation" }],
      StepExecutionsTruncated: true,
      Outputs: { "stopInstances.Output": ["a", "b"] },
    });
    expect(found.outcomes[0]).toMatchObject({
      stdout: "stopInstances.Output: a, b",
      stderr: "Step fails when it is Executing.\nstep stopInstances Failed: UnauthorizedOperation",
      truncated: true,
    });
  });

  it("is running right after the start, when the service does not know it yet", async () => {
    await awsService("ssm", inTurn({ error: "AutomationExecutionNotFoundException" }));
    expect(await runner().status(handle, plan)).toEqual({ state: "running", outcomes: [] });
  });
});
