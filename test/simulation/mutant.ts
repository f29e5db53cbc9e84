import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AgentCode } from "../../evals/simulation/agent.ts";
import { projectFolder } from "../../src/local/files.ts";

/** One line of the agent, changed. */
export type Mutation = { readonly file: string; readonly from: string; readonly to: string };

/**
 * Loads a copy of src/agent in which something was broken on purpose, so that a test can show that it would notice. Only
 * the copy changes; it uses the real domain, governance and tools. Rejects when the text to change is not there just once.
 */
export async function withMutant<Answer>(
  mutations: readonly Mutation[],
  use: (code: AgentCode) => Promise<Answer>,
): Promise<Answer> {
  const parent = join(projectFolder, ".stryker-tmp");
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, "mutant-"));
  try {
    const agent = join(folder, "agent");
    await cp(join(projectFolder, "src", "agent"), agent, { recursive: true });
    for (const file of await readdir(agent))
      await rewrite(join(agent, file), (text) => text.replaceAll('from "../', 'from "../../../src/'));
    for (const { file, from, to } of mutations) {
      await rewrite(join(agent, file), (text) => {
        if (text.split(from).length !== 2) throw new Error(`src/agent/${file} does not hold this just once: ${from}`);
        return text.replace(from, () => to);
      });
    }
    return await use(await load(agent));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function load(agent: string): Promise<AgentCode> {
  const [{ decideApproval, waitForDecision }, { drive }, { escalate }, { takeEvent }] = await Promise.all([
    import(join(agent, "decision.ts")),
    import(join(agent, "drive.ts")),
    import(join(agent, "escalate.ts")),
    import(join(agent, "intake.ts")),
  ]);
  return { decideApproval, waitForDecision, drive, escalate, takeEvent };
}

const rewrite = async (path: string, change: (text: string) => string): Promise<void> =>
  writeFile(path, change(await readFile(path, "utf8")));
