import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { alarmPattern } from "../../src/aws/alarm-pattern.ts";
import { deploymentOf } from "../../src/aws/deployment.ts";
import { documentsOf, ownDocuments } from "../../src/aws/documents.ts";
import { type MemberOptions, memberTemplate } from "../../src/aws/member-template.ts";
import { projectFolder } from "../../src/local/files.ts";
import { tools } from "../../tools/index.ts";

const account = "111122223333";
const listed = {
  account,
  regions: ["eu-west-1", "eu-central-1"],
  readRole: `arn:aws:iam::${account}:role/healer-read`,
  changeRole: `arn:aws:iam::${account}:role/ops/healer-change`,
  externalId: "0123456789abcdef",
};
const settings = (member: object = listed) =>
  deploymentOf("production", { production: { regions: ["us-east-1"], accounts: [member] } });

type Made = {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties: Readonly<Record<string, unknown>>;
};
type Statement = {
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: { readonly StringEquals?: Readonly<Record<string, readonly string[]>> };
};

describe("the template for an account of the allow-list", () => {
  let options: MemberOptions;
  beforeAll(async () => {
    const runbooks = join(projectFolder, "runbooks");
    options = {
      centre: {
        name: "incident-healer-production",
        partition: "aws",
        account: "123456789012",
        region: "eu-west-1",
        brainRole: "arn:aws:iam::123456789012:role/brain",
        handsRole: "arn:aws:iam::123456789012:role/hands",
      },
      settings: settings(),
      account,
      tools: [...tools.values()],
      documents: await documentsOf(runbooks),
      ownDocuments: await ownDocuments(runbooks),
    };
  });
  const resources = (more: Partial<MemberOptions> = {}): Readonly<Record<string, Made>> => {
    const template = memberTemplate({ ...options, ...more });
    return (template as { readonly Resources: Record<string, Made> } | undefined)?.Resources ?? {};
  };
  const grants = (role: Made | undefined): readonly Statement[] => {
    const [policy] = (role?.Properties["Policies"] ?? []) as readonly {
      PolicyDocument: { Statement: readonly Statement[] };
    }[];
    return policy?.PolicyDocument.Statement ?? [];
  };

  it("has two roles by their listed names, each trusting one role of the healer and asking for the external id", () => {
    const { ReadRole, ChangeRole } = resources();
    for (const [role, name, path, trusted] of [
      [ReadRole, "healer-read", undefined, options.centre.brainRole],
      [ChangeRole, "healer-change", "/ops/", options.centre.handsRole],
    ] as const) {
      expect(role?.Properties).toMatchObject({ RoleName: name });
      expect(role?.Properties["Path"]).toBe(path);
      expect(role?.Properties["AssumeRolePolicyDocument"]).toEqual({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { AWS: trusted },
            Action: "sts:AssumeRole",
            Condition: { StringEquals: { "sts:ExternalId": listed.externalId } },
          },
        ],
      });
    }
  });

  it("lets the read role change nothing, and the change role only what carries the tag", () => {
    const reads = grants(resources()["ReadRole"]);
    const writes = reads.filter(({ Action }) =>
      Action.some((action) => !/:(Describe|Filter|Get|List|Lookup)/.test(action)),
    );
    // An analysis that starts no execution, and the probe, whose lines are fixed and only read.
    expect(writes.flatMap(({ Action }) => Action)).toEqual([
      "ssm:GetExecutionPreview",
      "ssm:StartExecutionPreview",
      "ssm:SendCommand",
      "ssm:SendCommand",
    ]);
    const [probe] = writes.filter(({ Action }) => Action.includes("ssm:SendCommand"));
    expect(probe?.Resource).toEqual([`arn:aws:ssm:*:${account}:document/Healer-ProbeHost`]);
    const changes = grants(resources()["ChangeRole"]).filter(({ Action }) =>
      Action.some((action) => !/:(AddTagsToResource|Describe|Get|List)/.test(action)),
    );
    for (const { Action, Resource, Condition } of changes) {
      const tagged = Object.entries(Condition?.StringEquals ?? {}).some(
        ([key, value]) => /ResourceTag\/healer$/i.test(key) && value.join() === "managed",
      );
      const document = Resource.every((arn) => /:(document|automation-(definition|execution))\//.test(arn));
      expect(tagged || document, `${Action.join()} on ${Resource.join()}`).toBe(true);
    }
  });

  it("holds every grant in the listed regions, and the account's own things in the account", () => {
    for (const statement of [...grants(resources()["ReadRole"]), ...grants(resources()["ChangeRole"])]) {
      expect(statement.Condition?.StringEquals?.["aws:RequestedRegion"]).toEqual(listed.regions);
      for (const arn of statement.Resource) expect(arn).toMatch(/^\*$|:\*:(111122223333)?:/);
      for (const action of statement.Action) expect(action).not.toMatch(/\*|^(iam|sts|pricing|bedrock):/);
    }
  });

  it("leaves the change role out where nothing may be changed", () => {
    const { changeRole: _, ...readOnly } = listed;
    expect(Object.keys(resources({ settings: settings(readOnly) }))).not.toContain("ChangeRole");
  });

  it("forwards the alarms that the healer takes to its bus, and keeps those that can not be delivered", () => {
    const { AlarmChanges, ForwardRole } = resources();
    const bus = "arn:aws:events:eu-west-1:123456789012:event-bus/incident-healer-production-members";
    expect(AlarmChanges?.Properties).toMatchObject({
      EventPattern: alarmPattern("incident-healer-production-"),
      Targets: [{ Arn: bus, DeadLetterConfig: { Arn: { "Fn::GetAtt": ["Undelivered", "Arn"] } } }],
    });
    expect(JSON.stringify(ForwardRole?.Properties["Policies"])).toContain(`"Resource":"${bus}"`);
  });

  it("makes roles once and documents in every region, and fits into one request", () => {
    const made = Object.entries(resources());
    for (const [name, { Type, Condition }] of made) {
      expect(Condition, name).toBe(Type === "AWS::IAM::Role" ? "First" : undefined);
    }
    const documents = made.filter(([, { Type }]) => Type === "AWS::SSM::Document");
    expect(documents).toHaveLength(options.ownDocuments.length + 1);
    expect(JSON.stringify(memberTemplate(options)).length).toBeLessThan(51_200);
  });

  it("for the healer's own account is about its other regions, and needs no role to assume", () => {
    const own = resources({ account: "123456789012" });
    expect(Object.values(own).filter(({ Type }) => Type === "AWS::IAM::Role")).toHaveLength(1);
    expect(Object.keys(own)).toContain("AlarmChanges");
  });

  it("does not exist for an account that nobody listed", () => {
    expect(memberTemplate({ ...options, account: "999999999999" })).toBeUndefined();
  });
});
