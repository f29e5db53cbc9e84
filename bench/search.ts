import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { savedIndex } from "../src/cli/runbook-index.ts";
import { buildIndex } from "../src/search/build.ts";
import { searchIndex } from "../src/search/query.ts";
import { saveIndex } from "../src/search/store.ts";
import type { SearchDocument, SearchIndex, SearchQuery } from "../src/search/types.ts";
import {
  answerableSets,
  type Judged,
  type Measured,
  macro,
  measure,
  type RetrievalSet,
  retrievalSet,
  type Variant,
} from "../test/search/retrieval.ts";
import { fusions } from "./search-fusion.ts";
import { type Peer, plainBm25, sqliteFts } from "./search-peers.ts";

// node bench/search.ts: quality of the runbook search beside plain BM25 and SQLite FTS5, its abstaining, and its speed.
const variants: readonly Variant[] = ["query_no_name", "query_with_name", "query_name_only"];
const cuts = [0.2, 0.3, 0.35, 0.4, 0.5, 0.6];
const data = retrievalSet();
if (data !== undefined) {
  console.log(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}; ${data.documents.length} runbooks, ${data.queries.length} queries\n`,
  );
  const index = buildIndex(data.documents);
  reportQuality(data, [plainBm25(data.documents), sqliteFts(data.documents), ours(index)]);
  console.log("Together with another search, as with a knowledge base:");
  reportMeans(data, fusions(data.documents, index));
  reportAbstaining(data, index);
  reportFacts(data, index);
  reportSpeed(data);
}

function ours(index: SearchIndex): Peer {
  return { name: "ours", rank: (text, k) => searchIndex(index, { text }, k).hits.map((hit) => hit.path) };
}

function reportQuality({ queries }: RetrievalSet, peers: readonly Peer[]): void {
  for (const variant of variants) {
    console.log(`${variant}: recall@1 / recall@3 / mean reciprocal rank, all runbooks indexed`);
    const sets = answerableSets(queries);
    console.log(
      row(
        "set",
        peers.map((peer) => peer.name),
      ),
    );
    const measured = sets.map((set) =>
      peers.map((peer) => measure(queries, set, (query) => peer.rank(query[variant], 10))),
    );
    for (const [at, set] of sets.entries()) {
      const results = measured[at] ?? [];
      console.log(row(`${set} (${results[0]?.count})`, results.map(shares)));
    }
    const means = peers.map((_, peer) => macro(measured.flatMap((results) => results[peer] ?? [])));
    console.log(`${row("mean of sets", means.map(shares))}\n`);
  }
}

function shares(of: Omit<Measured, "count">): string {
  return [of.first, of.third, of.reciprocal].map((share) => share.toFixed(3)).join(" / ");
}

function reportMeans({ queries }: RetrievalSet, peers: readonly Peer[]): void {
  for (const peer of peers) {
    const means = variants.map((variant) => {
      const rank = (query: Judged): readonly string[] => peer.rank(query[variant], 10);
      return shares(macro(answerableSets(queries).map((set) => measure(queries, set, rank))));
    });
    console.log(row(peer.name, means));
  }
  console.log("");
}

/** Unanswerable alarms beside answerable ones of the same source, and beside all answerable ones. */
function reportAbstaining({ queries }: RetrievalSet, index: SearchIndex): void {
  console.log('Abstaining: "no runbook" against the CloudWatch alarms that have one, and against all that have one');
  for (const variant of variants) {
    const confidence = (query: Judged): number => searchIndex(index, { text: query[variant] }, 1).confidence;
    const none = queries.filter((query) => query.relevant_merged.length === 0).map(confidence);
    const answerable = queries.filter((query) => query.relevant_merged.length > 0);
    const alike = answerable.filter((query) => query.set === "aws-cloudwatch").map(confidence);
    const all = answerable.map(confidence);
    console.log(
      `${variant}: area under the curve ${area(alike, none).toFixed(3)} (all: ${area(all, none).toFixed(3)})`,
    );
    for (const cut of cuts) {
      const below = (scores: readonly number[]): number => scores.filter((score) => score < cut).length;
      const precision = below(none) / Math.max(1, below(none) + below(alike));
      console.log(
        `  below ${cut}: recall ${(below(none) / none.length).toFixed(2)} (${below(none)} of ${none.length}), precision ${precision.toFixed(2)};` +
          ` wrongly ${below(alike)} of ${alike.length}, of all ${below(all)} of ${all.length}`,
      );
    }
  }
}

/** The same CloudWatch alarms as facts (name, namespace, metric, description), the way an alarm event brings them. */
function reportFacts({ queries }: RetrievalSet, index: SearchIndex): void {
  console.log("\nAs alarm facts, k = 3:");
  for (const set of ["aws-cloudwatch", "aws-unanswerable"]) {
    const asked = queries.filter((query) => query.set === set && query.alert.includes("/"));
    const answers = asked.map((query) => searchIndex(index, { text: "", alarm: factsOf(query) }, 3));
    const found = measure(asked, set, (query) => answers[asked.indexOf(query)]?.hits.map((hit) => hit.path) ?? []);
    const silent = answers.filter((answer) => answer.abstained).length;
    console.log(
      `  ${set}: ${asked.length} alarms, ${found.count === 0 ? "" : `recall@1 ${found.first.toFixed(3)}, @3 ${found.third.toFixed(3)}, `}abstained ${silent}`,
    );
  }
}

function factsOf(query: Judged): NonNullable<SearchQuery["alarm"]> {
  const [namespace = "", metric = ""] = query.alert.split(" ");
  const description = query.query_with_name.replace(/^[^:]*: /, "");
  return { name: `prod-${metric}`, namespace, metric, description };
}

/** Chance that an answerable query is more confident than an unanswerable one. */
function area(answerable: readonly number[], none: readonly number[]): number {
  let won = 0;
  for (const yes of answerable) for (const no of none) won += yes > no ? 1 : yes === no ? 0.5 : 0;
  return won / Math.max(1, answerable.length * none.length);
}

function reportSpeed({ documents, queries }: RetrievalSet): void {
  const many = varied(documents, 10_000);
  const megabytes = many.reduce((sum, document) => sum + document.text.length, 0) / 1e6;
  console.log(
    `\nSpeed: ${many.length} runbooks, ${megabytes.toFixed(0)} MB (copies with every thirteenth word changed)`,
  );
  const texts = queries.flatMap((query) => [query.query_no_name, query.query_with_name]);
  const folder = mkdtempSync(join(tmpdir(), "runbook-index-"));
  const file = join(folder, "index");
  const processor = process.cpuUsage();
  const builds = [1, 2, 3].map(() => timed(() => writeFileSync(file, saveIndex(buildIndex(many)))));
  const busy = process.cpuUsage(processor);
  const starts = [1, 2, 3, 4, 5].map(() => timed(() => savedIndex(file)));
  const index = savedIndex(file);
  if (index === undefined) throw new Error("the index just saved does not load");
  const asks = texts.map((text) => timed(() => searchIndex(index, { text }, 5)));
  console.log(
    `ours: build and save ${median(builds).toFixed(0)} ms (first ${builds[0]?.toFixed(0)}; processor ${((busy.user + busy.system) / 3000).toFixed(0)}), warm start ${median(starts).toFixed(0)} ms,` +
      ` query median ${median(asks).toFixed(2)} ms, 95th ${quantile(asks, 0.95).toFixed(2)} ms, file ${(statSync(file).size / 1e6).toFixed(0)} MB`,
  );
  rmSync(folder, { recursive: true });
  for (const build of [plainBm25, sqliteFts]) {
    const start = performance.now();
    const peer = build(many);
    const took = performance.now() - start;
    const peerAsks = texts.slice(0, 100).map((text) => timed(() => peer.rank(text, 5)));
    console.log(`${peer.name}: build ${took.toFixed(0)} ms, query median ${median(peerAsks).toFixed(2)} ms`);
  }
}

/** Ten thousand documents that are not ten thousand times the same words. */
function varied(documents: readonly SearchDocument[], count: number): readonly SearchDocument[] {
  return Array.from({ length: count }, (_, at) => {
    const copy = Math.floor(at / documents.length);
    const { path, text } = documents[at % documents.length] ?? { path: "", text: "" };
    let word = 0;
    const changed = text.replace(/\b[a-z]{6,}\b/g, (found) => (word++ % 13 === copy ? `${found}x${copy}` : found));
    return { path: `copy${copy}/${path}`, text: copy === 0 ? text : changed };
  });
}

function timed(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length * share)] ?? 0;
}

function row(label: string, cells: readonly string[]): string {
  return `  ${label.padEnd(28)}${cells.map((cell) => cell.padEnd(24)).join("")}`;
}
