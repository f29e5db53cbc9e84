import { describe, expect, it } from "vitest";
import { memberGrants } from "../../src/aws/needs.ts";
import { checkPolicy, lookPolicy, sendPolicy } from "../../src/aws/session-policy.ts";
import type { Reach } from "../../src/aws/statement.ts";
import type { PlannedAction } from "../../src/domain/tool.ts";
import { tools } from "../../tools/index.ts";

const place = { account: "111122223333", region: "eu-central-1" };
const reach: Reach = {
  ...place,
  partition: "aws",
  documents: [{ name: "AWS-RunShellScript", type: "Command", shared: true, calls: [] }],
  models: [],
  logs: "filter",
  logGroups: ["*"],
  optIn: { key: "healer", value: "managed" },
};
const plan: PlannedAction = {
  document: { name: "AWS-RunShellScript", type: "Command", version: "1", hash: "a" },
  parameters: {},
  targets: ["i-1"],
  ...place,
  timeoutSeconds: 60,
};

type Statement = {
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource: unknown;
  readonly Condition: unknown;
};
const statements = (policy: object) => (policy as { readonly Statement: readonly Statement[] }).Statement;
const allows = (policy: object, action: string): boolean =>
  statements(policy).some(({ Action = [] }) =>
    Action.some((pattern) => (pattern.endsWith("*") ? action.startsWith(pattern.slice(0, -1)) : action === pattern)),
  );

describe("a session's policy", () => {
  it.each(["filter", "insights"] as const)("lets it read all that tools need, with logs by %s", (logs) => {
    const needed = memberGrants(tools.values(), { ...reach, logs }, "look").flatMap(({ actions }) => actions);
    expect(needed.length).toBeGreaterThan(10);
    expect(needed.filter((action) => !allows(lookPolicy(place), action))).toEqual([]);
    // The hands send in a session of its own.
    const reads = needed.filter((action) => action !== "ssm:SendCommand");
    expect(reads.filter((action) => !allows(checkPolicy(place), action))).toEqual([]);
  });

  it("holds it in its region, whatever the role may", () => {
    const automation = { ...plan, document: { ...plan.document, type: "Automation" } } as const;
    for (const policy of [lookPolicy(place), checkPolicy(place), sendPolicy(plan), sendPolicy(automation)]) {
      for (const { Condition } of statements(policy)) {
        expect(Condition).toEqual({ StringEquals: { "aws:RequestedRegion": "eu-central-1" } });
      }
      expect(JSON.stringify(policy).length).toBeLessThan(2048);
    }
  });

  it("of the hands sends nothing while it looks", () => {
    for (const action of ["ssm:SendCommand", "ssm:StartAutomationExecution", "ec2:StopInstances"]) {
      expect(allows(checkPolicy(place), action), action).toBe(false);
    }
  });

  it("of one automation starts that automation and no other", () => {
    const automation = { ...plan, document: { ...plan.document, name: "Healer-X", type: "Automation" } } as const;
    const [caller, starts] = statements(sendPolicy(automation));
    expect(caller?.NotAction).toEqual(["ssm:SendCommand", "ssm:StartAutomationExecution", "sts:AssumeRole"]);
    expect(starts?.Resource).toEqual([
      "arn:aws:ssm:eu-central-1:*:automation-definition/Healer-X:*",
      "arn:aws:ssm:eu-central-1:111122223333:automation-execution/*",
    ]);
  });

  it("fits with fifty targets too: then the role's own condition on the tag is what bounds them", () => {
    const targets = Array.from({ length: 50 }, (_, index) => `i-${String(index).padStart(17, "0")}`);
    expect(JSON.stringify(sendPolicy({ ...plan, targets })).length).toBeLessThan(2048);
    expect(JSON.stringify(sendPolicy({ ...plan, targets: targets.slice(0, 12) })).length).toBeLessThan(2048);
  });
});
