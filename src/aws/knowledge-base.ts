import type { KnowledgeBaseRetrievalResult } from "@aws-sdk/client-bedrock-agent-runtime";
import type { RunbookHit, RunbookLibrary, RunbookQuery } from "../domain/ports.ts";
import { citation, type Runbook, type RunbookSection } from "../domain/runbook.ts";
import { fuse } from "../search/fuse.ts";
import { type KnowledgeSdk, knowledgeSdk } from "./clients.ts";
import type { Deployment } from "./deployment.ts";
import { errorName, errorText } from "./upstream.ts";

export type KnowledgeBaseOptions = {
  readonly knowledgeBaseId: string;
  /** The reviewed runbooks: what a hit must match to count, and who answers when the knowledge base does not. */
  readonly reviewed: RunbookLibrary;
  /** `fused`: both rank, and the local index says whether there is a runbook at all. `primary`: whatever this finds counts. */
  readonly use: Deployment["knowledgeBaseUse"];
  readonly sdk?: KnowledgeSdk;
};

/**
 * Semantic search in a Bedrock knowledge base. It only chooses sections: text, step and hash of a hit come from the
 * reviewed library, so a stale or altered copy in the knowledge base can never be cited.
 */
export function knowledgeBase(options: KnowledgeBaseOptions): RunbookLibrary {
  const { reviewed, use } = options;
  return {
    get: (id) => reviewed.get(id),
    async search(query, limit) {
      const local = (depth: number) => reviewed.search(query, depth);
      const retrieved = await retrieve(options, query, use === "fused" ? Math.max(limit, fusionDepth) : limit);
      if ("failure" in retrieved) {
        return withReason(await local(limit), `knowledge base: ${retrieved.failure}; the local index answered`);
      }
      if (use === "primary") return { abstained: false, hits: retrieved.hits };
      return fused(await local(Math.max(limit, fusionDepth)), retrieved.hits, limit);
    },
  };
}

type Answer = Awaited<ReturnType<RunbookLibrary["search"]>>;

/** Places past this add next to nothing. */
const fusionDepth = 20;

/** Scores of a knowledge base have no threshold that fits every store, so it can not talk the local index out of "no runbook". */
function fused(local: Answer, hits: readonly RunbookHit[], limit: number): Answer {
  const answer = { ...local, hits: fuse(local.hits, hits).slice(0, limit) };
  const nearest = hits[0];
  if (!local.abstained || nearest === undefined) return answer;
  return withReason(
    answer,
    `the knowledge base's nearest, to look at only: ${citation(nearest.runbookId, nearest.step)}`,
  );
}

const withReason = (found: Answer, reason: string): Answer => ({
  ...found,
  reason: found.reason === undefined ? reason : `${found.reason} (${reason})`,
});

type Retrieved = { readonly hits: readonly RunbookHit[] } | { readonly failure: string };

async function retrieve(options: KnowledgeBaseOptions, query: RunbookQuery, limit: number): Promise<Retrieved> {
  const { knowledgeBaseId, reviewed, sdk = knowledgeSdk() } = options;
  try {
    const { api, client } = await sdk();
    const { retrievalResults = [] } = await client.send(
      new api.RetrieveCommand({
        knowledgeBaseId,
        retrievalQuery: { text: queryText(query) },
        // Several chunks of one section are one hit, so more are asked for than are wanted.
        retrievalConfiguration: { vectorSearchConfiguration: { numberOfResults: Math.min(100, limit * 3) } },
      }),
    );
    const hits = new Map<string, RunbookHit>();
    for (const result of retrievalResults) {
      const hit = await hitOf(reviewed, result);
      if (hit === undefined) continue;
      const cited = citation(hit.runbookId, hit.step);
      if (!hits.has(cited)) hits.set(cited, hit);
    }
    if (hits.size === 0) return { failure: "no section of a reviewed runbook found" };
    return { hits: [...hits.values()].slice(0, limit) };
  } catch (error) {
    return { failure: `${errorName(error)}: ${errorText(error)}` };
  }
}

/** The alarm first, because it is sure to fit; 1,000 characters is the smallest limit of the documented ones. */
function queryText({ text, alarm }: RunbookQuery): string {
  const parts = [alarm?.name, alarm?.namespace, alarm?.metric, text, alarm?.reason];
  const joined = parts.filter((part) => part !== undefined && part.trim() !== "").join("\n");
  return Array.from(joined || "incident")
    .slice(0, 1_000)
    .join("");
}

async function hitOf(library: RunbookLibrary, result: KnowledgeBaseRetrievalResult): Promise<RunbookHit | undefined> {
  const chunk = result.content?.text ?? "";
  const id = runbookIdOf(result);
  const runbook = id === undefined ? undefined : await library.get(id);
  const section = runbook === undefined ? undefined : sectionOf(runbook, chunk);
  if (runbook === undefined || section === undefined) return undefined;
  return {
    runbookId: runbook.id,
    title: runbook.title,
    step: section.slug,
    heading: section.heading,
    excerpt: section.text.slice(0, 1_200),
    score: result.score ?? 0,
    contentHash: section.contentHash,
  };
}

function runbookIdOf({ location, metadata }: KnowledgeBaseRetrievalResult): string | undefined {
  const uri =
    location?.s3Location?.uri ?? location?.customDocumentLocation?.id ?? metadata?.["x-amz-bedrock-kb-source-uri"];
  return typeof uri === "string" ? (uri.split("/").at(-1) ?? "").replace(/\.md$/, "") : undefined;
}

/** The section that shares most lines with the chunk; a chunk of an older text that no section holds any more has none. */
function sectionOf(runbook: Runbook, chunk: string): RunbookSection | undefined {
  const lines = chunk
    .split(/\r?\n/)
    .map(plain)
    .filter((line) => line.length >= 12);
  const scored = runbook.sections.map((section) => {
    const text = plain(section.text);
    return { section, shared: lines.filter((line) => text.includes(line)).length };
  });
  const best = scored.reduce((a, b) => (b.shared > a.shared ? b : a), { section: undefined, shared: 0 } as Scored);
  return best.section;
}

type Scored = { readonly section: RunbookSection | undefined; readonly shared: number };

const plain = (text: string): string => text.replace(/\s+/g, " ").trim();
