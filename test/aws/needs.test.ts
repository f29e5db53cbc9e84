import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { automationGrants } from "../../src/aws/automation-grants.ts";
import { documentsOf } from "../../src/aws/documents.ts";
import { modelGrants } from "../../src/aws/model-grants.ts";
import { changeGrants, readGrants } from "../../src/aws/needs.ts";
import type { Resources } from "../../src/aws/record-grants.ts";
import { functionNames, roleOf } from "../../src/aws/roles.ts";
import type { Reach } from "../../src/aws/statement.ts";
import type { Tool } from "../../src/domain/tool.ts";
import { projectFolder } from "../../src/local/files.ts";
import { tools } from "../../tools/index.ts";

const reach: Reach = {
  partition: "aws",
  region: "eu-west-1",
  account: "123456789012",
  documents: [
    { name: "AWS-RunShellScript", type: "Command", shared: true, calls: [] },
    { name: "Healer-SetDesiredCapacity", type: "Automation", shared: false, calls: ["autoscaling:SetDesiredCapacity"] },
  ],
  models: ["global.anthropic.claude-sonnet-5-5"],
  logs: "filter",
  logGroups: ["/app/*"],
  optIn: { key: "healer", value: "managed" },
};

const toolWith = (kind: "read" | "change", ...needs: readonly string[]): Tool => ({ kind, needs }) as unknown as Tool;
const actions = (statements: readonly { readonly actions: readonly string[] }[]) =>
  statements.flatMap((statement) => statement.actions);

describe("grants from what tools need", () => {
  it("follow the tools: no tool that reads logs, no permission to read logs", () => {
    expect(actions(readGrants([toolWith("read", "metrics")], reach))).toEqual([
      "cloudwatch:GetMetricData",
      "cloudwatch:ListMetrics",
    ]);
    expect(actions(readGrants([toolWith("read", "logs")], reach))).toEqual([
      "logs:DescribeLogGroups",
      "logs:FilterLogEvents",
    ]);
    expect(readGrants([toolWith("read", "clock", "calendar")], reach)).toEqual([]);
  });

  it("reach the log groups of the settings and no others", () => {
    const [, events] = readGrants([toolWith("read", "logs")], reach);
    expect(events?.resources).toEqual([
      "arn:aws:logs:eu-west-1:123456789012:log-group:/app/*",
      "arn:aws:logs:eu-west-1:123456789012:log-group:/app/*:*",
    ]);
  });

  it("let a reading tool that looks at documents describe them, and never send one", () => {
    expect(actions(readGrants([toolWith("read", "commands")], reach))).toEqual(["ssm:DescribeDocument"]);
    expect(changeGrants([toolWith("read", "commands")], reach)).toEqual([]);
  });

  it("send listed documents to targets with the opt-in tag", () => {
    const sends = changeGrants([toolWith("change", "commands")], reach).filter(({ actions }) =>
      actions.includes("ssm:SendCommand"),
    );
    expect(sends).toEqual([
      { actions: ["ssm:SendCommand"], resources: ["arn:aws:ssm:eu-west-1::document/AWS-RunShellScript"] },
      {
        actions: ["ssm:SendCommand"],
        resources: [
          "arn:aws:ec2:eu-west-1:123456789012:instance/*",
          "arn:aws:ssm:eu-west-1:123456789012:managed-instance/*",
        ],
        conditions: [{ test: "StringEquals", variable: "ssm:resourceTag/healer", values: ["managed"] }],
      },
    ]);
  });

  it("reach a foundation model only through the profile that leads to it", () => {
    const [profile, foundation] = modelGrants(reach);
    const arn = "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/global.anthropic.claude-sonnet-5-5";
    expect(profile?.resources).toEqual([arn]);
    expect(foundation).toMatchObject({
      resources: [
        "arn:aws:bedrock:*::foundation-model/anthropic.claude-sonnet-5-5",
        "arn:aws:bedrock:::foundation-model/anthropic.claude-sonnet-5-5",
      ],
      conditions: [{ variable: "bedrock:InferenceProfileArn", values: [arn] }],
    });
  });

  it("refuse an automation call that nobody has thought about", () => {
    expect(() => automationGrants(["iam:CreateUser"], reach)).toThrow("no grant is known");
  });

  it("say why wherever they are on everything", () => {
    const own = ownResources();
    for (const name of functionNames) {
      for (const statement of roleOf(name, tools.values(), reach, own)) {
        if (statement.resources.includes("*"))
          expect(statement.why, `${name} ${statement.actions.join()}`).toMatch(/\w{3}/);
      }
    }
  });
});

describe("documents of the shipped runbooks", () => {
  it("are all known, with the calls that each automation makes", async () => {
    const uses = await documentsOf(join(projectFolder, "runbooks"));
    expect(uses.find(({ name }) => name === "Healer-SetDesiredCapacity")).toEqual({
      name: "Healer-SetDesiredCapacity",
      type: "Automation",
      shared: false,
      calls: ["autoscaling:SetDesiredCapacity"],
    });
    expect(() =>
      automationGrants(
        uses.flatMap(({ calls }) => [...calls]),
        reach,
      ),
    ).not.toThrow();
  });
});

function ownResources(): Resources {
  const names = ["audit", "auditStream", "incidents", "approvals", "stateMachine", "queue", "lostAnchors", "anchors"];
  return Object.fromEntries(names.map((name) => [name, `arn:aws:x:eu-west-1:123456789012:${name}`])) as Resources;
}
