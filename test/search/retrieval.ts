import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import * as z from "zod";

/** Public runbooks and alerts judged against them; `undefined` with a printed reason where they are absent. */
export function retrievalSet(): RetrievalSet | undefined {
  const shared = process.env.HEALER_BENCH_DATA ?? join(import.meta.dirname, "../../../shared/data");
  const root = join(shared, "runbook-retrieval");
  if (!existsSync(join(root, "queries/all.jsonl"))) {
    console.log(`SKIPPED: no runbook-retrieval data in ${shared} (set HEALER_BENCH_DATA)`);
    return undefined;
  }
  const corpus = join(root, "corpus");
  const files = readdirSync(corpus, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const documents = files.map((file) => ({ path: relative(corpus, file), text: readFileSync(file, "utf8") }));
  const lines = readFileSync(join(root, "queries/all.jsonl"), "utf8").trim().split("\n");
  return { documents, queries: lines.map((line) => Judged.parse(JSON.parse(line))) };
}

export const Judged = z.object({
  set: z.string(),
  alert: z.string(),
  query_no_name: z.string(),
  query_with_name: z.string(),
  query_name_only: z.string(),
  relevant_merged: z.array(z.string()),
});
export type Judged = z.infer<typeof Judged>;
export type RetrievalSet = {
  readonly documents: readonly { readonly path: string; readonly text: string }[];
  readonly queries: readonly Judged[];
};

export type Variant = "query_no_name" | "query_with_name" | "query_name_only";
export type Measured = {
  readonly first: number;
  readonly third: number;
  readonly reciprocal: number;
  readonly count: number;
};

/** Recall at 1 and 3 and mean reciprocal rank within 10, of one set's answerable queries. */
export function measure(queries: readonly Judged[], set: string, rank: (query: Judged) => readonly string[]): Measured {
  const asked = queries.filter((query) => query.set === set && query.relevant_merged.length > 0);
  const places = asked.map((query) => rank(query).findIndex((path) => query.relevant_merged.includes(path)));
  const share = (within: number): number =>
    places.filter((place) => place >= 0 && place < within).length / Math.max(1, asked.length);
  const reciprocal = places.reduce((sum, place) => sum + (place >= 0 && place < 10 ? 1 / (place + 1) : 0), 0);
  return { first: share(1), third: share(3), reciprocal: reciprocal / Math.max(1, asked.length), count: asked.length };
}

/** Sets with answers, in the order of the file. */
export function answerableSets(queries: readonly Judged[]): readonly string[] {
  return [...new Set(queries.filter((query) => query.relevant_merged.length > 0).map((query) => query.set))];
}

/** Every set counts the same, however many queries it has. */
export function macro(measured: readonly Measured[]): Omit<Measured, "count"> {
  const mean = (of: (one: Measured) => number): number =>
    measured.reduce((sum, one) => sum + of(one), 0) / Math.max(1, measured.length);
  return {
    first: mean((one) => one.first),
    third: mean((one) => one.third),
    reciprocal: mean((one) => one.reciprocal),
  };
}
