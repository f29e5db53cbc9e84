import type { AttributeValue, PutItemCommandInput } from "@aws-sdk/client-dynamodb";
import { HealerError } from "../domain/errors.ts";
import type { IncidentId } from "../domain/ids.ts";
import { Incident } from "../domain/incident.ts";
import { canonicalJson } from "../domain/journal.ts";
import type { IncidentStore } from "../domain/ports.ts";
import { byStatus, type Dynamo, failed, type Item, sdk, text, won } from "./dynamo.ts";

/** The Incidents table: a projection for lists and for the detector's dedupe, rebuildable from Audit. */
export function dynamoIncidents(dynamo: Dynamo): IncidentStore {
  const table = dynamo.tables.incidents;
  const write = async (incident: Incident, only?: Pick<PutItemCommandInput, "ConditionExpression">): Promise<void> => {
    const { PutItemCommand } = await sdk();
    const { incidentId, status, openedAt, closedAt } = incident;
    const Item = {
      incidentId: { S: incidentId },
      status: { S: status },
      at: { S: closedAt ?? openedAt },
      record: { S: canonicalJson(incident) },
    };
    // Listed before it is there and taken off after it was closed: whoever stops in between leaves one that is looked at
    // in vain, and never one that nobody sees.
    if (status !== "closed") await openIds(dynamo, "ADD", incidentId);
    await dynamo.client.send(new PutItemCommand({ TableName: table, Item, ...only }));
    if (status === "closed") await openIds(dynamo, "DELETE", incidentId);
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
    async recent(closedSince) {
      const since = new Date(closedSince).toISOString();
      return inOrder([...(await openOnes(dynamo)), ...(await closedOnes(dynamo, { since }))]);
    },
    async list(newest) {
      const closed = await closedOnes(dynamo, newest === undefined ? {} : { newest });
      const all = inOrder([...(await openOnes(dynamo)), ...closed]);
      return newest === undefined ? all : all.slice(-newest);
    },
  };
}

/** Oldest first. One that was closed between the two looks is taken as it stood at the first. */
const inOrder = (incidents: readonly Incident[]): readonly Incident[] =>
  [...new Map([...incidents].reverse().map((incident) => [incident.incidentId, incident])).values()].sort((a, b) =>
    a.openedAt.localeCompare(b.openedAt),
  );

async function closedOnes(
  dynamo: Dynamo,
  range: { readonly since?: string; readonly newest?: number },
): Promise<readonly Incident[]> {
  const incidents: Incident[] = [];
  for await (const item of byStatus(dynamo, dynamo.tables.incidents, "closed", range))
    incidents.push(readIncident(item));
  return incidents;
}

/**
 * The ids of all open incidents, as a set in one item: an index is behind its table by an instant, and in that instant a
 * second alarm of the same resource would open a second run.
 */
const openList = { incidentId: { S: "open#" } };

async function openIds(dynamo: Dynamo, change: "ADD" | "DELETE", incidentId: IncidentId): Promise<void> {
  const { UpdateItemCommand } = await sdk();
  const command = new UpdateItemCommand({
    TableName: dynamo.tables.incidents,
    Key: openList,
    UpdateExpression: `${change} ids :id`,
    ExpressionAttributeValues: { ":id": { SS: [incidentId] } },
  });
  await dynamo.client.send(command);
}

/** As many as one request may ask for. */
const mostKeys = 100;

/** Read for certain, not from an index. */
async function openOnes(dynamo: Dynamo): Promise<readonly Incident[]> {
  const { BatchGetItemCommand, GetItemCommand } = await sdk();
  const table = dynamo.tables.incidents;
  const listed = await dynamo.client
    .send(new GetItemCommand({ TableName: table, Key: openList, ConsistentRead: true }))
    .catch(failed(table));
  const ids = listed.Item?.["ids"]?.SS ?? [];
  const found: Incident[] = [];
  let asked = ids.map((id): Record<string, AttributeValue> => ({ incidentId: { S: id } }));
  for (let looks = 0; asked.length > 0; looks += 1) {
    if (looks > ids.length) throw busy(table);
    const Keys = asked.slice(0, mostKeys);
    const request = { RequestItems: { [table]: { Keys, ConsistentRead: true } } };
    const reply = await dynamo.client.send(new BatchGetItemCommand(request)).catch(failed(table));
    found.push(...(reply.Responses?.[table] ?? []).map(readIncident));
    // What the service had no time for comes again.
    asked = [...asked.slice(mostKeys), ...(reply.UnprocessedKeys?.[table]?.Keys ?? [])];
  }
  return found.filter((incident) => incident.status !== "closed");
}

const busy = (table: string): HealerError =>
  new HealerError("upstream_failed", `DynamoDB ${table}: it leaves keys unread`, {
    hint: "It is tried again.",
    retryable: true,
  });

/** So many changes of one incident at the same moment are a storm: whoever loses tries again later. */
const mostCollisions = 8;

const conflict = (message: string): HealerError =>
  new HealerError("journal_conflict", message, { hint: "It is tried again.", retryable: true });

const readIncident = (item: Item): Incident => Incident.parse(JSON.parse(text(item, "record") ?? "{}"));
