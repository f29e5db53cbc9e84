import { Approval } from "../domain/approval.ts";
import { Incident } from "../domain/incident.ts";
import { type Dynamo, scan, sdk, text, won } from "./dynamo.ts";
import { dynamoIncidents } from "./dynamo-incidents.ts";

/** Gives records that were written before there was an index its keys. Doing it again changes nothing. */
export async function reindex(dynamo: Dynamo): Promise<void> {
  const incidents = dynamoIncidents(dynamo);
  for await (const item of scan(dynamo, dynamo.tables.incidents)) {
    if (item.at !== undefined || item.record === undefined) continue;
    const parsed = Incident.safeParse(JSON.parse(text(item, "record") ?? "{}"));
    if (parsed.success) await incidents.put(parsed.data);
  }
  for await (const item of scan(dynamo, dynamo.tables.approvals)) {
    if (item.at !== undefined || item.record === undefined) continue;
    await indexApproval(dynamo, Approval.parse(JSON.parse(text(item, "record") ?? "{}")));
  }
}

async function indexApproval(dynamo: Dynamo, approval: Approval): Promise<void> {
  const { UpdateItemCommand } = await sdk();
  const table = dynamo.tables.approvals;
  const command = new UpdateItemCommand({
    TableName: table,
    Key: { approvalId: { S: approval.approvalId } },
    UpdateExpression: "SET #status = :status, #at = :at",
    ConditionExpression: "version = :version",
    ExpressionAttributeNames: { "#status": "status", "#at": "at" },
    ExpressionAttributeValues: {
      ":status": { S: approval.status },
      ":at": { S: approval.requestedAt },
      ":version": { N: String(approval.version) },
    },
  });
  // Decided in the meantime: that wrote both.
  await won(dynamo.client.send(command), table);
}
