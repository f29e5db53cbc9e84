import type { Rule, Rules } from "../call.ts";
import { awsRules } from "./aws.ts";
import { cloudRules } from "./clouds.ts";
import { containerRules } from "./containers.ts";
import { databaseRules } from "./databases.ts";
import { diskRules } from "./disks.ts";
import { fileRules } from "./files.ts";
import { findRules } from "./find.ts";
import { gitRules } from "./git.ts";
import { infrastructureRules } from "./infrastructure.ts";
import { interpreterRules } from "./interpreters.ts";
import { kubernetesRules } from "./kubernetes.ts";
import { networkRules } from "./network.ts";
import { packageRules } from "./packages.ts";
import { readerRules } from "./readers.ts";
import { remoteRules } from "./remote.ts";
import { removalRules } from "./removal.ts";
import { serviceRules } from "./services.ts";
import { shellRules } from "./shells.ts";
import { systemRules } from "./system.ts";
import { textRules } from "./text.ts";
import { transferRules } from "./transfer.ts";
import { wrapperRules } from "./wrappers.ts";

/** The rule for a program by its name without path, or undefined when nothing is known about it. */
export function ruleFor(program: string): Rule | undefined {
  const plain = program.replace(/\.(exe|cmd|bat)$/i, "");
  // `python3.12`, `psql-16` and `mkfs.ext4` are their family; an exact entry wins.
  return (
    rules.get(plain) ??
    rules.get(plain.replace(/[-.]?\d+(\.\d+)*$/, "")) ??
    (/^(mkfs|fsck)\./.test(plain) ? rules.get(plain.slice(0, 4)) : undefined)
  );
}

const groups: readonly Rules[] = [
  cloudRules,
  readerRules,
  textRules,
  fileRules,
  removalRules,
  findRules,
  diskRules,
  systemRules,
  serviceRules,
  packageRules,
  gitRules,
  containerRules,
  kubernetesRules,
  infrastructureRules,
  databaseRules,
  networkRules,
  transferRules,
  remoteRules,
  awsRules,
  interpreterRules,
  shellRules,
  wrapperRules,
];

const rules: ReadonlyMap<string, Rule> = new Map(groups.flatMap((group) => Object.entries(group)));
