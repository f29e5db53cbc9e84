import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { Approval, applyDecision } from "../domain/approval.ts";
import { HealerError } from "../domain/errors.ts";
import type { ApprovalId } from "../domain/ids.ts";
import { canonicalJson } from "../domain/journal.ts";
import type { ApprovalStore } from "../domain/ports.ts";
import { byStatus, type Dynamo, failed, type Item, sdk, text, won } from "./dynamo.ts";

/** Two people who decide at once collide at most this often before somebody is told to try again. */
const mostCollisions = 5;

/**
 * The Approvals table: who may still decide what. The task token is an attribute of its own, read only to be taken away,
 * so that no list, journal, card or log can ever hold it.
 */
export function dynamoApprovals(dynamo: Dynamo): ApprovalStore {
  const table = dynamo.tables.approvals;
  const get = async (approvalId: ApprovalId): Promise<Approval | undefined> => {
    const { GetItemCommand } = await sdk();
    const command = new GetItemCommand({
      TableName: table,
      Key: key(approvalId),
      ConsistentRead: true,
      ProjectionExpression: "#record, decision",
      ExpressionAttributeNames: record,
    });
    const found = await dynamo.client.send(command).catch(failed(table));
    return found.Item === undefined ? undefined : readApproval(found.Item);
  };
  return {
    get,
    async create(approval) {
      const { PutItemCommand } = await sdk();
      const { approvalId, status, requestedAt } = approval;
      const Item = {
        ...key(approvalId),
        version: { N: "0" },
        status: { S: status },
        at: { S: requestedAt },
        record: { S: canonicalJson(approval) },
      };
      const command = new PutItemCommand({
        TableName: table,
        Item,
        ConditionExpression: "attribute_not_exists(approvalId)",
      });
      // It exists after a crash between record and journal: the first card is the one that people may have seen.
      await won(dynamo.client.send(command), table);
    },
    async pending() {
      const listed = await ofStatus(dynamo, "pending");
      return inOrder(listed).filter((approval) => approval.status === "pending");
    },
    async list(newest) {
      const listed = await Promise.all(approvalStatuses.map((status) => ofStatus(dynamo, status, newest)));
      return inOrder(listed.flat()).slice(newest === undefined ? 0 : -newest);
    },
    async decide(approvalId, decision) {
      for (let attempt = 0; attempt < mostCollisions; attempt++) {
        const before = await get(approvalId);
        if (before === undefined) throw refused(approvalId, "there is no such approval");
        const outcome = applyDecision(before, decision);
        if (!outcome.ok) throw refused(approvalId, outcome.why);
        if (outcome.repeated || (await replace(dynamo, before, outcome.approval))) return outcome.approval;
      }
      throw refused(approvalId, "several people decide at this moment; look again");
    },
    async keepToken(approvalId, taskToken) {
      const values = { ":token": { S: taskToken } };
      await update(dynamo, approvalId, "SET taskToken = :token", values);
    },
    async takeToken(approvalId) {
      const old = await update(dynamo, approvalId, "REMOVE taskToken");
      return text(old, "taskToken");
    },
  };
}

const approvalStatuses = Approval.shape.status.options;

const inOrder = (approvals: readonly Approval[]): readonly Approval[] =>
  [...approvals].sort((a, b) => a.requestedAt.localeCompare(b.requestedAt));

async function ofStatus(dynamo: Dynamo, status: Approval["status"], newest?: number): Promise<readonly Approval[]> {
  const approvals: Approval[] = [];
  const range = newest === undefined ? {} : { newest };
  for await (const item of byStatus(dynamo, dynamo.tables.approvals, status, range)) approvals.push(readApproval(item));
  return approvals;
}

const record = { "#record": "record" };
const key = (approvalId: string): Record<string, AttributeValue> => ({ approvalId: { S: approvalId } });

async function replace(dynamo: Dynamo, before: Approval, after: Approval): Promise<boolean> {
  const { UpdateItemCommand } = await sdk();
  const table = dynamo.tables.approvals;
  const command = new UpdateItemCommand({
    TableName: table,
    Key: key(before.approvalId),
    UpdateExpression: `SET #record = :record, #status = :status, #at = :at, version = :new${isEndedBySystem(after) || !isByPerson(after) ? "" : ", decision = :record"}`,
    ConditionExpression: "version = :old",
    ExpressionAttributeNames: { ...record, "#status": "status", "#at": "at" },
    ExpressionAttributeValues: {
      ":status": { S: after.status },
      ":at": { S: after.requestedAt },
      ":record": { S: canonicalJson(after) },
      ":new": { N: String(after.version) },
      ":old": { N: String(before.version) },
    },
  });
  return won(dynamo.client.send(command), table);
}

async function update(
  dynamo: Dynamo,
  approvalId: ApprovalId,
  UpdateExpression: string,
  values?: Record<string, AttributeValue>,
): Promise<Item | undefined> {
  const { UpdateItemCommand } = await sdk();
  const table = dynamo.tables.approvals;
  const command = new UpdateItemCommand({
    TableName: table,
    Key: key(approvalId),
    UpdateExpression,
    ConditionExpression: "attribute_exists(approvalId)",
    ReturnValues: "UPDATED_OLD",
    ...(values && { ExpressionAttributeValues: values }),
  });
  return (await dynamo.client.send(command).catch(failed(table))).Attributes;
}

const refused = (approvalId: string, why: string): HealerError =>
  new HealerError("approval_refused", `${approvalId}: ${why}`, { hint: "`healer show` says where the run stands." });

/** Ended or counted by people, rather than by the clock or the end of a run. */
const isByPerson = ({ status, approvers }: Approval): boolean =>
  status === "approved" || status === "denied" || status === "changed" || approvers.length > 0;

/** The clock or the end of a run wrote this; whoever did may not write what people decide. */
const isEndedBySystem = ({ status }: Approval): boolean => status === "expired" || status === "void";

/**
 * What people decided counts only from an attribute of its own, which the function that talks to the model may not write:
 * a record that says "approved" without it was forged, and is still pending.
 */
function readApproval(item: Item): Approval {
  const approval = Approval.parse(JSON.parse(text(item, "record") ?? "{}"));
  if (!isByPerson(approval)) return approval;
  const decided = text(item, "decision");
  if (decided !== undefined) {
    const proven = Approval.parse(JSON.parse(decided));
    return isEndedBySystem(approval) && proven.status === "pending"
      ? { ...approval, approvers: proven.approvers }
      : proven;
  }
  const { endedBy: _, ...open } = approval;
  return { ...open, status: "pending", approvers: [] };
}
