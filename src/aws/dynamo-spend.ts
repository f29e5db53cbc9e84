import { HealerError } from "../domain/errors.ts";
import type { ForEach, SpendStore } from "../domain/ports.ts";
import { type Dynamo, failed, type Item, sdk, text } from "./dynamo.ts";

/** Prices of a day's changes, one item a day in the Incidents table; an action counts once however often it is reserved. */
export function dynamoSpend(dynamo: Dynamo): SpendStore {
  const table = dynamo.tables.incidents;
  const key = (day: string) => ({ incidentId: { S: `spend#${day}` } });
  const update = async (day: string, expression: string, actionId: string, amount?: number): Promise<number> => {
    const { UpdateItemCommand } = await sdk();
    const command = new UpdateItemCommand({
      TableName: table,
      Key: key(day),
      UpdateExpression: expression,
      ExpressionAttributeNames: { "#action": `action#${actionId}` },
      ...(amount !== undefined && { ExpressionAttributeValues: { ":amount": { N: String(amount) } } }),
      ReturnValues: "ALL_NEW",
    });
    const answer = await dynamo.client.send(command).catch(failed(table));
    return sum(answer.Attributes);
  };
  return {
    async totals(days) {
      const { BatchGetItemCommand } = await sdk();
      const Keys = days.map(key);
      const command = new BatchGetItemCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } });
      const found = await dynamo.client.send(command).catch(failed(table));
      // What was left out for want of throughput is not zero: nothing may be decided on it.
      if (found.UnprocessedKeys?.[table] !== undefined) throw leftOut(table);
      const items = new Map(found.Responses?.[table]?.map((item) => [text(item, "incidentId"), item]));
      return days.map((day) => sum(items.get(key(day).incidentId.S))) as ForEach<typeof days, number>;
    },
    reserve: (day, actionId, amount) => update(day, "SET #action = :amount", actionId, amount),
    async release(day, actionId) {
      await update(day, "REMOVE #action", actionId);
    },
  };
}

const sum = (item: Item | undefined): number =>
  Object.entries(item ?? {}).reduce(
    (total, [name, value]) => total + (name.startsWith("action#") ? Number(value.N) : 0),
    0,
  );

const leftOut = (table: string): HealerError =>
  new HealerError("upstream_failed", `DynamoDB ${table}: a total was left out`, {
    hint: "The table is busy; the same call may succeed later.",
    retryable: true,
  });
