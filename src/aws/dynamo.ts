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

/** With what stood there, where it was asked for; the embedded server never says. */
type ConditionFailed = Error & { readonly Item?: Item };

export const isConditionFailed = (error: unknown): error is ConditionFailed =>
  error instanceof Error && error.name === "ConditionalCheckFailedException";

export const text = (item: Item | undefined, name: string): string | undefined => item?.[name]?.S;

/** Every item of a table, page by page; for lists of incidents and approvals, which stay small. */
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
