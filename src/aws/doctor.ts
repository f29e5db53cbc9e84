import { type Check, failed, passed, skipped, warned } from "../domain/check.ts";
import { HealerError } from "../domain/errors.ts";
import { knowledgeSdk, ssmSdk, stepFunctionsSdk } from "./clients.ts";
import type { Deployment } from "./deployment.ts";
import { tableKeys } from "./dynamo-tables.ts";
import { guardrail } from "./guardrail.ts";
import { parameterKillSwitch } from "./kill-switch.ts";
import type { DocumentUse } from "./statement.ts";
import { errorName, errorText, kindOf } from "./upstream.ts";

/** What `sst deploy` left in `.sst/outputs.json`. */
export type Outputs = {
  readonly region: string;
  readonly audit: string;
  readonly incidents: string;
  readonly approvals: string;
  readonly workflow: string;
};

/** Looks at what a deployment needs in its account. Never rejects: what can not be looked at is a failed check. */
export async function checkAccount(
  outputs: Outputs,
  settings: Deployment,
  documents: readonly DocumentUse[],
): Promise<readonly Check[]> {
  const credentials = await checkCredentials(outputs.region);
  // Without credentials everything else would fail in the same words.
  if (credentials.status === "fail") {
    const rest = "tables, state machine, documents, targets, kill switch and models were not looked at";
    return [credentials, skipped("account", rest, "Mend the credentials first, and look again.")];
  }
  const groups = await Promise.all([
    checkTables(outputs),
    checkStateMachine(outputs.workflow),
    checkDocuments(documents),
    checkTargets(settings.optIn),
    checkKillSwitch(),
    settings.knowledgeBaseId === undefined ? [] : checkKnowledgeBase(settings.knowledgeBaseId),
    settings.guardrail === undefined ? [] : checkGuardrail(settings.guardrail),
  ]);
  return [credentials, ...groups.flat()];
}

/** Whether this shell can speak for an account, and in the region of the deployment where there is one. */
export async function checkCredentials(deployed?: string): Promise<Check> {
  const name = "credentials and region";
  return attempt(name, signIn, async () => {
    const { client } = await ssmSdk()();
    const region = await client.config.region().catch(() => undefined);
    if (region === undefined) {
      return failed(name, "this shell names no region", `export AWS_REGION=${deployed ?? "<region>"}`);
    }
    const { expiration, accessKeyId } = await client.config.credentials();
    if (deployed !== undefined && region !== deployed) {
      return failed(name, `this shell is in ${region}, the healer in ${deployed}`, `export AWS_REGION=${deployed}`);
    }
    if (expiration !== undefined && expiration.getTime() < Date.now()) {
      return failed(name, `the credentials ended at ${expiration.toISOString()}`, "aws sso login");
    }
    return passed(name, `${region}, key …${accessKeyId.slice(-4)}`);
  });
}

async function checkTables(outputs: Outputs): Promise<readonly Check[]> {
  const { DynamoDBClient, DescribeTableCommand } = await import("@aws-sdk/client-dynamodb");
  const client = new DynamoDBClient({ maxAttempts: 2 });
  return Promise.all(
    (["audit", "incidents", "approvals"] as const).map((role) => {
      const name = `table ${role}`;
      return attempt(name, "npx sst deploy --stage <stage>", async () => {
        const { Table } = await client.send(new DescribeTableCommand({ TableName: outputs[role] }));
        const keys = Table?.KeySchema?.map(({ AttributeName }) => AttributeName).join(", ");
        const { index, ...own }: { readonly index?: { readonly name: string } } & object = tableKeys[role];
        const wanted = Object.values(own).join(", ");
        if (keys !== wanted)
          return failed(name, `its key is (${keys}), not (${wanted})`, "Use the table of this deployment.");
        if (index !== undefined && !Table?.GlobalSecondaryIndexes?.some(({ IndexName }) => IndexName === index.name))
          return failed(name, `it has no index ${index.name}`, "Deploy, then: node scripts/aws-records.ts rebuild");
        if (Table?.TableStatus !== "ACTIVE")
          return failed(name, `it is ${Table?.TableStatus}`, "Wait, and look again.");
        if (Table.DeletionProtectionEnabled !== true) {
          return warned(name, "it can be deleted by mistake", "Deploy it as a stage whose name begins with prod.");
        }
        return passed(name, outputs[role]);
      });
    }),
  );
}

async function checkStateMachine(stateMachineArn: string): Promise<readonly Check[]> {
  const name = "state machine";
  const check = await attempt(name, "npx sst deploy --stage <stage>", async () => {
    const { api, client } = await stepFunctionsSdk()();
    const { status } = await client.send(new api.DescribeStateMachineCommand({ stateMachineArn }));
    return status === "ACTIVE" ? passed(name, stateMachineArn) : failed(name, `it is ${status}`, "Deploy again.");
  });
  return [check];
}

