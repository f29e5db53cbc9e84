import { parse as parseYaml } from "yaml";
import type { Tool } from "../domain/tool.ts";
import { probeDocument, probeDocumentName } from "../probe/probes.ts";
import { alarmPattern, memberBusOf } from "./alarm-pattern.ts";
import type { Deployment } from "./deployment.ts";
import type { DocumentText } from "./documents.ts";
import { memberGrants } from "./needs.ts";
import type { ArnPlace, Condition, DocumentUse, Statement } from "./statement.ts";

/** The healer that looks and changes from elsewhere. */
export type Centre = ArnPlace & {
  /** Application and stage: `incident-healer-production`. */
  readonly name: string;
  readonly brainRole: string;
  readonly handsRole: string;
};

export type MemberOptions = {
  readonly centre: Centre;
  readonly settings: Deployment;
  /** A listed account, or the centre's own for its other regions. */
  readonly account: string;
  readonly tools: readonly Tool[];
  readonly documents: readonly DocumentUse[];
  readonly ownDocuments: readonly DocumentText[];
};

type Resources = Record<string, object>;

/**
 * CloudFormation for one listed account, the same template in each of its regions; roles are made in the first one. What
 * the roles may do comes from what the tools need, as it does for the healer's own. Undefined for an account that is not listed.
 */
export function memberTemplate(options: MemberOptions): object | undefined {
  const { centre, settings, account } = options;
  const regions = regionsOf(options);
  if (regions.length === 0) return undefined;
  const isOwn = account === centre.account;
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: `Incident healer: what ${centre.name} in account ${centre.account} may do here, and the alarms that it hears of`,
    Conditions: { First: { "Fn::Equals": [{ Ref: "AWS::Region" }, regions[0]] } },
    Resources: {
      ...(isOwn ? {} : rolesOf(options, regions)),
      ...forwarding(centre, account),
      ...(isOwn && !settings.documents ? {} : documentsOf(options.ownDocuments)),
    },
  };
}

function regionsOf({ centre, settings, account }: MemberOptions): readonly string[] {
  if (account === centre.account) return settings.regions;
  return settings.accounts.find((listed) => listed.account === account)?.regions ?? [];
}

function rolesOf(
  { centre, settings, account, tools, documents }: MemberOptions,
  regions: readonly string[],
): Resources {
  const member = settings.accounts.find((listed) => listed.account === account);
  if (member === undefined) return {};
  const [region = "", ...others] = regions;
  const reach = { ...settings, partition: centre.partition, region, regions: others, account, documents };
  const role = (arn: string, trusted: string, statements: readonly Statement[]) => ({
    Type: "AWS::IAM::Role",
    Condition: "First",
    Properties: {
      ...nameAndPath(arn),
      MaxSessionDuration: 3600,
      AssumeRolePolicyDocument: document({
        Effect: "Allow",
        Principal: { AWS: trusted },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "sts:ExternalId": member.externalId } },
      }),
      Policies: [{ PolicyName: "healer", PolicyDocument: document(...statements.map(rendered)) }],
    },
  });
  return {
    ReadRole: role(member.readRole, centre.brainRole, memberGrants(tools, reach, "look")),
    ...(member.changeRole !== undefined && {
      ChangeRole: role(member.changeRole, centre.handsRole, memberGrants(tools, reach, "change")),
    }),
  };
}

/** The account's alarm changes, put on the centre's bus; what can not be delivered waits in a queue for two weeks. */
function forwarding(centre: Centre, account: string): Resources {
  const { partition, region, name } = centre;
  const bus = `arn:${partition}:events:${region}:${centre.account}:event-bus/${memberBusOf(`${name}-`)}`;
  const roleName = `${name}-forwards`.slice(0, 64);
  return {
    ForwardRole: {
      Type: "AWS::IAM::Role",
      Condition: "First",
      Properties: {
        RoleName: roleName,
        AssumeRolePolicyDocument: document({
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "aws:SourceAccount": account } },
        }),
        Policies: [
          {
            PolicyName: "forward",
            PolicyDocument: document({ Effect: "Allow", Action: "events:PutEvents", Resource: bus }),
          },
        ],
      },
    },
    Undelivered: {
      Type: "AWS::SQS::Queue",
      Properties: { MessageRetentionPeriod: 14 * 24 * 3600, SqsManagedSseEnabled: true },
    },
    UndeliveredPolicy: {
      Type: "AWS::SQS::QueuePolicy",
      Properties: {
        Queues: [{ Ref: "Undelivered" }],
        PolicyDocument: document({
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: attribute("Undelivered"),
          Condition: { ArnEquals: { "aws:SourceArn": attribute("AlarmChanges") } },
        }),
      },
    },
    AlarmChanges: {
      Type: "AWS::Events::Rule",
      DependsOn: "ForwardRole",
      Properties: {
        Description: `Alarms that go off or recover, for ${name}`,
        EventPattern: alarmPattern(`${name}-`),
        Targets: [
          {
            Id: "healer",
            Arn: bus,
            RoleArn: `arn:${partition}:iam::${account}:role/${roleName}`,
            DeadLetterConfig: { Arn: attribute("Undelivered") },
            RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
          },
        ],
      },
    },
  };
}

/** What runbooks name must stand in each region where it is sent, from the files that the centre's own are made from. */
function documentsOf(own: readonly DocumentText[]): Resources {
  const made = own.map(({ name, text }) => [name, "Automation", parseYaml(text, { maxAliasCount: 0 })] as const);
  const all = [...made, [probeDocumentName, "Command", probeDocument()] as const];
  return Object.fromEntries(
    all.map(([Name, DocumentType, Content]) => [
      Name.replace(/[^A-Za-z0-9]/g, ""),
      {
        Type: "AWS::SSM::Document",
        Properties: { Name, DocumentType, DocumentFormat: "JSON", UpdateMethod: "NewVersion", Content },
      },
    ]),
  );
}

const attribute = (resource: string) => ({ "Fn::GetAtt": [resource, "Arn"] });

const document = (...Statement: readonly object[]) => ({ Version: "2012-10-17", Statement });

function nameAndPath(arn: string): object {
  const parts = arn.slice(arn.indexOf(":role/") + ":role/".length).split("/");
  const path = parts.slice(0, -1).join("/");
  return { RoleName: parts.at(-1), ...(path !== "" && { Path: `/${path}/` }) };
}

const rendered = ({ effect, actions, resources, conditions = [] }: Statement) => ({
  Effect: effect === "deny" ? "Deny" : "Allow",
  Action: actions,
  Resource: resources,
  ...(conditions.length > 0 && { Condition: conditionsOf(conditions) }),
});

/** Several conditions of one kind stand in one object, and all of them must hold. */
function conditionsOf(conditions: readonly Condition[]): Record<string, Record<string, readonly string[]>> {
  const all: Record<string, Record<string, readonly string[]>> = {};
  for (const { test, variable, values } of conditions) all[test] = { ...all[test], [variable]: values };
  return all;
}
