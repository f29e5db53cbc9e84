import { tableKeys } from "./dynamo-tables.ts";
import type { Statement } from "./statement.ts";

/** ARNs of what the deployment created. */
export type Resources = {
  readonly audit: string;
  readonly auditStream: string;
  readonly incidents: string;
  readonly approvals: string;
  readonly stateMachine: string;
  readonly queue: string;
  /** Destination of stream records that could not be anchored. */
  readonly lostAnchors: string;
  readonly anchors: string;
};

/** Appending and reading; that an append never overwrites is a condition in code, and a second anchor shows it. */
export const journal = (own: Resources): Statement => ({
  actions: ["dynamodb:PutItem", "dynamodb:Query"],
  resources: [own.audit],
});

/** Asking for approvals and ending them, without the attribute that holds what people decided: only the API writes that. */
export const asks = (own: Resources, ...writes: readonly string[]): readonly Statement[] => [
  { actions: ["dynamodb:GetItem"], resources: [own.approvals] },
  {
    actions: writes,
    resources: [own.approvals],
    conditions: [
      {
        test: "ForAllValues:StringEquals",
        variable: "dynamodb:Attributes",
        values: ["approvalId", "at", "record", "status", "taskToken", "version"],
      },
    ],
  },
];

/** Open incidents by their ids, the others from the index; nobody reads a whole table. */
export const lists = (incidents: string): readonly Statement[] => [
  { actions: ["dynamodb:BatchGetItem", "dynamodb:GetItem"], resources: [incidents] },
  lookUp(incidents),
];

/** An index of a table, and nothing of the table itself. */
export const lookUp = (table: string): Statement => ({
  actions: ["dynamodb:Query"],
  resources: [`${table}/index/${tableKeys.incidents.index.name}`],
});

/** Writing items whose keys begin like these. */
export const puts = (table: string, ...keys: readonly string[]): Statement => ({
  actions: ["dynamodb:PutItem"],
  resources: [table],
  conditions: [leadingKeys(...keys)],
});

/** Changing items whose keys begin like these. */
export const updates = (table: string, ...keys: readonly string[]): Statement => ({
  actions: ["dynamodb:UpdateItem"],
  resources: [table],
  conditions: [leadingKeys(...keys)],
});

const leadingKeys = (...values: readonly string[]) => ({
  test: "ForAllValues:StringLike",
  variable: "dynamodb:LeadingKeys",
  values,
});

/** Following the journal as it is written. */
export const stream = (own: Resources): Statement => ({
  actions: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
  resources: [own.auditStream],
});
