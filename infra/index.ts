import { join } from "node:path";
import { documentsOf } from "../src/aws/documents.ts";
import type { DeployedReach } from "../src/aws/roles.ts";
import { arn } from "../src/aws/statement.ts";
import { refuseUnknown } from "../src/domain/mode.ts";
import { loadRunbooks } from "../src/local/runbook-folder.ts";
import { createAlarms } from "./alarms.ts";
import { createApi } from "./api.ts";
import { closeDefaults } from "./defaults.ts";
import { createDocuments } from "./documents.ts";
import { createFunctions } from "./functions.ts";
import { createIntake, feedDetector } from "./intake.ts";
import { syncRunbooks } from "./knowledge-base.ts";
import { placeOf } from "./place.ts";
import { isPermanent, settingsOf } from "./settings.ts";
import { createStorage } from "./storage.ts";
import { feedFromJournal, tickEveryMinute } from "./streams.ts";
import { createWorkflow } from "./workflow.ts";

/** Everything that one stage consists of. */
export async function deploy() {
  closeDefaults();
  const root = $cli.paths.root;
  const runbooks = join(root, "runbooks");
  const name = `${$app.name}-${$app.stage}`;
  const file = process.env["HEALER_DEPLOY_FILE"] ?? join(root, "healer.deploy.json");
  const settings = settingsOf(file, $app.stage);
  refuseUnknown(settings.modes, (await loadRunbooks(runbooks)).runbooks);
  const documents = await documentsOf(runbooks);
  const place = placeOf();
  const traced = settings.tracing === "xray";
  const members = settings.accounts.map((member) => member.account);
  const reach = place.apply((at): DeployedReach => {
    if (members.includes(at.account))
      throw new Error(`${at.account} is this account: list its other regions under regions`);
    return { ...settings, ...at, documents };
  });
  const account = place.apply((at) => at.account);

  if (settings.documents) await createDocuments(runbooks);
  const storage = createStorage(isPermanent($app.stage));
  const partition = place.apply((at) => at.partition);
  const intake = createIntake({ ownPrefix: `${name}-`, partition, members, regions: settings.regions });
  const lostAnchors = new aws.sqs.Queue("LostAnchors", {
    messageRetentionSeconds: 14 * 24 * 3600,
    sqsManagedSseEnabled: true,
  });
  // Known before it exists, so that functions and state machine can name each other.
  const stateMachine = place.apply((at) => arn(at, "states", `stateMachine:${name}`));
  const own = $util
    .all([
      storage.audit.arn,
      storage.audit.nodes.table.streamArn,
      storage.incidents.arn,
      storage.approvals.arn,
      stateMachine,
      intake.alarms.arn,
      lostAnchors.arn,
      storage.anchors.arn,
    ])
    .apply(([audit, auditStream, incidents, approvals, stateMachine, queue, lostAnchors, anchors]) => ({
      audit,
      auditStream,
      incidents,
      approvals,
      stateMachine,
      queue,
      lostAnchors,
      anchors,
    }));
  const made = createFunctions({ common: { reach, own, traced }, settings, account, storage, stateMachine });

  feedDetector(intake, made.detector);
  feedFromJournal(storage, made.anchor, made.chat, lostAnchors);
  tickEveryMinute(made.chat, account);
  const { approvalMinutes } = settings;
  const workflow = createWorkflow({ name, account, brain: made.brain, hands: made.hands, approvalMinutes, traced });
  const api = createApi(made.api);
  if (settings.knowledgeBaseBucket !== undefined) syncRunbooks(settings.knowledgeBaseBucket, runbooks);
  createAlarms({
    prefix: `${name}-`,
    email: settings.alarmEmail,
    workflow,
    functions: Object.entries(made),
    alarms: intake.alarms,
    deadLetters: [
      ["refused-alarms", intake.refused],
      ["undelivered-alarms", intake.undelivered],
      ["lost-anchors", lostAnchors],
    ],
  });
  // `sst deploy` keeps these in .sst/outputs.json, where `healer doctor` finds them.
  return {
    url: api.url,
    account,
    brainRole: made.brain.nodes.role.arn,
    handsRole: made.hands.nodes.role.arn,
    region: place.apply((at) => at.region),
    audit: storage.audit.name,
    incidents: storage.incidents.name,
    approvals: storage.approvals.name,
    workflow: workflow.arn,
    anchors: storage.anchors.bucket,
  };
}
