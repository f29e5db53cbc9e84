/**
 * Prints the CloudFormation template for an account of the allow-list, or for this account's other regions, from the folder
 * that holds .sst/outputs.json:
 *   node scripts/member-account.ts production 111122223333 > member.json
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { deploymentOf } from "../src/aws/deployment.ts";
import { documentsOf, ownDocuments } from "../src/aws/documents.ts";
import { memberTemplate } from "../src/aws/member-template.ts";
import { partitionOf } from "../src/detect/place.ts";
import { projectFolder } from "../src/local/files.ts";
import { tools } from "../tools/index.ts";

const Outputs = z.object({ account: z.string(), region: z.string(), brainRole: z.string(), handsRole: z.string() });

const [stage = "", account = ""] = process.argv.slice(2);
const read = (path: string): unknown => (existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {});
const outputs = Outputs.safeParse(read(".sst/outputs.json"));
if (stage === "" || account === "") fail("node scripts/member-account.ts <stage> <account>");
else if (!outputs.success)
  fail("no deployment in .sst/outputs.json: deploy first, since the roles there trust this one's");
else await print(outputs.data);

async function print(centre: z.infer<typeof Outputs>): Promise<void> {
  const runbooks = join(projectFolder, "runbooks");
  const template = memberTemplate({
    centre: { ...centre, name: `incident-healer-${stage}`, partition: partitionOf(centre.region) },
    settings: deploymentOf(stage, read("healer.deploy.json")),
    account,
    tools: [...tools.values()],
    documents: await documentsOf(runbooks),
    ownDocuments: await ownDocuments(runbooks),
  });
  if (template === undefined) fail(`${account} is not in healer.deploy.json, stage ${stage}`);
  else console.log(JSON.stringify(template, null, 1));
}

function fail(why: string): void {
  console.error(why);
  process.exitCode = 2;
}
