import type { Change } from "../domain/ports.ts";

/** Why a change says nothing about an incident, or undefined for one that may have caused it. */
export function housekeepingOf(change: Change): string | undefined {
  if (change.failed) return undefined;
  if (readOnly.test(change.what) && !actsInSpiteOfName.has(change.what)) return "reads";
  if (agents.has(change.what)) return change.what;
  return undefined;
}

/** CloudTrail marks most reads as such; what slips through is known by its verb. */
const readOnly = /^(Get|List|Describe|Head|Lookup|BatchGet|Search|Simulate|Preview|Validate|Test|Check)[A-Z]/;
const actsInSpiteOfName: ReadonlySet<string> = new Set(["TestFunction"]);

/** What agents, schedulers and sign-ins write all day long. */
const agents: ReadonlySet<string> = new Set([
  "AssumeRole",
  "AssumeRoleWithSAML",
  "AssumeRoleWithWebIdentity",
  "AWS-GatherSoftwareInventory",
  "AWS-UpdateSSMAgent",
  "ConsoleLogin",
  "CreateGrant",
  "CreateLogStream",
  "CreateNetworkInterface",
  "Decrypt",
  "DeleteNetworkInterface",
  "Encrypt",
  "GenerateDataKey",
  "GenerateDataKeyWithoutPlaintext",
  "InvokeModel",
  "Converse",
  "OpenDataChannel",
  "PutComplianceItems",
  "PutConfigurePackageResult",
  "PutEvaluations",
  "PutInventory",
  "PutLogEvents",
  "RegisterContainerInstance",
  "RenewRole",
  "RetireGrant",
  "SendHeartbeat",
  "SetAlarmState",
  "SharedSnapshotCopyInitiated",
  "StartQuery",
  "StopQuery",
  "SubmitContainerStateChange",
  "SubmitTaskStateChange",
  "UpdateInstanceAssociationStatus",
  "UpdateInstanceInformation",
]);
