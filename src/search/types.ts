import type { ProductNames } from "./products.ts";

/** One markdown file to index. `text` and every string in it are untrusted: they are ranked and quoted, never obeyed. */
export type SearchDocument = {
  readonly path: string;
  readonly text: string;
  readonly id?: string | undefined;
  readonly title?: string | undefined;
  readonly declaredAlarms?: readonly DeclaredAlarm[] | undefined;
};

/** An alarm a runbook says it answers; `name` is a glob in which `*` and `?` match as in a shell. */
export type DeclaredAlarm = {
  readonly namespace?: string | undefined;
  readonly metric?: string | undefined;
  readonly name?: string | undefined;
};

export type SearchQuery = { readonly text: string; readonly alarm?: AlarmFacts | undefined };

/** What is known of the alarm that fired; each field present sharpens the search, none is required. */
export type AlarmFacts = {
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
  readonly metric?: string | undefined;
  readonly dimensions?: Readonly<Record<string, string>> | undefined;
  readonly description?: string | undefined;
  readonly reason?: string | undefined;
};

/** `hits` are kept when abstaining too, so that a person can look; a model must not act on them then. */
export type SearchAnswer = {
  readonly abstained: boolean;
  /** Estimated chance, 0 to 1, that the first hit is a runbook for this query. */
  readonly confidence: number;
  readonly reason?: string;
  readonly hits: readonly SearchHit[];
};

export type SearchHit = {
  readonly path: string;
  /** Slug of the section, unique in its document: together with `path` and `contentHash` it is the citation. */
  readonly step: string;
  readonly heading: string;
  readonly title: string;
  readonly excerpt: string;
  readonly score: number;
  /** SHA-256, in hex, of the section's text as `sectionsOf` returns it. */
  readonly contentHash: string;
};

/** A stretch of markdown from one heading to the next, whatever their levels; `text` leaves the heading line out. */
export type Section = {
  readonly slug: string;
  readonly heading: string;
  readonly level: number;
  readonly text: string;
};

/**
 * The index in memory is the index on disk: flat number arrays over one vocabulary, and byte ranges into one blob of
 * text, so loading is making views and nothing is parsed but the vocabulary.
 */
export type SearchIndex = {
  readonly documentCount: number;
  readonly terms: ReadonlyMap<string, number>;
  /** Product names as ids of this vocabulary; made anew at each load. */
  readonly productNames: ProductNames;
  readonly arrays: IndexArrays;
  /** Bytes of paths, titles, slugs, headings and texts; read only for hits, so that they need not be in memory. */
  readonly text: TextBytes;
  readonly alarms: readonly (readonly [document: number, alarm: DeclaredAlarm])[];
  /** What the index was built from, as its builder likes to say it; compare it to know whether a saved index is stale. */
  readonly stamp: string;
  /** What was left out of the index and why, for people. */
  readonly notes: readonly string[];
};

export type TextBytes = { readonly length: number; readonly read: (from: number, to: number) => Buffer };

export type IndexArrays = {
  /** Term → its range of postings; posting → document and quantised BM25F impact. */
  readonly postingStart: Uint32Array;
  readonly postingDocument: Uint32Array;
  readonly postingImpact: Uint16Array;
  /** Tokens of all documents in reading order: name, title, folders, then per section its heading and its body. */
  readonly tokens: Uint32Array;
  /** Four starts per document into `tokens`: name, title, folders, sections. */
  readonly documentTokens: Uint32Array;
  /** Document → range of sections; section → start of its heading and of its body in `tokens`. */
  readonly documentSections: Uint32Array;
  readonly sectionTokens: Uint32Array;
  /** Bytes in `text`: starts of path and title and their end per document; of slug, heading and text and their end per section. */
  readonly documentStrings: Uint32Array;
  readonly sectionStrings: Uint32Array;
};
