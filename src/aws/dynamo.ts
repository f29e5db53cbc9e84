import type { AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { HealerError } from "../domain/errors.ts";

/** Names of the three tables. */
export type TableNames = { readonly audit: string; readonly incidents: string; readonly approvals: string };

export type Dynamo = { readonly client: Pick<DynamoDBClient, "send">; readonly tables: TableNames };

export type Item = Readonly<Record<string, AttributeValue>>;

/** The SDK is loaded where a table is first touched, so that a cold start that needs none pays nothing. */
export const sdk = () => import("@aws-sdk/client-dynamodb");

/** Turns what the service says into what the caller must do; a failed condition is the caller's to name. */
export function dynamoError(error: unknown, table: string): HealerError {
  const name = error instanceof Error ? error.name : "Unknown";
  const message = error instanceof Error ? error.message : String(error);
  if (name === "ResourceNotFoundException") {
    return new HealerError("bad_state", `table ${table} does not exist`, {
      hint: "`healer doctor` says what is missing.",
      cause: error,
    });
  }
  const retryable = !/Validation|AccessDenied|ItemCollectionSize/.test(name);
  return new HealerError("upstream_failed", `DynamoDB ${table}: ${name}: ${message}`, {
    hint: retryable ? "It is tried again." : "Check the function's role and the item's size (400 KB at most).",
    retryable,
    cause: error,
  });
}

export const isConditionFailed = (error: unknown): boolean =>
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
