import { eachSection, type TokenArrays } from "./token-ranges.ts";
import type { IndexArrays } from "./types.ts";
import { bm25f, indexLimits } from "./weights.ts";

type Postings = Pick<IndexArrays, "postingStart" | "postingDocument" | "postingImpact">;
type Field = "name" | "title" | "folders" | "heading" | "lead" | "body";

/** Impacts are kept as sixteen-bit steps of BM25F's saturated term weight, which lies between 0 and 1. */
export const impactScale = 65_535;

/** Inverts the tokens: what each word says about each document is settled here once, so that a query only adds up. */
export function postingsOf(arrays: TokenArrays, documentCount: number, termCount: number): Postings {
  const averages = averageLengths(arrays, documentCount);
  const labelled = new Float32Array(termCount);
  const contained = new Float32Array(termCount);
  const postingStart = new Uint32Array(termCount + 1);
  const count = countPostings(arrays, documentCount, postingStart);
  const postingDocument = new Uint32Array(count);
  const postingImpact = new Uint16Array(count);
  const next = postingStart.slice();
  const touched: number[] = [];
  for (let document = 0; document < documentCount; document++) {
    touched.length = 0;
    eachField(arrays, document, (field, from, to, length) => {
      const { weight, dilution } = bm25f[field];
      const norm = weight / (1 - dilution + (dilution * length) / (averages[field] || 1));
      const weights = field === "name" || field === "title" || field === "folders" ? labelled : contained;
      for (let at = from; at < to; at++) {
        const term = arrays.tokens[at] as number;
        if (labelled[term] === 0 && contained[term] === 0) touched.push(term);
        weights[term] = (weights[term] as number) + norm;
      }
    });
    for (const term of touched) {
      const impact = impactOf(labelled[term] as number, contained[term] as number);
      const slot = next[term] ?? 0;
      next[term] = slot + 1;
      postingDocument[slot] = document;
      postingImpact[slot] = Math.round(impactScale * impact);
      labelled[term] = 0;
      contained[term] = 0;
    }
  }
  return { postingStart, postingDocument, postingImpact };
}

function impactOf(labelled: number, contained: number): number {
  const label = labelled / (bm25f.labelK1 + labelled);
  const content = contained / (bm25f.contentK1 + contained);
  return bm25f.labelShare * label + (1 - bm25f.labelShare) * content;
}

function countPostings(arrays: TokenArrays, documentCount: number, postingStart: Uint32Array): number {
  const seen = new Int32Array(postingStart.length).fill(-1);
  for (let document = 0; document < documentCount; document++) {
    const to = arrays.documentTokens[document * 4 + 4] ?? 0;
    for (let at = arrays.documentTokens[document * 4] ?? 0; at < to; at++) {
      const term = arrays.tokens[at] ?? 0;
      if (seen[term] === document) continue;
      seen[term] = document;
      postingStart[term + 1] = (postingStart[term + 1] ?? 0) + 1;
    }
  }
  for (let term = 1; term < postingStart.length; term++) {
    postingStart[term] = (postingStart[term] ?? 0) + (postingStart[term - 1] ?? 0);
  }
  return postingStart.at(-1) ?? 0;
}

function averageLengths(arrays: TokenArrays, documentCount: number): Readonly<Record<Field, number>> {
  const sums = { name: 0, title: 0, folders: 0, heading: 0, lead: 0, body: 0 };
  for (let document = 0; document < documentCount; document++) {
    const lengths = { name: 0, title: 0, folders: 0, heading: 0, lead: 0, body: 0 };
    eachField(arrays, document, (field, _from, _to, length) => {
      lengths[field] = length;
    });
    for (const field of fields) sums[field] += lengths[field];
  }
  for (const field of fields) sums[field] /= Math.max(1, documentCount);
  return sums;
}

const fields = ["name", "title", "folders", "heading", "lead", "body"] as const;

/** Calls `visit` with each stretch of a document's tokens, its field, and that field's whole length in the document. */
function eachField(
  arrays: TokenArrays,
  document: number,
  visit: (field: Field, from: number, to: number, length: number) => void,
): void {
  const starts = arrays.documentTokens;
  const at = (offset: number): number => starts[document * 4 + offset] ?? 0;
  visit("name", at(0), at(1), at(1) - at(0));
  visit("title", at(1), at(2), at(2) - at(1));
  visit("folders", at(2), at(3), at(3) - at(2));
  const lengths = bodyLengths(arrays, document);
  let lead = indexLimits.leadWords;
  eachSection(arrays, document, (heading, body, end) => {
    const leadEnd = Math.min(end, body + lead);
    lead -= leadEnd - body;
    visit("heading", heading, body, lengths.heading);
    visit("lead", body, leadEnd, lengths.lead);
    visit("body", leadEnd, end, lengths.body);
  });
}

function bodyLengths(arrays: TokenArrays, document: number): { heading: number; lead: number; body: number } {
  let heading = 0;
  let body = 0;
  eachSection(arrays, document, (from, at, end) => {
    heading += at - from;
    body += end - at;
  });
  return { heading, lead: Math.min(body, indexLimits.leadWords), body: Math.max(0, body - indexLimits.leadWords) };
}
