/**
 * Looks after a deployment's records with your own credentials, from the folder that holds .sst/outputs.json:
 *   node scripts/aws-records.ts verify <copy of the bucket's anchors/> <public key, PEM>
 *   node scripts/aws-records.ts rebuild     writes the Incidents table anew from the journal, and indexes old approvals
 *   node scripts/aws-records.ts shadow 30   what each action would have done in mode auto, over so many days
 */
import { readFile } from "node:fs/promises";
import { runsSince } from "../src/agent/history.ts";
import { rebuildIncidents } from "../src/agent/rebuild.ts";
import { readAnchors, verifyAnchored } from "../src/aws/anchored.ts";
import { deploymentOf } from "../src/aws/deployment.ts";
import { composeRecords } from "../src/aws/records.ts";
import { reindex } from "../src/aws/reindex.ts";
import { shadowOf } from "../src/history/shadow.ts";

const [command, folder = "", key = ""] = process.argv.slice(2);
const outputs = JSON.parse(await readFile(".sst/outputs.json", "utf8"));
process.env["AWS_REGION"] ??= outputs.region;
const records = await composeRecords({
  region: outputs.region,
  account: "",
  deployment: deploymentOf("records", {}),
  tables: { audit: outputs.audit, incidents: outputs.incidents, approvals: outputs.approvals },
  stateMachineArn: undefined,
  anchorBucket: undefined,
  files: ".",
});

switch (command) {
  case "verify": {
    const anchors = await readAnchors(folder, await readFile(key, "utf8"));
    const faults = await verifyAnchored(records.journal, anchors);
    for (const { runId, seq, why } of faults) console.log(`${runId} entry ${seq}: ${why}`);
    console.log(faults.length === 0 ? `Every journal holds, against the anchors of ${anchors.size} runs.` : "");
    process.exitCode = faults.length === 0 ? 0 : 13;
    break;
  }
  case "rebuild":
    await reindex(records.dynamo);
    console.log(`${await rebuildIncidents(records)} incidents written from the journal.`);
    break;
  case "shadow": {
    const since = Date.now() - Number(folder || "30") * 86_400_000;
    console.log(JSON.stringify(shadowOf(await runsSince(records.journal, since)), null, 1));
    break;
  }
  default:
    console.error("node scripts/aws-records.ts verify <anchors> <key.pem> | rebuild | shadow [<days>]");
    process.exitCode = 2;
}
