/**
 * BM25F in two parts, label (name, title, folders) and content, since one saturating sum lets a word that a long text
 * repeats hide that another document is named after it. `weight` is what a word counts in a field, `dilution` how much
 * a long field dilutes it. Measured by bench/search.ts.
 */
export const bm25f = {
  labelShare: 0.6,
  labelK1: 3,
  contentK1: 6,
  name: { weight: 10, dilution: 0.3 },
  title: { weight: 8, dilution: 0.3 },
  folders: { weight: 1, dilution: 0.3 },
  heading: { weight: 2, dilution: 0.4 },
  lead: { weight: 2, dilution: 0.4 },
  body: { weight: 1, dilution: 0.7 },
} as const;

export const indexLimits = {
  /** Words of one document that are ranked; the rest of a giant file stays out, with a note. */
  wordsPerDocument: 50_000,
  /** Words of body text that count as the lead, where runbooks say what the trouble means. */
  leadWords: 80,
} as const;

/** What the parts of a query count. */
export const queryWeights = {
  alarmName: 1.5,
  dimension: 0.3,
  reason: 0.3,
  /** A word that names the service. */
  subject: 3,
  /** Words that name one instance: hosts, pods, addresses. */
  instance: 0.1,
  alarmTalk: 0.5,
  /** An identifier in one piece, beside its parts. */
  whole: 0.5,
  repeat: 0.3,
  /** Words after which a word counts half, since alarms say first what is wrong and then explain; and the least it counts. */
  early: 25,
  late: 0.4,
  most: 2.5,
  synonym: 0.15,
  longestText: 8_000,
} as const;

/** How far apart words still count as neighbours, and how sections are weighed. */
export const evidenceReach = {
  neighbours: 4,
  heading: 3,
  sectionWords: 120,
  leadWords: 60,
  /** What a word that stands in no document at all counts in the query's worth. */
  unknown: 0.3,
  /** What a synonym counts beside the word itself when looking into a document. */
  synonym: 0.5,
  onlySynonym: 0.9,
  /** Added to what a name could say, so that a name of one common word proves little; in rarest words, as libraries differ in size. */
  labelDoubt: 0.75,
  verbatimDoubt: 0.9,
  /** How much more a product counts that the alarm's namespace states. */
  statedProduct: 2,
} as const;

/**
 * What each piece of evidence says, fitted by softmax over the candidates of public runbook queries and rounded; it
 * holds when any one collection is left out of the fit. `rival`, `stranger` and `foreign` are set harsher than fitted,
 * since a runbook for another product is worse than none; that costs no place on those queries.
 */
export const evidenceWeights = {
  relevance: 2.1,
  passage: 3.4,
  coverage: 1.2,
  lead: 2.2,
  label: 7.3,
  labelWorth: 2.9,
  verbatim: 5.2,
  phrases: 6.9,
  labelPhrases: 1.3,
  folders: 0.3,
  rival: -1.5,
  stranger: -1.7,
  foreign: -9,
} as const;

/** From summed evidence to the chance that a hit is right: a logistic curve, and the chance below which we abstain. */
export const calibration = { slope: 0.4, middle: 8.4, abstainBelow: 0.3 } as const;

/** Evidence that a runbook declares the very alarm, by what its declaration pins down. */
export const declaredWeights = { name: 12, namespaceAndMetric: 12, metric: 5, namespace: 2 } as const;

/** Documents that are looked into, after BM25F has ranked all. */
export const candidateCount = 60;

/**
 * What a first place in another search adds to the log-odds (a later place its share), and the chance of a runbook that
 * only the other found. The most that a poor second search may be given without spoiling the order (bench/search.ts).
 */
export const fusionWeights = { first: 0.8, unseen: 0.01 } as const;
