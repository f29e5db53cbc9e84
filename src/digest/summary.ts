import type { Miner } from "./miner.ts";
import { type DigestOptions, defaultBudgetTokens, type SourceFacts, type WindowTally } from "./options.ts";
import { type Pattern, severityOf } from "./pattern.ts";
import { clusterOf, type RankedPattern, rankPatterns } from "./rank.ts";
import { fitClusters, isError } from "./render.ts";
import type { Cluster, DigestReport, Ledger } from "./report.ts";
import { charactersUnder } from "./text.ts";

interface Counted {
  readonly patterns: readonly Pattern[];
  readonly window: WindowTally;
  readonly baseline: WindowTally;
  readonly handled: Readonly<Record<"ansi" | "oversized" | "json" | "multiline", number>>;
  readonly miner: Miner;
  readonly options: DigestOptions;
  readonly facts: SourceFacts;
}

/** Clusters beyond this many are never worth a reader's look; the ledger counts them. */
const maxReportedClusters = 1000;

/** Ranks the patterns, keeps what fits the budget, and writes the ledger; `ranks[i]` is the place of pattern i. */
export function createReport(counted: Counted): { readonly report: DigestReport; readonly ranks: readonly number[] } {
  const { patterns, window, baseline, options } = counted;
  const windows = {
    events: window.events,
    baselineEvents: baseline.events,
    duration: Math.max(0, window.last - window.first) || 0,
    baselineDuration: Math.max(0, baseline.last - baseline.first) || 0,
  };
  const places = new Map(patterns.map((pattern, index) => [pattern, index]));
  const ranked = rankPatterns(patterns, windows);
  const ranks = patterns.map(() => 0);
  ranked.forEach(({ pattern }, rank) => {
    ranks[places.get(pattern) as number] = rank;
  });
  const shown = ranked.filter(({ pattern, trend }) => pattern.count > 0 || trend === "vanished");
  const rankOf = (item: RankedPattern) => ranks[places.get(item.pattern) as number] as number;
  const prefix = options.findingPrefix ?? "logs-1";
  // The loudest are never beyond: a digest that leaves out most of the volume tells nothing of what is normal.
  const loudest = new Set([...shown].sort((a, b) => b.pattern.count - a.pattern.count).slice(0, 5));
  const clusters = shown
    .filter((item, place) => place < maxReportedClusters || loudest.has(item))
    .map((item) => clusterOf(item, `${prefix}-c${rankOf(item) + 1}`, window.events));
  const whole: DigestReport = { clusters, ledger: ledgerOf(counted, shown, clusters) };
  const budget = charactersUnder(options.budgetTokens ?? defaultBudgetTokens);
  const { kept, ledger } = fitClusters(whole, budget);
  return { report: { clusters: kept, ledger }, ranks };
}

function ledgerOf(counted: Counted, shown: readonly RankedPattern[], clusters: readonly Cluster[]): Ledger {
  const { window, baseline, miner, options, facts } = counted;
  const eventsOf = (items: readonly RankedPattern[]) => items.reduce((sum, { pattern }) => sum + pattern.count, 0);
  const errors = shown.filter(({ pattern }) => ["error", "fatal"].includes(severityOf(pattern)));
  const errorEvents = eventsOf(errors);
  const shownErrors = clusters.filter(isError).reduce((sum, cluster) => sum + cluster.count, 0);
  const reported = clusters.reduce((sum, cluster) => sum + cluster.count, 0);
  const beyondCut = {
    what: "least important clusters",
    why: "at most 1,000 are reported",
    clusters: shown.length - clusters.length,
    events: eventsOf(shown) - reported,
  };
  return {
    source: options.source ?? "log events",
    events: window.events,
    baselineEvents: baseline.events,
    bytes: facts.bytes ?? window.bytes + baseline.bytes,
    ...(Number.isFinite(window.first) ? { firstSeen: window.first, lastSeen: window.last } : {}),
    undated: window.undated,
    clustersTotal: shown.length,
    clustersShown: clusters.length,
    shareShown: clusters.reduce((sum, cluster) => sum + cluster.share, 0),
    rareTotal: shown.filter((item) => item.rare).length,
    rareShown: clusters.filter((cluster) => cluster.rare).length,
    errorEvents,
    errorEventsCut: errorEvents - shownErrors,
    cut: beyondCut.clusters > 0 ? [beyondCut] : [],
    ...(facts.exhausted === undefined ? {} : { exhausted: facts.exhausted }),
    templateCapHit: miner.overflowEvents() > 0,
    overflowEvents: miner.overflowEvents(),
    redactions: miner.redactions(),
    suspiciousClusters: clusters.filter((cluster) => cluster.suspicious.length > 0).length,
    notes: [...notesOf(counted), ...(facts.notes ?? [])],
  };
}

function notesOf({ window, handled }: Counted): readonly string[] {
  const notes: string[] = [];
  if (window.events === 0) notes.push("the window holds no events.");
  if (window.setBacks > 0)
    notes.push(
      `the clock goes back by more than an hour in ${window.setBacks} places (clock set, zones mixed or files joined); times are as written.`,
    );
  if (handled.multiline > 0) notes.push(`${handled.multiline} multi-line records were kept whole.`);
  if (handled.json > 0) notes.push(`${handled.json} JSON records were flattened.`);
  if (handled.ansi > 0) notes.push(`terminal codes were removed from ${handled.ansi} events.`);
  if (handled.oversized > 0) notes.push(`${handled.oversized} events above 64 KiB were cut to that.`);
  return notes;
}
