import { HealerError } from "../domain/errors.ts";
import { Incident } from "../domain/incident.ts";
import { canonicalJson } from "../domain/journal.ts";
import type { IncidentStore, SpendStore } from "../domain/ports.ts";
import { type Dynamo, dynamoError, type Item, isConditionFailed, scan, sdk, text } from "./dynamo.ts";

/** The Incidents table: a projection for lists and for the detector's dedupe, rebuildable from Audit. */
export function dynamoIncidents(dynamo: Dynamo): IncidentStore {
  const table = dynamo.tables.incidents;
  const write = async (incident: Incident, ConditionExpression?: string): Promise<void> => {
    const { PutItemCommand } = await sdk();
    const Item = {
      incidentId: { S: incident.incidentId },
      status: { S: incident.status },
      record: { S: canonicalJson(incident) },
    };
    await dynamo.client.send(
      new PutItemCommand({ TableName: table, Item, ...(ConditionExpression && { ConditionExpression }) }),
    );
  };
  return {
    put: (incident) =>
      write(incident).catch((error: unknown) => {
        throw dynamoError(error, table);
      }),
    create: (incident) =>
      write(incident, "attribute_not_exists(incidentId)").catch((error: unknown) => {
        if (!isConditionFailed(error)) throw dynamoError(error, table);
        throw new HealerError("journal_conflict", `${incident.incidentId} exists already`, {
          hint: "Attach to it.",
          retryable: true,
        });
      }),
    async get(incidentId) {
      const { GetItemCommand } = await sdk();
      const Key = { incidentId: { S: incidentId } };
      const found = await dynamo.client
        .send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }))
        .catch((error: unknown) => {
          throw dynamoError(error, table);
        });
      return found.Item === undefined ? undefined : readIncident(found.Item);
    },
    async list() {
      const incidents: Incident[] = [];
      for await (const item of scan(dynamo, table)) {
        if (item["record"] !== undefined) incidents.push(readIncident(item));
      }
      return incidents.sort((a, b) => a.openedAt.localeCompare(b.openedAt));
    },
  };
}

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
    const answer = await dynamo.client.send(command).catch((error: unknown) => {
      throw dynamoError(error, table);
    });
    return sum(answer.Attributes);
  };
  return {
    async total(day) {
      const { GetItemCommand } = await sdk();
      const command = new GetItemCommand({ TableName: table, Key: key(day), ConsistentRead: true });
      const found = await dynamo.client.send(command).catch((error: unknown) => {
        throw dynamoError(error, table);
      });
      return sum(found.Item);
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
