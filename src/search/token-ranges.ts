import type { IndexArrays } from "./types.ts";

export type TokenArrays = Pick<IndexArrays, "tokens" | "documentTokens" | "documentSections" | "sectionTokens">;

/** Calls `visit` with the tokens of each section of a document: where its heading begins, where its body does, and where it ends. */
export function eachSection(
  { documentTokens, documentSections, sectionTokens }: TokenArrays,
  document: number,
  visit: (heading: number, body: number, end: number, section: number) => void,
): void {
  const last = documentSections[document + 1] ?? 0;
  const documentEnd = documentTokens[document * 4 + 4] ?? 0;
  for (let section = documentSections[document] ?? 0; section < last; section++) {
    // Between the last section of a document and the first of the next stand the next one's name, title and folders.
    const end = section + 1 === last ? documentEnd : (sectionTokens[section * 2 + 2] ?? 0);
    visit(sectionTokens[section * 2] ?? 0, sectionTokens[section * 2 + 1] ?? 0, end, section);
  }
}