async function checkDocuments(documents: readonly DocumentUse[]): Promise<readonly Check[]> {
  const name = "documents";
  const check = await attempt(name, "npx sst deploy --stage <stage>", async () => {
    const { api, client } = await ssmSdk()();
    const missing: string[] = [];
    for (const document of documents) {
      const command = new api.DescribeDocumentCommand({ Name: document.name });
      const found = await client.send(command).catch((error: unknown) => {
        if (errorName(error) === "InvalidDocument") return undefined;
        throw error;
      });
      if (found?.Document === undefined) missing.push(document.name);
    }
    if (missing.length === 0) return passed(name, `all ${documents.length} that the runbooks name`);
    return failed(name, `missing: ${missing.join(", ")}`, "Deploy with `documents: true`, or take the runbook out.");
  });
  return [check];
}

async function checkTargets({ key, value }: Deployment["optIn"]): Promise<readonly Check[]> {
  const name = "managed targets";
  const check = await attempt(name, "Install the Systems Manager agent and its instance profile.", async () => {
    const { api, client } = await ssmSdk()();
    const Filters = [{ Key: `tag:${key}`, Values: [value] }];
    const { InstanceInformationList = [] } = await client.send(
      new api.DescribeInstanceInformationCommand({ Filters, MaxResults: 50 }),
    );
    const online = InstanceInformationList.filter(({ PingStatus }) => PingStatus === "Online").length;
    if (online > 0) return passed(name, `${online} online with the tag ${key}=${value}`);
    const tagged = InstanceInformationList.length;
    if (tagged > 0) {
      const fix = "Start the instance, or its Systems Manager agent; check the agent's way out to the service.";
      return warned(name, `${tagged} with the tag ${key}=${value}, none of them online`, fix);
    }
    const fix = `aws ec2 create-tags --resources <instance> --tags Key=${key},Value=${value}`;
    return warned(name, `none online with the tag ${key}=${value}: every command would be refused`, fix);
  });
  return [check];
}

async function checkKillSwitch(): Promise<readonly Check[]> {
  const name = "kill switch";
  const allow = "Allow ssm:GetParameters on /healer/stop/*: a switch that can not be read stops every change.";
  const check = await attempt(name, { else: allow, denied: allow }, async () => {
    const { stopped, by = "?", why = "" } = await parameterKillSwitch().read(["all"]);
    if (!stopped) return passed(name, "readable, and off");
    return warned(name, `on, by ${by}: ${why}`, "/healer resume");
  });
  return [check];
}

async function checkKnowledgeBase(knowledgeBaseId: string): Promise<readonly Check[]> {
  const name = "knowledge base";
  const check = await attempt(name, "Check its id, or leave it out: the local index answers too.", async () => {
    const { api, client } = await knowledgeSdk()();
    const retrievalQuery = { text: "disk full" };
    const { retrievalResults = [] } = await client.send(new api.RetrieveCommand({ knowledgeBaseId, retrievalQuery }));
    if (retrievalResults.length > 0) return passed(name, `${retrievalResults.length} hits for "disk full"`);
    return warned(name, "it answers, but finds nothing", "Start an ingestion job for its data source.");
  });
  return [check];
}

async function checkGuardrail({ id, version }: NonNullable<Deployment["guardrail"]>): Promise<readonly Check[]> {
  const name = "guardrail";
  const fix = "Check its id and its published version, or leave it out: until it answers, results are withheld.";
  const check = await attempt(name, fix, async () => {
    const line = "2026-01-01T00:00:00Z INFO disk usage is 40 percent";
    const screened = await guardrail({ guardrailId: id, guardrailVersion: version }).screen(line);
    if (!screened.intervened) return passed(name, `${id} version ${version} answers`);
    const policies = screened.policies.join(", ");
    return warned(name, `it changes a harmless log line: ${policies}`, "Loosen it, or logs will not reach the model.");
  });
  return [check];
}

/** What to do about a failed look: when it was not allowed, and in any other case that has no remedy of its own. */
export type Fix = string | { readonly else: string; readonly denied: string };

/** Turns whatever a look throws into a failed check with the remedy that fits its kind. */
export async function attempt(name: string, fix: Fix, look: () => Promise<Check>): Promise<Check> {
  try {
    return await look();
  } catch (error) {
    const cause = error instanceof HealerError && error.cause !== undefined ? error.cause : error;
    const detail = errorName(cause) === "Error" ? errorText(cause) : `${errorName(cause)}: ${errorText(cause)}`;
    const own = typeof fix === "string" ? { else: fix } : fix;
    return failed(name, detail, { ...fixes, ...own }[kindOf(cause)] ?? own.else);
  }
}

const signIn = "aws sso login, or export AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";

const fixes: Partial<Readonly<Record<ReturnType<typeof kindOf>, string>>> = {
  credentials: `${signIn}; and check this machine's clock`,
  denied: "Let the role of this shell read it; the doctor changes nothing.",
  busy: "The service or the network is out; look again in a minute.",
  nowhere: "No such host: check AWS_REGION and the way out to the network.",
};
