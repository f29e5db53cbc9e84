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
import { quantile } from "./figures.ts";
import { fusions } from "./search-fusion.ts";
import { type Peer, plainBm25, sqliteFts } from "./search-peers.ts";

// node bench/search.ts: quality of the runbook search beside plain BM25 and SQLite FTS5, its abstaining, and its speed.
const variants: readonly Variant[] = ["query_no_name", "query_with_name", "query_name_only"];
const cuts = [0.2, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7];
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

/**
 * Unanswerable alarms beside answerable ones of the same source, and beside all answerable ones; and what a higher cut
 * costs: how often the right runbook is first and said to be one.
 */
function reportAbstaining({ queries }: RetrievalSet, index: SearchIndex): void {
  console.log('Abstaining: "no runbook" against the CloudWatch alarms that have one, and against all that have one');
  for (const variant of variants) {
    const asked = queries.map((query) => {
      const { confidence, hits } = searchIndex(index, { text: query[variant] }, 1);
      const right = query.relevant_merged.includes(hits[0]?.path ?? "");
      return { confidence, right, set: query.set, answerable: query.relevant_merged.length > 0 };
    });
    const none = asked.filter(({ answerable }) => !answerable);
    const all = asked.filter(({ answerable }) => answerable);
    const alike = all.filter(({ set }) => set === "aws-cloudwatch");
    console.log(
      `${variant}: area under the curve ${area(alike, none).toFixed(3)} (all: ${area(all, none).toFixed(3)})`,
    );
    for (const cut of cuts) {
      const below = (of: readonly Sure[]): number => of.filter(({ confidence }) => confidence < cut).length;
      const precision = (of: readonly Sure[]): string =>
        (below(none) / Math.max(1, below(none) + below(of))).toFixed(2);
      const said = all.filter(({ confidence, right }) => right && confidence >= cut).length;
      console.log(
        `  below ${cut}: recall ${(below(none) / none.length).toFixed(2)} (${below(none)} of ${none.length}), precision ${precision(alike)}` +
          ` (all: ${precision(all)}); wrongly ${below(alike)} of ${alike.length} (all: ${below(all)} of ${all.length});` +
          ` right first and said ${(said / all.length).toFixed(3)}`,
      );
    }
  }
}

type Sure = { readonly confidence: number };

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
function area(answerable: readonly Sure[], none: readonly Sure[]): number {
  let won = 0;
  for (const { confidence: yes } of answerable) {
    for (const { confidence: no } of none) won += yes > no ? 1 : yes === no ? 0.5 : 0;
  }
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
  const builds = [1, 2, 3, 4, 5].map(() => timed(() => writeFileSync(file, saveIndex(buildIndex(many)))));
  const starts = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(() => timed(() => savedIndex(file)));
  const index = savedIndex(file);
  if (index === undefined) throw new Error("the index just saved does not load");
  const asks = texts.map((text) => timed(() => searchIndex(index, { text }, 5)));
  console.log("  median wall time (processor time)");
  console.log(row("build and save", [spent(builds, 0.5, 0)]));
  console.log(row("warm start", [spent(starts, 0.5, 0)]));
  console.log(row("query, median", [spent(asks, 0.5, 2)]));
  console.log(row("query, 95th", [spent(asks, 0.95, 2)]));
  console.log(row("file", [`${(statSync(file).size / 1e6).toFixed(0)} MB`]));
  rmSync(folder, { recursive: true });
  for (const build of [plainBm25, sqliteFts]) {
    let peer: Peer | undefined;
    const built = timed(() => {
      peer = build(many);
    });
    const peerAsks = texts.slice(0, 100).map((text) => timed(() => peer?.rank(text, 5)));
    console.log(row(`${peer?.name}: build`, [spent([built], 0.5, 0)]));
    console.log(row(`${peer?.name}: query, median`, [spent(peerAsks, 0.5, 2)]));
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

type Spent = { readonly wall: number; readonly processor: number };

function timed(run: () => unknown): Spent {
  const before = process.cpuUsage();
  const start = performance.now();
  run();
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  return { wall, processor: (user + system) / 1000 };
}

function spent(of: readonly Spent[], share: number, digits: number): string {
  const at = (values: readonly number[]): string => quantile(values, share).toFixed(digits);
  return `${at(of.map(({ wall }) => wall))} (${at(of.map(({ processor }) => processor))}) ms`;
}

function row(label: string, cells: readonly string[]): string {
  return `  ${label.padEnd(28)}${cells.map((cell) => cell.padEnd(24)).join("")}`;
}
