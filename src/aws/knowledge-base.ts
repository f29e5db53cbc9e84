import type { KnowledgeBaseRetrievalResult } from "@aws-sdk/client-bedrock-agent-runtime";
import type { RunbookHit, RunbookLibrary, RunbookQuery } from "../domain/ports.ts";
import type { Runbook, RunbookSection } from "../domain/runbook.ts";
import { type KnowledgeSdk, knowledgeSdk } from "./clients.ts";
import { errorName, errorText } from "./upstream.ts";

export type KnowledgeBaseOptions = {
  readonly knowledgeBaseId: string;
  /** The reviewed runbooks: what a hit must match to count, and who answers when the knowledge base does not. */
  readonly fallback: RunbookLibrary;
  readonly sdk?: KnowledgeSdk;
  /** Results below it do not count. Scales differ between vector stores, so there is no default that fits. */
  readonly minimumScore?: number;
};

/**
 * Semantic search in a Bedrock knowledge base. It only chooses sections: text, step and hash of a hit come from the
 * reviewed library, so a stale or altered copy in the knowledge base can never be cited.
 */
export function knowledgeBase(options: KnowledgeBaseOptions): RunbookLibrary {
  const { fallback } = options;
  return {
    get: (id) => fallback.get(id),
    async search(query, limit) {
      const why = (reason: string) => `knowledge base: ${reason}; the local index answered`;
      try {
        const hits = await retrieve(options, query, limit);
        if (hits.length > 0) return { abstained: false, hits };
        return withReason(await fallback.search(query, limit), why("no section of a reviewed runbook found"));
      } catch (error) {
        return withReason(await fallback.search(query, limit), why(`${errorName(error)}: ${errorText(error)}`));
      }
    },
  };
}

type Found = Awaited<ReturnType<RunbookLibrary["search"]>>;

const withReason = (found: Found, reason: string): Found => ({
  ...found,
  reason: found.reason === undefined ? reason : `${found.reason} (${reason})`,
});

async function retrieve(options: KnowledgeBaseOptions, query: RunbookQuery, limit: number): Promise<RunbookHit[]> {
  const { knowledgeBaseId, fallback, sdk = knowledgeSdk(), minimumScore = Number.NEGATIVE_INFINITY } = options;
  const { api, client } = await sdk();
  const reply = await client.send(
    new api.RetrieveCommand({
      knowledgeBaseId,
      retrievalQuery: { text: queryText(query) },
      // Several chunks of one section are one hit, so more are asked for than are wanted.
      retrievalConfiguration: { vectorSearchConfiguration: { numberOfResults: Math.min(100, limit * 3) } },
    }),
  );
  const hits = new Map<string, RunbookHit>();
  for (const result of reply.retrievalResults ?? []) {
    if ((result.score ?? 0) < minimumScore) continue;
    const hit = await hitOf(fallback, result);
    if (hit !== undefined && !hits.has(`${hit.runbookId}#${hit.step}`)) hits.set(`${hit.runbookId}#${hit.step}`, hit);
    if (hits.size >= limit) break;
  }
  return [...hits.values()];
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
