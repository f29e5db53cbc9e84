import type { Severity } from "./severity.ts";

export type Trend = "new" | "surging" | "steady" | "vanished" | "unknown";

/** One place of a template where values differ. */
export interface Variable {
  /** Word in front of the place, or its number, so that a reader can tell the places apart. */
  readonly name: string;
  /** Most frequent first. */
  readonly top: readonly { readonly value: string; readonly count: number }[];
  /** Distinct values among the sampled events; `more` when there were others than are counted. */
  readonly distinct: number;
  readonly more: boolean;
  /** Present where every sampled value is a number. */
  readonly range?: { readonly min: number; readonly max: number };
  readonly sampled: number;
}

/** Events of one template; all text is redacted, and none of it is to be trusted. */
export interface Cluster {
  readonly findingId: string;
  readonly template: string;
  readonly count: number;
  /** Of the events of the window, 0 to 1. */
  readonly share: number;
  /** Milliseconds since 1970; absent where the events carry no date. */
  readonly firstSeen?: number;
  readonly lastSeen?: number;
  readonly severity: Severity;
  readonly trend: Trend;
  readonly baselineCount: number;
  readonly exemplar: string;
  readonly variables: readonly Variable[];
  /** Kept for being rare, not for its volume. */
  readonly rare: boolean;
  /** Why the text looks like an attempt to instruct the reader; empty for nearly all. */
  readonly suspicious: readonly string[];
  /** True where unlike events had to share the cluster because the template table was full. */
  readonly approximate: boolean;
}

export interface LedgerCut {
  readonly what: string;
  readonly why: string;
  readonly clusters: number;
  readonly events: number;
}

/** What was read and what the reader is not shown: as much part of the evidence as the clusters. */
export interface Ledger {
  readonly source: string;
  readonly events: number;
  readonly baselineEvents: number;
  readonly bytes: number;
  readonly firstSeen?: number;
  readonly lastSeen?: number;
  readonly undated: number;
  readonly clustersTotal: number;
  readonly clustersShown: number;
  /** Share of the window's events that the shown clusters cover, 0 to 1. */
  readonly shareShown: number;
  readonly rareTotal: number;
  readonly rareShown: number;
  /** Events of severity `error` or `fatal`, and those of them in clusters that are not shown. */
  readonly errorEvents: number;
  readonly errorEventsCut: number;
  readonly cut: readonly LedgerCut[];
  /** False when the source held more than was read; undefined when the caller did not say. */
  readonly exhausted?: boolean;
  readonly templateCapHit: boolean;
  readonly overflowEvents: number;
  readonly redactions: number;
  readonly suspiciousClusters: number;
  readonly notes: readonly string[];
}

export interface DigestReport {
  /** Those that fit the budget, the most important first. */
  readonly clusters: readonly Cluster[];
  readonly ledger: Ledger;
}
