import { describe, expect, it } from "vitest";
import { commentOf } from "../../src/aws/action-identity.ts";
import { ssmSdk } from "../../src/aws/clients.ts";
import { ssmCommands } from "../../src/aws/ssm-commands.ts";
import type { PlannedAction } from "../../src/domain/tool.ts";
import type { AwsAnswer } from "../wire/aws-stub.ts";
import { awsService, byOperation, inTurn, operations, realClock } from "./wire.ts";

const commandId = "ef7fdfd8-9b57-4151-a15c-db9a12345678";
const handle = { kind: "command", id: commandId } as const;
const one = "i-1234567890abcdef0";
const two = "i-1234567890abcdef1";
const hash = "a".repeat(64);
const plan: PlannedAction = {
  document: { name: "AWS-RunShellScript", type: "Command", version: "1", hash },
  parameters: { commands: ["systemctl restart web"] },
  commandText: "systemctl restart web",
  targets: [one],
  account: "123456789012",
  region: "eu-west-1",
  timeoutSeconds: 300,
};
const description = {
  Name: "AWS-RunShellScript",
  DocumentType: "Command",
  DocumentVersion: "1",
  Hash: hash,
  HashType: "Sha256",
  Status: "Active",
  Parameters: [
    { Name: "commands", Type: "StringList" },
    { Name: "executionTimeout", Type: "String" },
  ],
};
const described = { output: { Document: description } };
const invocation = (over: object = {}) => ({
  output: {
    CommandId: commandId,
    InstanceId: one,
    Status: "Success",
    StatusDetails: "Success",
    ResponseCode: 0,
    ...over,
  },
});
/** The pace that spares an account would make a test of two hundred pages wait for it. */
const sdk = () => ssmSdk({ pace: { burst: 1000, perSecond: 1000 } });
const runner = () => ssmCommands({ clock: realClock, settleMilliseconds: 1, sdk: sdk() });

describe("a document", () => {
  it("comes with its type, number and hash", async () => {
    const stub = await awsService("ssm", inTurn(described));
    expect(await runner().document("AWS-RunShellScript", "1")).toEqual({ type: "Command", version: "1", hash });
    expect(stub.calls[0]?.input).toEqual({ Name: "AWS-RunShellScript", DocumentVersion: "1" });
  });

  it.each([
    ["does not exist", { error: "InvalidDocument" } as const],
    ["has no such version", { error: "InvalidDocumentVersion" } as const],
    ["is neither a command nor an automation", { output: { Document: { ...description, DocumentType: "Session" } } }],
    ["is being deleted", { output: { Document: { ...description, Status: "Deleting" } } }],
  ])("is undefined when it %s", async (_name, answer) => {
    await awsService("ssm", inTurn(answer));
    expect(await runner().document("AWS-RunShellScript", "1")).toBeUndefined();
  });

  it("cannot be pinned without a SHA-256 hash", async () => {
    await awsService("ssm", inTurn({ output: { Document: { ...description, Hash: "x", HashType: "Sha1" } } }));
    await expect(runner().document("AWS-RunShellScript", "1")).rejects.toMatchObject({ code: "upstream_failed" });
  });
});

