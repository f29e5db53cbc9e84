import { join } from "node:path";
import type { UnitPrices } from "../src/cost/unit-price.ts";
import { sha256 } from "../src/domain/journal.ts";
import type { RunbookLibrary } from "../src/domain/ports.ts";
import type { Runbook } from "../src/domain/runbook.ts";
import type { Tool } from "../src/domain/tool.ts";
import { loadPolicies, type PolicySet } from "../src/governance/policy.ts";
import { projectFolder, readPolicyText, readPrompt } from "../src/local/files.ts";
import { loadDocuments } from "../src/local/lab-documents.ts";
import { createSnapshotPrices } from "../src/local/price-snapshot.ts";
import { loadRunbooks, runbookLibrary } from "../src/local/runbook-folder.ts";
import { tools } from "../tools/index.ts";
import type { World } from "./case.ts";

export type KnownDocument = { readonly type: "Command" | "Automation"; readonly hash: string };

/** What every case of a suite has in common: loaded once. */
export type Shared = {
  readonly tools: ReadonlyMap<string, Tool>;
  readonly policies: PolicySet;
  readonly prompt: { readonly text: string; readonly hash: string };
  readonly unitPrices: UnitPrices;
  readonly documents: ReadonlyMap<string, KnownDocument>;
  readonly runbooks: readonly Runbook[];
  /** Hash over all runbooks, the project's and the cases' own. */
  readonly runbookHash: string;
  /** The project's runbooks with the case's own; made once for each set. */
  libraryFor(world: Pick<World, "runbooks" | "without">): RunbookLibrary;
};

export type SharedOptions = { readonly prompt?: string; readonly policies?: string; readonly runbooks?: string };

/** Documents that AWS owns: their content is AWS's, so the name stands for it. */
const amazonDocuments: readonly (readonly [string, KnownDocument["type"]])[] = [
  ["AWS-RunShellScript", "Command"],
  ["AWS-RestartEC2Instance", "Automation"],
  ["AWS-RebootRdsInstance", "Automation"],
];

export async function loadShared(options: SharedOptions = {}): Promise<Shared> {
  const project = await loadRunbooks(options.runbooks ?? join(projectFolder, "runbooks"));
  const extra = await loadRunbooks(join(projectFolder, "evals", "runbooks"));
  const broken = [...project.broken, ...extra.broken][0];
  if (broken !== undefined) throw broken;
  const known = loadDocuments([join(projectFolder, "runbooks", "documents")]);
  const libraries = new Map<string, RunbookLibrary>();
  return {
    tools,
    policies: await loadPolicies(await readPolicyText(options.policies)),
    prompt: await readPrompt(options.prompt),
    unitPrices: createSnapshotPrices(),
    documents: new Map<string, KnownDocument>([
      ...amazonDocuments.map(([name, type]) => [name, { type, hash: sha256(name) }] as const),
      ...[...known].map(([name, { type, hash }]) => [name, { type, hash }] as const),
    ]),
    runbooks: [...project.runbooks, ...extra.runbooks],
    runbookHash: sha256([...project.runbooks, ...extra.runbooks].map((runbook) => runbook.text).join("\n")),
    libraryFor(world) {
      const key = JSON.stringify([world.runbooks, world.without]);
      const made = libraries.get(key) ?? libraryOf(world, project.runbooks, extra.runbooks);
      libraries.set(key, made);
      return made;
    },
  };
}

function libraryOf(
  world: Pick<World, "runbooks" | "without">,
  project: readonly Runbook[],
  extra: readonly Runbook[],
): RunbookLibrary {
  const own = world.runbooks.map((id) => {
    const found = extra.find((runbook) => runbook.id === id);
    if (found === undefined) throw new Error(`evals/runbooks has no ${id}`);
    return found;
  });
  const kept = project.filter((runbook) => !world.without.includes("*") && !world.without.includes(runbook.id));
  return runbookLibrary([...kept, ...own]);
}
