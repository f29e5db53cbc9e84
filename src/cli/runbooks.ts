import { join } from "node:path";
import { tools } from "../../tools/index.ts";
import { projectFolder } from "../local/files.ts";
import { loadRunbooks } from "../local/runbook-folder.ts";
import { lintTogether } from "../runbook/lint.ts";
import { exitCodes, type Io } from "./io.ts";

export const shippedRunbooks = join(projectFolder, "runbooks");

/** Says what keeps each runbook of a folder from being used. */
export async function runLint(args: { dir: string; json?: boolean }, io: Io): Promise<number> {
  const { runbooks, broken } = await loadRunbooks(args.dir);
  const problems = [
    ...broken.map((error) => ({
      path: error.message.split(":")[0] ?? "",
      where: "front matter",
      problem: error.message,
    })),
    ...lintTogether(runbooks, new Set(tools.keys())),
  ];
  if (args.json === true) io.stdout(`${JSON.stringify({ runbooks: runbooks.length, problems })}\n`);
  else {
    for (const { path, where, problem } of problems) io.stdout(`${path}: ${where}: ${problem}\n`);
    io.stdout(`${runbooks.length + broken.length} runbooks, ${problems.length} problem(s)\n`);
  }
  return problems.length === 0 ? exitCodes.ok : exitCodes.badInput;
}