describe("sending a command", () => {
  it("pins version and hash, carries the action's id, and goes from host to host until one fails", async () => {
    const stub = await awsService(
      "ssm",
      byOperation({ DescribeDocument: described, SendCommand: { output: { Command: { CommandId: commandId } } } }),
    );
    expect(await runner().send({ ...plan, targets: [one, two] }, "run-abcd/t3c1")).toEqual(handle);
    expect(stub.calls.at(-1)?.input).toEqual({
      DocumentName: "AWS-RunShellScript",
      DocumentVersion: "1",
      DocumentHash: hash,
      DocumentHashType: "Sha256",
      InstanceIds: [one, two],
      Parameters: { commands: ["systemctl restart web"], executionTimeout: ["300"] },
      Comment: "run-abcd/t3c1",
      TimeoutSeconds: 60,
      MaxConcurrency: "1",
      MaxErrors: "0",
    });
  });

  it.each([
    ["was throttled", { error: "ThrottlingException", status: 400 } as const],
    ["failed inside the service", { error: "InternalServerError", status: 500 } as const],
    ["was cut off", { hangUp: true } as const],
    ["was answered with nonsense", { raw: "oops" } as const],
  ])("is never sent twice: one that %s is not repeated, because the command may have run", async (_name, answer) => {
    const stub = await awsService("ssm", byOperation({ DescribeDocument: described, SendCommand: answer }));
    await expect(runner().send(plan, "a1")).rejects.toMatchObject({ code: "upstream_failed", retryable: true });
    expect(operations(stub).filter((name) => name === "SendCommand")).toHaveLength(1);
  });

  it("is not sent to an Automation document such as the one that restarts instances", async () => {
    const Document = { ...description, Name: "AWS-RestartEC2Instance", DocumentType: "Automation" };
    const stub = await awsService("ssm", byOperation({ DescribeDocument: { output: { Document } } }));
    const wrong = { ...plan, document: { ...plan.document, name: "AWS-RestartEC2Instance" } };
    await expect(runner().send(wrong, "a1")).rejects.toMatchObject({
      code: "bad_input",
      message: expect.stringMatching(/type Automation, not Command; nothing was sent/),
    });
    expect(operations(stub)).not.toContain("SendCommand");
  });

  it("is not sent when the document changed after the approval", async () => {
    const Document = { ...description, Hash: "b".repeat(64) };
    const stub = await awsService("ssm", byOperation({ DescribeDocument: { output: { Document } } }));
    await expect(runner().send(plan, "a1")).rejects.toMatchObject({ code: "bad_input" });
    expect(operations(stub)).toEqual(["DescribeDocument"]);
  });

  it("is not sent when the last look took so long that somebody may have concluded it never was", async () => {
    let now = 0;
    const clock = { now: () => (now += 9_000) };
    const stub = await awsService("ssm", byOperation({ DescribeDocument: described }));
    await expect(ssmCommands({ clock }).send(plan, "a1")).rejects.toMatchObject({
      code: "bad_input",
      message: expect.stringMatching(/nothing was sent/),
    });
    expect(operations(stub)).not.toContain("SendCommand");
  });

  it("is given up when the service does not answer in time, for its fate to be learned", async () => {
    const sent = { output: { Command: { CommandId: commandId } }, delayMs: 3_000 };
    await awsService("ssm", byOperation({ DescribeDocument: described, SendCommand: sent }));
    const commands = ssmCommands({ clock: { now: () => 0 }, sendMilliseconds: 100 });
    await expect(commands.send(plan, "a1")).rejects.toMatchObject({ code: "upstream_failed", retryable: true });
  });

  it("is never sent to nobody in particular", async () => {
    const stub = await awsService("ssm", byOperation({ DescribeDocument: described }));
    await expect(runner().send({ ...plan, targets: [] }, "a1")).rejects.toMatchObject({ code: "bad_input" });
    expect(operations(stub)).not.toContain("SendCommand");
  });

  it("says that a target is not managed", async () => {
    await awsService("ssm", byOperation({ DescribeDocument: described, SendCommand: { error: "InvalidInstanceId" } }));
    await expect(runner().send(plan, "a1")).rejects.toMatchObject({ code: "not_found", retryable: false });
  });

  it("keeps the comment within 100 characters, whatever the action's id", async () => {
    expect(commentOf("x".repeat(500))).toMatch(/^sha256 [0-9a-f]{64}$/);
    expect(commentOf("x".repeat(500))).not.toBe(commentOf("x".repeat(501)));
  });
});

