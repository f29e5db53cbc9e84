import type { DigestReport } from "./report.ts";

export const defaultBudgetTokens = 4000;

export interface DigestOptions {
  /** When the alarm fired, in milliseconds: events near it rank higher, and dates without a year are read by it. */
  readonly alarmTime?: number;
  /** Hard limit of what `renderDigest` writes for this report. */
  readonly budgetTokens?: number;
  /** Finding ids are `<prefix>-c1`, `<prefix>-c2` …, the most important first. */
  readonly findingPrefix?: string;
  /** What was read, in words for the reader. */
  readonly source?: string;
  /** Latest time an event can have, for dates without a year; defaults to the alarm's. */
  readonly referenceTime?: number;
  /** Keep the cluster of each event for `Digest.findingOf`: four bytes an event. */
  readonly keepAssignments?: boolean;
  readonly maxPatterns?: number;
}

export interface LogEvent {
  /** Milliseconds since 1970; where absent, the message's own header is asked. */
  readonly timestamp?: number;
  readonly message: string;
  readonly stream?: string;
}

/** What the source knows and the events do not say. */
export interface SourceFacts {
  readonly exhausted?: boolean;
  readonly bytes?: number;
  readonly notes?: readonly string[];
}

export interface Digest {
  /** Counts one event of the window; returns its number, from 0. */
  add(event: LogEvent): number;
  /** Counts one event of the time before, for telling what is new. */
  addBaseline(event: LogEvent): void;
  /** Ends the digest; call once. */
  finish(facts?: SourceFacts): DigestReport;
  /** After `finish`, with `keepAssignments`: the number of the cluster of an event, ranked from 1. */
  clusterNumberOf(event: number): number;
}

/** What was counted of one window. */
export interface WindowTally {
  events: number;
  bytes: number;
  first: number;
  last: number;
  undated: number;
  /** Date of the event before, and how often the next one was more than an hour older. */
  previous: number;
  setBacks: number;
}
