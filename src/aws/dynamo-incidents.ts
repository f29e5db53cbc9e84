import type { PutItemCommandInput } from "@aws-sdk/client-dynamodb";
import { HealerError } from "../domain/errors.ts";
import type { IncidentId } from "../domain/ids.ts";
import { Incident } from "../domain/incident.ts";
import { canonicalJson } from "../domain/journal.ts";
import type { ForEach, IncidentStore, SpendStore } from "../domain/ports.ts";
import { type Dynamo, dynamoError, type Item, isConditionFailed, scan, sdk, text } from "./dynamo.ts";

/** The Incidents table: a projection for lists and for the detector's dedupe, rebuildable from Audit. */
export function dynamoIncidents(dynamo: Dynamo): IncidentStore {
  const table = dynamo.tables.incidents;
  const write = async (incident: Incident, only?: Pick<PutItemCommandInput, "ConditionExpression">): Promise<void> => {
    const { PutItemCommand } = await sdk();
    const { incidentId, status } = incident;
    const Item = { incidentId: { S: incidentId }, status: { S: status }, record: { S: canonicalJson(incident) } };
    await dynamo.client.send(new PutItemCommand({ TableName: table, Item, ...only }));
  };
  const read = async (incidentId: IncidentId): Promise<Incident | undefined> => {
    const { GetItemCommand } = await sdk();
    const Key = { incidentId: { S: incidentId } };
    const command = new GetItemCommand({ TableName: table, Key, ConsistentRead: true });
    const { Item } = await dynamo.client.send(command).catch(failed(table));
    return Item === undefined ? undefined : readIncident(Item);
  };
  return {
    get: read,
    put: (incident) => write(incident).catch(failed(table)),
    async create(incident) {
      const isNew = await won(write(incident, { ConditionExpression: "attribute_not_exists(incidentId)" }), table);
      if (!isNew) throw conflict(`${incident.incidentId} exists already`);
    },
    async update(incidentId, change) {
      for (let attempt = 0; attempt < mostCollisions; attempt++) {
        const before = await read(incidentId);
        const after = before && change(before);
        if (before === undefined || after === undefined) return before;
        const unchanged = {
          ConditionExpression: "#record = :before",
          ExpressionAttributeNames: { "#record": "record" },
          ExpressionAttributeValues: { ":before": { S: canonicalJson(before) } },
        };
        if (await won(write(after, unchanged), table)) return after;
      }
      throw conflict(`${incidentId} is changed by too many at once`);
    },
    async list() {
      const incidents: Incident[] = [];
      for await (const item of scan(dynamo, table)) {
        if (item.record !== undefined) incidents.push(readIncident(item));
      }
      return incidents.sort((a, b) => a.openedAt.localeCompare(b.openedAt));
    },
  };
}

/** So many changes of one incident at the same moment are a storm: whoever loses tries again later. */
const mostCollisions = 8;

/** False when the condition did not hold. */
async function won(writing: Promise<void>, table: string): Promise<boolean> {
  try {
    await writing;
    return true;
  } catch (error) {
    if (isConditionFailed(error)) return false;
    throw dynamoError(error, table);
  }
}

const failed =
  (table: string) =>
  (error: unknown): never => {
    throw dynamoError(error, table);
  };

const conflict = (message: string): HealerError =>
  new HealerError("journal_conflict", message, { hint: "It is tried again.", retryable: true });

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
      if (found.UnprocessedKeys?.[table] !== undefined) throw dynamoError(new Error("a total was left out"), table);
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

const readIncident = (item: Item): Incident => Incident.parse(JSON.parse(text(item, "record") ?? "{}"));
