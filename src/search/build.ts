import { type GrowingArray, type GrowingText, growingArray, growingText } from "./growing.ts";
import { postingsOf } from "./postings.ts";
import { productNames } from "./products.ts";
import { sectionsOf } from "./sections.ts";
import { textBytes } from "./store.ts";
import type { DeclaredAlarm, SearchDocument, SearchIndex, Section } from "./types.ts";
import { isStopTerm } from "./vocabulary.ts";
import { indexLimits } from "./weights.ts";
import { type WordTable, wordTable } from "./word-table.ts";
import { codeReader, eachSpan, termsOf } from "./words.ts";

/** Builds the index in memory. The same documents in the same order give the same bytes. */
export function buildIndex(documents: readonly SearchDocument[], stamp = ""): SearchIndex {
  const draft = startDraft();
  for (const [at, document] of documents.entries()) addDocument(draft, document, at);
  closeRanges(draft);
  const arrays = {
    tokens: draft.tokens.done(),
    documentTokens: draft.documentTokens.done(),
    documentSections: draft.documentSections.done(),
    sectionTokens: draft.sectionTokens.done(),
    documentStrings: draft.documentStrings.done(),
    sectionStrings: draft.sectionStrings.done(),
  };
  return {
    documentCount: documents.length,
    terms: draft.terms,
    productNames: productNames(draft.terms),
    arrays: { ...arrays, ...postingsOf(arrays, documents.length, draft.terms.size) },
    text: textBytes(draft.text.done()),
    alarms: draft.alarms,
    stamp,
    notes: draft.notes,
  };
}

type Draft = {
  readonly terms: Map<string, number>;
  /** Words repeat, so each is split and stemmed once; this is most of the building speed. */
  readonly words: WordTable<readonly number[]>;
  readonly codesOf: (text: string) => Uint16Array;
  readonly tokens: GrowingArray;
  readonly documentTokens: GrowingArray;
  readonly documentSections: GrowingArray;
  readonly sectionTokens: GrowingArray;
  readonly documentStrings: GrowingArray;
  readonly sectionStrings: GrowingArray;
  readonly text: GrowingText;
  readonly alarms: (readonly [number, DeclaredAlarm])[];
  readonly notes: string[];
};

function startDraft(): Draft {
  const terms = new Map<string, number>();
  return {
    terms,
    codesOf: codeReader(),
    words: wordTable((word) => idsOf(terms, word)),
    tokens: growingArray(),
    documentTokens: growingArray(),
    documentSections: growingArray(),
    sectionTokens: growingArray(),
    documentStrings: growingArray(),
    sectionStrings: growingArray(),
    text: growingText(),
    alarms: [],
    notes: [],
  };
}

function addDocument(draft: Draft, document: SearchDocument, at: number): void {
  const sections = sectionsOf(document.text);
  const place = placeOf(document.path);
  const title = document.title ?? titleIn(sections) ?? place.name;
  const nameTokens = draft.tokens.length();
  addWords(draft, place.name);
  if (document.id !== undefined && document.id !== place.name) addWords(draft, document.id);
  const titleTokens = draft.tokens.length();
  addWords(draft, title);
  const folderTokens = draft.tokens.length();
  addWords(draft, place.folders);
  for (const start of [nameTokens, titleTokens, folderTokens, draft.tokens.length()]) draft.documentTokens.push(start);
  addString(draft, draft.documentStrings, document.path);
  addString(draft, draft.documentStrings, title);
  draft.documentStrings.push(draft.text.length());
  draft.documentSections.push(draft.sectionTokens.length() / 2);
  const enough = draft.tokens.length() + indexLimits.wordsPerDocument;
  for (const section of sections) addSection(draft, section, section.heading === title, enough);
  if (draft.tokens.length() >= enough) {
    draft.notes.push(`${document.path}: only its first ${indexLimits.wordsPerDocument} words are ranked`);
  }
  for (const alarm of document.declaredAlarms ?? []) draft.alarms.push([at, alarm]);
}

function addSection(draft: Draft, section: Section, headingIsTitle: boolean, enough: number): void {
  draft.sectionTokens.push(draft.tokens.length());
  if (!headingIsTitle && draft.tokens.length() < enough) addWords(draft, section.heading);
  draft.sectionTokens.push(draft.tokens.length());
  addWords(draft, withoutComments(section.text), enough);
  addString(draft, draft.sectionStrings, section.slug);
  addString(draft, draft.sectionStrings, section.heading);
  addString(draft, draft.sectionStrings, section.text);
  draft.sectionStrings.push(draft.text.length());
}

/** Every range of tokens and sections ends where the next begins, so each array gets one last start. */
function closeRanges(draft: Draft): void {
  const end = draft.tokens.length();
  draft.documentTokens.push(end);
  draft.documentSections.push(draft.sectionTokens.length() / 2);
  draft.sectionTokens.push(end);
}

function addWords(draft: Draft, text: string, enough = Number.POSITIVE_INFINITY): void {
  const { tokens, words } = draft;
  const codes = draft.codesOf(text);
  eachSpan(codes, (from, to, hash) => {
    if (tokens.length() >= enough) return;
    for (const id of words.find(codes, from, to, hash)) tokens.push(id);
  });
}

/** Small words are left out, so that "out of disk space" has disk and space side by side as it has in other words. */
function idsOf(terms: Map<string, number>, word: string): readonly number[] {
  return termsOf(word)
    .filter((term) => !isStopTerm(term))
    .map((term) => {
      const id = terms.get(term) ?? terms.size;
      terms.set(term, id);
      return id;
    });
}

function addString(draft: Draft, starts: GrowingArray, text: string): void {
  starts.push(draft.text.length());
  draft.text.push(text);
}

/** A file that only says "readme" is named by its folder. */
function placeOf(path: string): { readonly name: string; readonly folders: string } {
  const parts = path.split(/[\\/]+/).filter((part) => part !== "" && part !== "." && part !== "..");
  const last = (parts.pop() ?? "").replace(/\.(?:md|markdown|mdx)$/i, "");
  const name = /^(?:readme|index|_index)$/i.test(last) ? (parts.pop() ?? last) : last;
  return { name, folders: parts.join(" ") };
}

function titleIn(sections: readonly Section[]): string | undefined {
  const found = sections.find((section) => section.level === 1) ?? sections.find((section) => section.level > 0);
  return found?.heading === "" ? undefined : found?.heading;
}

function withoutComments(text: string): string {
  let from = text.indexOf("<!--");
  if (from < 0) return text;
  let kept = "";
  let at = 0;
  while (from >= 0) {
    kept += `${text.slice(at, from)} `;
    const end = text.indexOf("-->", from + 4);
    if (end < 0) return kept;
    at = end + 3;
    from = text.indexOf("<!--", at);
  }
  return kept + text.slice(at);
}
