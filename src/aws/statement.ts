import type { Place } from "./place.ts";

/** Where a resource lies, as its ARN says it. */
export type ArnPlace = Place & { readonly partition: string };

/** An IAM statement. `why` is required where IAM has nothing narrower than every resource. */
export type Statement = {
  readonly effect?: "allow" | "deny";
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions?: readonly Condition[];
  readonly why?: string;
};
export type Condition = { readonly test: string; readonly variable: string; readonly values: readonly string[] };

export type DocumentUse = {
  readonly name: string;
  readonly type: "Command" | "Automation";
  /** AWS's own document, which no account owns. */
  readonly shared: boolean;
  /** `service:Api` calls that an Automation makes with its caller's rights. */
  readonly calls: readonly string[];
};

/** What this deployment uses; a grant reaches no further. */
export type Reach = ArnPlace & {
  readonly documents: readonly DocumentUse[];
  /** Model or inference profile ids in order of preference. */
  readonly models: readonly string[];
  readonly logs: "filter" | "insights";
  /** Name patterns of log groups that may be read. */
  readonly logGroups: readonly string[];
  readonly knowledgeBaseId?: string | undefined;
  readonly guardrail?: { readonly id: string } | undefined;
  /** Targets without this tag are out of reach. */
  readonly optIn: { readonly key: string; readonly value: string };
  /** Regions of the same account besides `region`. */
  readonly regions?: readonly string[];
};

/** The ARN of a resource, or of all that a pattern names. */
export const arn = ({ partition, region, account }: ArnPlace, service: string, resource: string): string =>
  `arn:${partition}:${service}:${region}:${account}:${resource}`;

/** A document of this account, or one that AWS shares. */
export const documentArn = (use: DocumentUse, reach: Reach): string => `${ownerArn(use, reach)}:document/${use.name}`;

/** Where a document's ARN begins: AWS's own documents name no account. */
export const ownerArn = (use: DocumentUse, { partition, region, account }: ArnPlace): string =>
  `arn:${partition}:ssm:${region}:${use.shared ? "" : account}`;

/** The one way to a grant on everything: with the reason beside it. */
export const everywhere = (actions: readonly string[], why: string): Statement => ({ actions, resources: ["*"], why });
