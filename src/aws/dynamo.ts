import type { AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { HealerError } from "../domain/errors.ts";
import { isNamed, upstreamError } from "./upstream.ts";

/** Names of the three tables. */
export type TableNames = { readonly audit: string; readonly incidents: string; readonly approvals: string };

export type Dynamo = { readonly client: Pick<DynamoDBClient, "send">; readonly tables: TableNames };

export type Item = Readonly<Record<string, AttributeValue>>;

/** The SDK is loaded where a table is first touched, so that a cold start that needs none pays nothing. */
export const sdk = () => import("@aws-sdk/client-dynamodb");

/** Turns what the service says into what the caller must do; a failed condition is the caller's to name. */
export function dynamoError(error: unknown, table: string): HealerError {
  if (!isNamed(error, "ResourceNotFoundException")) return upstreamError(`DynamoDB ${table}`, error);
  return new HealerError("bad_state", `table ${table} does not exist`, {
    hint: "`healer doctor` says what is missing. Deploy again, or restore it: docs/operations.md, disaster recovery.",
    cause: error,
  });
}

/** What to catch a call's failure with: throws it as the error of that table. */
export const failed =
  (table: string) =>
  (error: unknown): never => {
    throw dynamoError(error, table);
  };

/** False when the condition of a write did not hold: another writer was first. */
export async function won(writing: Promise<unknown>, table: string): Promise<boolean> {
  try {
    await writing;
    return true;
  } catch (error) {
    if (isConditionFailed(error)) return false;
    throw dynamoError(error, table);
  }
}

/** With what stood there, where it was asked for; the embedded server never says. */
type ConditionFailed = Error & { readonly Item?: Item };

/** Tells a condition that did not hold, which is an answer, from a failure. */
export const isConditionFailed = (error: unknown): error is ConditionFailed =>
  error instanceof Error && error.name === "ConditionalCheckFailedException";

export const text = (item: Item | undefined, name: string): string | undefined => item?.[name]?.S;

/**
 * Items of one status from the index, newest first, page by page. An index is behind its table by an instant: what must be
 * known for certain is not asked here.
 */
export async function* byStatus(
  dynamo: Dynamo,
  table: string,
  status: string,
  { since, newest }: { readonly since?: string; readonly newest?: number } = {},
): AsyncGenerator<Item> {
  const { QueryCommand } = await sdk();
  let start: Record<string, AttributeValue> | undefined;
  let left = newest ?? Number.POSITIVE_INFINITY;
  do {
    const page = await dynamo.client
      .send(
        new QueryCommand({
          TableName: table,
          IndexName: "byStatus",
          KeyConditionExpression: `#status = :status${since === undefined ? "" : " AND #at >= :since"}`,
          ExpressionAttributeNames: { "#status": "status", ...(since !== undefined && { "#at": "at" }) },
          ExpressionAttributeValues: {
            ":status": { S: status },
            ...(since !== undefined && { ":since": { S: since } }),
          },
          ScanIndexForward: false,
          ...(Number.isFinite(left) && { Limit: left }),
          ...(start && { ExclusiveStartKey: start }),
        }),
      )
      .catch((error: unknown) => {
        throw dynamoError(error, table);
      });
    yield* page.Items ?? [];
    left -= page.Items?.length ?? 0;
    start = page.LastEvaluatedKey;
  } while (start !== undefined && left > 0);
}

/** Every item of a table, page by page: for whoever rebuilds or checks, and for no list. */
export async function* scan(dynamo: Dynamo, table: string, projection?: string): AsyncGenerator<Item> {
  const { ScanCommand } = await sdk();
  let start: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamo.client
      .send(
        new ScanCommand({
          TableName: table,
          ConsistentRead: true,
          ...(start && { ExclusiveStartKey: start }),
          ...(projection && { ProjectionExpression: projection }),
        }),
      )
      .catch((error: unknown) => {
        throw dynamoError(error, table);
      });
    yield* page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}
