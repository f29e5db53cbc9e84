import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { HealerError } from "../domain/errors.ts";
import type { RunbookLibrary } from "../domain/ports.ts";
import type { Runbook } from "../domain/runbook.ts";
import { parseRunbook } from "../runbook/parse.ts";
import { buildIndex } from "../search/build.ts";
import { searchIndex } from "../search/query.ts";

/** Runbooks of a folder that parse, and what is wrong with those that do not. */
export type LoadedRunbooks = { readonly runbooks: readonly Runbook[]; readonly broken: readonly HealerError[] };

/** Rejects with `bad_input` when the folder itself can not be read. */
export async function loadRunbooks(folder: string): Promise<LoadedRunbooks> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: Error) => {
    throw new HealerError("bad_input", `${folder} can not be read: ${error.message}`, {
      hint: "Name a folder of runbooks.",
    });
  });
  const files = found
    .filter((file) => file.isFile() && file.name.endsWith(".md") && file.name !== "README.md")
    .map((file) => join(file.parentPath, file.name))
    .sort();
  const parsed = await Promise.all(
    files.map(async (file) => {
      try {
        return parseRunbook(relative(folder, file), await readFile(file, "utf8"));
      } catch (error) {
        if (error instanceof HealerError) return error;
        throw error;
      }
    }),
  );
  const runbooks = parsed.flatMap((one) => (one instanceof HealerError ? [] : [one]));
  const broken = parsed.flatMap((one) => (one instanceof HealerError ? [one] : []));
  return { runbooks, broken };
}

/** The local library: an index in memory over parsed runbooks. One that does not parse is not searched and never runs. */
export function runbookLibrary(runbooks: readonly Runbook[]): RunbookLibrary {
  const byPath = new Map(runbooks.map((runbook) => [runbook.path, runbook]));
  const byId = new Map(runbooks.map((runbook) => [runbook.id, runbook]));
  const index = buildIndex(
    runbooks.map((runbook) => ({
      path: runbook.path,
      id: runbook.id,
      title: runbook.title,
      declaredAlarms: runbook.alarms.map(withoutUndefined),
      text: runbook.text,
    })),
  );
  return {
    get: async (id) => byId.get(id),
    async search(query, limit) {
      const answer = searchIndex(index, query, limit);
      const hits = answer.hits.flatMap((hit) => {
        const runbook = byPath.get(hit.path);
        const { step, heading, excerpt, score, contentHash } = hit;
        return runbook === undefined
          ? []
          : [{ runbookId: runbook.id, title: runbook.title, step, heading, excerpt, score, contentHash }];
      });
      return { abstained: answer.abstained, hits, ...(answer.reason !== undefined && { reason: answer.reason }) };
    },
  };
}

const withoutUndefined = (alarm: Runbook["alarms"][number]) => ({
  ...(alarm.namespace !== undefined && { namespace: alarm.namespace }),
  ...(alarm.metric !== undefined && { metric: alarm.metric }),
  ...(alarm.name !== undefined && { name: alarm.name }),
});
