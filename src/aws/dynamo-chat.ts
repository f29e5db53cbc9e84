import { ChatRecord } from "../domain/chat-record.ts";
import { HealerError } from "../domain/errors.ts";
import { canonicalJson } from "../domain/journal.ts";
import type { ChatRecords, SeenOnce } from "../domain/ports.ts";
import { type Dynamo, failed, type Item, sdk, text, won } from "./dynamo.ts";

/** Where cards stand, in the Incidents table under keys of their own; a list of incidents does not see them. */
export function dynamoChatRecords(dynamo: Dynamo): ChatRecords {
  const table = dynamo.tables.incidents;
  const key = (runId: string) => ({ incidentId: { S: `chat#${runId}` } });
  return {
    async get(runId) {
      const { GetItemCommand } = await sdk();
      const command = new GetItemCommand({ TableName: table, Key: key(runId), ConsistentRead: true });
      const { Item } = await dynamo.client.send(command).catch(failed(table));
      return Item === undefined ? undefined : readRecord(Item, runId);
    },
    put: (chat) =>
      put(
        dynamo,
        { ...key(chat.runId), version: { N: String(chat.version) }, chat: { S: canonicalJson(chat) } },
        chat.version === 1 ? "attribute_not_exists(incidentId)" : "version = :before",
        chat.version === 1 ? undefined : { ":before": { N: String(chat.version - 1) } },
      ),
  };
}

/** Keys of requests already taken; the table's time to live removes them, later than asked and never sooner. */
export const dynamoSeen = (dynamo: Dynamo): SeenOnce => ({
  first: (key, keepUntil) =>
    put(
      dynamo,
      { incidentId: { S: `seen#${key}` }, expiresAt: { N: String(Math.ceil(keepUntil / 1000)) } },
      "attribute_not_exists(incidentId)",
    ),
});

/** False when the condition did not hold: another writer was first. */
async function put(
  { client, tables }: Dynamo,
  item: Item,
  ConditionExpression: string,
  values?: Item,
): Promise<boolean> {
  const { PutItemCommand } = await sdk();
  const command = new PutItemCommand({
    TableName: tables.incidents,
    Item: { ...item },
    ConditionExpression,
    ...(values && { ExpressionAttributeValues: { ...values } }),
  });
  return won(client.send(command), tables.incidents);
}

function readRecord(item: Item, runId: string): ChatRecord {
  const parsed = ChatRecord.safeParse(parsedJson(text(item, "chat") ?? ""));
  if (parsed.success) return parsed.data;
  throw new HealerError("bad_state", `the chat record of ${runId} is broken`, {
    hint: "Delete the item; the next tick posts a new card.",
  });
}

function parsedJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
