import { describe, expect, it } from "vitest";
import { ssmPreview } from "../../src/aws/ssm-preview.ts";
import type { PlannedAction } from "../../src/domain/tool.ts";
import { awsService, byOperation, inTurn, operations } from "./wire.ts";

const previewId = "4105a4fc-f944-11e6-9d32-0a1b2c3d4950";
const plan: PlannedAction = {
  document: { name: "AWS-RestartEC2Instance", type: "Automation", version: "1", hash: "a".repeat(64) },
  parameters: { InstanceId: ["i-1234567890abcdef0"] },
  targets: ["i-1234567890abcdef0"],
  account: "123456789012",
  region: "eu-west-1",
  timeoutSeconds: 300,
};
const started = { output: { ExecutionPreviewId: previewId } };
const look = (over: object = {}) => ({ output: { ExecutionPreviewId: previewId, ...over } });
const foresee = (asked: PlannedAction, milliseconds = 20_000) =>
  ssmPreview({ pollMilliseconds: 1 }).of(asked, AbortSignal.timeout(milliseconds));

describe("the preview of an automation", () => {
  it("waits for the service and counts what would change", async () => {
    const ExecutionPreview = {
      Automation: {
        StepPreviews: { Mutating: 2, NonMutating: 1 },
        Regions: ["eu-west-1"],
        TargetPreviews: [{ Count: 1, TargetType: "AWS::EC2::Instance" }],
      },
    };
    const looks = [look({ Status: "InProgress" }), look({ Status: "Success", ExecutionPreview })];
    const stub = await awsService(
      "ssm",
      byOperation({ StartExecutionPreview: started, GetExecutionPreview: () => looks.shift() ?? look() }),
    );
    expect(await foresee(plan)).toEqual({
      known: true,
      mutatingSteps: 2,
      readOnlySteps: 1,
      undeterminedSteps: 0,
      regions: ["eu-west-1"],
      targets: 1,
    });
    expect(stub.calls[0]?.input).toMatchObject({ DocumentVersion: "1", ExecutionInputs: { Automation: {} } });
    expect(operations(stub)).not.toContain("StartAutomationExecution");
  });

  it.each([
    [
      "fails",
      { StartExecutionPreview: started, GetExecutionPreview: look({ Status: "Failed", StatusMessage: "no role" }) },
    ],
    ["never ends", { StartExecutionPreview: started, GetExecutionPreview: look({ Status: "Pending" }) }],
    ["is refused", { StartExecutionPreview: { error: "AccessDeniedException" } }],
  ] as const)("is unknown, and no error, when it %s", async (_name, answers) => {
    await awsService("ssm", byOperation(answers));
    expect(await foresee(plan, 1_000)).toMatchObject({ known: false, why: expect.stringMatching(/\w/) });
  });

  it("is not asked for a command", async () => {
    const stub = await awsService("ssm", inTurn(started));
    const command: PlannedAction = { ...plan, document: { ...plan.document, type: "Command" } };
    expect(await foresee(command)).toMatchObject({ known: false });
    expect(stub.calls).toHaveLength(0);
  });
});
