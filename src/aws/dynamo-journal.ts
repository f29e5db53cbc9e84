import { randomUUID } from "node:crypto";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { HealerError } from "../domain/errors.ts";
import type { RunEvent } from "../domain/event.ts";
import { RunId } from "../domain/ids.ts";
import { canonicalJson, Entry } from "../domain/journal.ts";
import type { JournalStore } from "../domain/ports.ts";
import { type Dynamo, dynamoError, type Item, isConditionFailed, scan, sdk, text } from "./dynamo.ts";

/** The Audit table: key (runId, seq), written with one conditional put and never again. */
export function dynamoJournal(dynamo: Dynamo): JournalStore {
  const table = dynamo.tables.audit;
  return {
    async append(entry) {
      const { PutItemCommand } = await sdk();
      const attempt = { S: randomUUID() };
      const command = new PutItemCommand({
        TableName: table,
        Item: { ...toItem(entry), attempt },
        ConditionExpression: "attribute_not_exists(runId)",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      });
      try {
        await dynamo.client.send(command);
      } catch (error) {
        if (!isConditionFailed(error)) throw dynamoError(error, table);
        // The SDK repeats a put whose answer was lost, and the repetition meets its own first. Not told by the entry's
        // hash: two drivers can want the very same entry, and only one of them may go on.
        if (text(error.Item, "attempt") === attempt.S) return;
        throw new HealerError("journal_conflict", `${entry.runId} has an entry ${entry.seq} already`, {
          hint: "Another driver was faster; the run is read again.",
          retryable: true,
        });
      }
    },
    async read(runId) {
      const entries: Entry[] = [];
      for await (const item of query(dynamo, runId)) entries.push(toEntry(item));
      return entries;
    },
    async runIds() {
      const ids = new Set<string>();
      for await (const item of scan(dynamo, table, "runId")) ids.add(text(item, "runId") ?? "");
      return [...ids].sort().map((id) => RunId.parse(id));
    },
  };
}

async function* query(dynamo: Dynamo, runId: RunId): AsyncGenerator<Item> {
  const { QueryCommand } = await sdk();
  const table = dynamo.tables.audit;
  let start: Record<string, AttributeValue> | undefined;
  do {
    const command = new QueryCommand({
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: "runId = :runId",
      ExpressionAttributeValues: { ":runId": { S: runId } },
      ...(start && { ExclusiveStartKey: start }),
    });
    const page = await dynamo.client.send(command).catch((error: unknown) => {
      throw dynamoError(error, table);
    });
    yield* page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}

/** Outside the hash: `attempt`, the number of the one put that won, which only its writer knew beforehand. */
const toItem = (entry: Entry): Record<string, AttributeValue> => ({
  runId: { S: entry.runId },
  seq: { N: String(entry.seq) },
  at: { S: entry.at },
  actor: { S: entry.actor },
  prev: { S: entry.prev },
  hash: { S: entry.hash },
  events: { S: canonicalJson(entry.events) },
});

/** Reads what stands there, true or not: `verifyChain` is who judges it, so nothing is repaired or refused here. */
function toEntry(item: Item): Entry {
  const body = {
    runId: text(item, "runId"),
    seq: Number(item["seq"]?.N),
    at: text(item, "at"),
    actor: text(item, "actor"),
    prev: text(item, "prev"),
    hash: text(item, "hash"),
    events: readEvents(text(item, "events") ?? ""),
  };
  const parsed = Entry.safeParse(body);
  if (parsed.success) return body as Entry;
  throw new HealerError(
    "journal_broken",
    `entry ${body.seq} of ${body.runId} is not an entry: ${parsed.error.issues[0]?.message}`,
    {
      hint: "`healer audit verify` names the first bad entry; compare it with the anchored heads.",
    },
  );
}

function readEvents(json: string): readonly RunEvent[] {
  try {
    return JSON.parse(json) as readonly RunEvent[];
  } catch {
    return [];
  }
}