describe("finding a command that may have been sent", () => {
  const listed = (Comment: string, more: object = {}) => ({
    output: { Commands: [{ CommandId: commandId, Comment }], ...more },
  });

  it("looks through every page for the action's comment", async () => {
    const stub = await awsService("ssm", inTurn(listed("other", { NextToken: "n" }), listed("a1")));
    expect(await runner().find(plan, "a1")).toEqual(handle);
    expect(stub.calls[1]?.input).toMatchObject({ MaxResults: 50, NextToken: "n" });
    const filters = stub.calls[0]?.input.Filters as { key: string; value: string }[];
    expect(filters.map(({ key }) => key)).toEqual(["InvokedAfter", "DocumentName"]);
    expect(filters[0]?.value).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  it("looks again before it says that nothing was sent, since a new command is not listed at once", async () => {
    const stub = await awsService("ssm", inTurn({ output: { Commands: [] } }, listed("a1")));
    expect(await runner().find(plan, "a1")).toEqual(handle);
    expect(stub.calls).toHaveLength(2);
  });

  it("does not take a longer id that begins alike for its own", async () => {
    await awsService("ssm", inTurn(listed("a12")));
    expect(await runner().find(plan, "a1")).toBeUndefined();
  });

  it("rejects when it cannot look through all of them, and never says undefined", async () => {
    let page = 0;
    await awsService("ssm", () => {
      page += 1;
      return listed("other", { NextToken: `n${page}` });
    });
    await expect(runner().find(plan, "a1")).rejects.toMatchObject({ code: "upstream_failed", retryable: true });
    await awsService("ssm", inTurn({ error: "AccessDeniedException", status: 400 }));
    await expect(runner().find(plan, "a1")).rejects.toMatchObject({ code: "upstream_failed", retryable: false });
  });
});

describe("the state of a command", () => {
  const state = async (...answers: readonly AwsAnswer[]) => {
    await awsService("ssm", inTurn(...answers));
    return runner().status(handle, plan);
  };

  it("is running right after the send, when the service knows of no invocation yet", async () => {
    await awsService(
      "ssm",
      byOperation({
        GetCommandInvocation: { error: "InvocationDoesNotExist" },
        ListCommands: { output: { Commands: [{ CommandId: commandId, Status: "InProgress" }] } },
      }),
    );
    expect(await runner().status(handle, plan)).toEqual({ state: "running", outcomes: [] });
  });

  it("is a failure when the command ended without ever reaching a target", async () => {
    await awsService(
      "ssm",
      byOperation({
        GetCommandInvocation: { error: "InvocationDoesNotExist" },
        ListCommands: { output: { Commands: [{ CommandId: commandId, Status: "TimedOut" }] } },
      }),
    );
    expect(await runner().status(handle, plan)).toMatchObject({
      state: "failed",
      outcomes: [{ target: one, state: "undeliverable", exitCode: -1 }],
    });
  });

  it.each(["Pending", "InProgress", "Delayed", "Cancelling"])("is running while it is %s", async (Status) => {
    expect(await state(invocation({ Status, StatusDetails: Status, ResponseCode: -1 }))).toEqual({
      state: "running",
      outcomes: [],
    });
  });

  it.each([
    ["Success", "Success", "succeeded"],
    ["Failed", "Failed", "failed"],
    ["Failed", "Undeliverable", "undeliverable"],
    ["Failed", "Invalid Platform", "undeliverable"],
    ["Failed", "AccessDenied", "undeliverable"],
    ["Failed", "Terminated", "cancelled"],
    ["TimedOut", "Delivery Timed Out", "undeliverable"],
    ["TimedOut", "DeliveryTimedOut", "undeliverable"],
    ["TimedOut", "Execution Timed Out", "timed_out"],
    ["TimedOut", "TimedOut", "timed_out"],
    ["Cancelled", "Cancelled", "cancelled"],
  ])("%s with details %s is %s", async (Status, StatusDetails, expected) => {
    const found = await state(invocation({ Status, StatusDetails }));
    expect(found.outcomes[0]?.state).toBe(expected);
    expect(found.state).toBe(expected === "succeeded" ? "succeeded" : "failed");
  });

  it("tells that output was cut, by its length or by the agent's own mark", async () => {
    const long = await state(invocation({ StandardOutputContent: "x".repeat(24_000) }));
    expect(long.outcomes[0]).toMatchObject({ truncated: true });
    const marked = await state(invocation({ StandardErrorContent: "some\n--output truncated--" }));
    expect(marked.outcomes[0]).toMatchObject({ truncated: true });
    const whole = await state(invocation({ StandardOutputContent: "HelloWorld\r\n" }));
    expect(whole.outcomes[0]).toMatchObject({ truncated: false, stdout: "HelloWorld\r\n", exitCode: 0 });
  });

  it("waits for every target and fails when one of them did", async () => {
    await awsService("ssm", (call) =>
      call.input.InstanceId === one ? invocation() : invocation({ InstanceId: two, Status: "Failed", ResponseCode: 2 }),
    );
    const found = await runner().status(handle, { ...plan, targets: [one, two] });
    expect(found.state).toBe("failed");
    expect(found.outcomes.map((each) => [each.target, each.exitCode])).toEqual([
      [one, 0],
      [two, 2],
    ]);
  });

  it("joins the outputs of a document of several steps", async () => {
    const CommandPlugins = [
      { Name: "free", Status: "Success", ResponseCode: 0, Output: "ok" },
      { Name: "restart", Status: "Failed", StatusDetails: "Failed", ResponseCode: 5, Output: "x".repeat(2_500) },
    ];
    await awsService(
      "ssm",
      byOperation({
        GetCommandInvocation: { error: "InvalidPluginName" },
        ListCommandInvocations: {
          output: { CommandInvocations: [{ InstanceId: one, Status: "Failed", CommandPlugins }] },
        },
      }),
    );
    expect((await runner().status(handle, plan)).outcomes[0]).toMatchObject({
      state: "failed",
      exitCode: 5,
      stdout: expect.stringMatching(/^\[free\] ok\n\[restart\] x/),
      stderr: "step restart: Failed",
      truncated: true,
    });
  });

  it("does not take a refused look for a running command", async () => {
    await expect(state({ error: "AccessDeniedException", status: 400 })).rejects.toMatchObject({
      code: "upstream_failed",
      retryable: false,
    });
  });
});
