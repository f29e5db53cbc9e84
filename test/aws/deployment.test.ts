import { describe, expect, it } from "vitest";
import { deploymentOf } from "../../src/aws/deployment.ts";
import { readEnvironment } from "../../src/aws/environment.ts";

const member = {
  account: "111122223333",
  regions: ["eu-west-1"],
  readRole: "arn:aws:iam::111122223333:role/healer-read",
  externalId: "0123456789abcdef",
};

describe("healer.deploy.json", () => {
  it("may be absent: a first deployment only suggests, and nobody may approve until somebody is named", () => {
    expect(deploymentOf("Production", {})).toMatchObject({ mode: "suggest", approvers: [], environment: "production" });
  });

  it.each([
    ["a typo must not switch a limit off", { aproveMinutes: 5 }, /aproveMinutes/],
    ["a channel's name is not its id", { slack: { teamId: "T01", appId: "A01", channel: "#ops" } }, /channel's id/],
    ["people are listed one by one", { approvers: ["slack-group:T01/S01"] }, /one by one/],
    ["no models is no model", { models: [] }, /models/],
    ["it must fit into a function's environment", { approvers: Array(200).fill("slack:T0123456/U0123456789") }, /3000/],
    ["a draft may change between two calls", { guardrail: { id: "gr1234567890", version: "DRAFT" } }, /DRAFT/],
    ["a guardrail is named by its id", { guardrail: { id: "arn:aws:bedrock:x", version: "1" } }, /not its ARN/],
    ["a mode is one of four", { modes: { "disk-full": "yolo" } }, /modes/],
    ["a region is written by its code", { regions: ["Ireland"] }, /region's code/],
    [
      "no password stands in them",
      { tracing: { otlp: "https://ada:s3cret@collector.test/v1/traces" } },
      /without user/,
    ],
    ["traces are sent encrypted", { tracing: { otlp: "http://collector.example.com/v1/traces" } }, /tracing/],
    ["tracing is one of three", { tracing: "on" }, /tracing/],
    ["an account is a number", { accounts: [{ ...member, account: "ops" }] }, /account/],
    ["a role belongs to its account", { accounts: [{ ...member, account: "999999999999" }] }, /another account/],
    ["who looks is not who changes", { accounts: [{ ...member, changeRole: member.readRole }] }, /one role/],
    ["no account stands there twice", { accounts: [member, member] }, /twice/],
    ["a role is asked for with an external id", { accounts: [{ ...member, externalId: "" }] }, /externalId/],
    ["an account is listed with its regions", { accounts: [{ ...member, regions: [] }] }, /regions/],
    ["a stage is an object", "production", /object/],
  ])("%s", (_, stage, why) => {
    expect(() => deploymentOf("production", { production: stage })).toThrow(why);
  });

  it("is an object of stages", () => {
    expect(() => deploymentOf("production", [1])).toThrow("not an object of stages");
  });
});

const good = {
  AWS_REGION: "eu-west-1",
  HEALER_ACCOUNT: "123456789012",
  HEALER_SETTINGS: JSON.stringify(deploymentOf("production", {})),
  HEALER_AUDIT: "healer-audit",
  HEALER_INCIDENTS: "healer-incidents",
  HEALER_APPROVALS: "healer-approvals",
};

describe("a function's environment", () => {
  it("is read into what the composition needs", () => {
    expect(readEnvironment({ ...good, LAMBDA_TASK_ROOT: "/var/task" })).toMatchObject({
      region: "eu-west-1",
      files: "/var/task",
      stateMachineArn: undefined,
    });
  });

  it.each([
    ["HEALER_AUDIT", undefined],
    ["HEALER_ACCOUNT", "12"],
    ["HEALER_SETTINGS", "{"],
    ["HEALER_SETTINGS", '{"mode":"yolo"}'],
    ["HEALER_STATE_MACHINE", "healer"],
  ])("names %s when it is missing or wrong", (name, value) => {
    expect(() => readEnvironment({ ...good, [name]: value })).toThrow(name);
  });
});
