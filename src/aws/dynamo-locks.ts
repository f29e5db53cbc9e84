import type { LockStore } from "../domain/ports.ts";
import { type Dynamo, dynamoError, failed, isConditionFailed, sdk, text, won } from "./dynamo.ts";

/** Locks in the Incidents table, one item a target, taken under a condition: no two incidents change one resource at once. */
export function dynamoLocks(dynamo: Dynamo): LockStore {
  const table = dynamo.tables.incidents;
  const key = (target: string) => ({ incidentId: { S: `lock#${target}` } });
  const release = async (targets: readonly string[], actionId: string): Promise<void> => {
    const { UpdateItemCommand } = await sdk();
    for (const target of targets) {
      const command = new UpdateItemCommand({
        TableName: table,
        Key: key(target),
        UpdateExpression: "REMOVE holder, leaseUntil",
        ConditionExpression: "holder = :holder",
        ExpressionAttributeValues: { ":holder": { S: actionId } },
      });
      await won(dynamo.client.send(command), table);
    }
  };
  return {
    release,
    async take(targets, lease) {
      const { UpdateItemCommand } = await sdk();
      const taken: string[] = [];
      // In one order everywhere, so that two actions on the same targets can not each hold half of them.
      for (const target of [...new Set(targets)].sort()) {
        const command = new UpdateItemCommand({
          TableName: table,
          Key: key(target),
          UpdateExpression:
            "SET holder = :holder, leaseUntil = :until, lastAction = :action, lastActionId = :holder, lastAt = :now",
          ConditionExpression: "attribute_not_exists(holder) OR leaseUntil < :now OR holder = :holder",
          ExpressionAttributeValues: {
            ":holder": { S: lease.actionId },
            ":until": { N: String(lease.until) },
            ":action": { S: lease.action },
            ":now": { N: String(lease.now) },
          },
        });
        try {
          await dynamo.client.send(command);
          taken.push(target);
        } catch (error) {
          await release(taken, lease.actionId);
          if (isConditionFailed(error)) return false;
          throw dynamoError(error, table);
        }
      }
      return true;
    },
    async newest(target) {
      const { GetItemCommand } = await sdk();
      const command = new GetItemCommand({ TableName: table, Key: key(target), ConsistentRead: true });
      const found = await dynamo.client.send(command).catch(failed(table));
      const action = text(found.Item, "lastAction");
      const actionId = text(found.Item, "lastActionId") ?? "";
      return action === undefined ? undefined : { action, actionId, at: Number(found.Item?.lastAt?.N) };
    },
  };
}
