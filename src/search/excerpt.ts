import type { ReadQuery } from "./read-query.ts";
import { eachWord, termsOf } from "./words.ts";

/** The stretch of a section that says most of what the query asks, in one line, without control characters. */
export function excerptOf(text: string, query: ReadQuery): string {
  const worth = new Map(query.terms.map((term) => [term.term, term.weight * term.idf]));
  const marks: { readonly at: number; readonly worth: number; readonly term: string }[] = [];
  eachWord(text.slice(0, longestScan), (word, at) => {
    const best = termsOf(word).reduce(
      (most, term) => ((worth.get(term) ?? 0) > (worth.get(most) ?? 0) ? term : most),
      "",
    );
    if (best !== "") marks.push({ at, worth: worth.get(best) ?? 0, term: best });
  });
  const from = startOfLine(text, bestStart(marks));
  const shown = text.slice(from, from + longestExcerpt);
  const cut = from + longestExcerpt < text.length ? shown.replace(/\s+\S*$/, " …") : shown;
  return `${from > 0 ? "… " : ""}${cleaned(cut)}`;
}

const escapeCodes = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*[A-Za-z]`, "g");
const longestExcerpt = 320;
const longestScan = 40_000;

/** Each term counts once in a window, so that a window of one repeated word does not win. */
function bestStart(marks: readonly { readonly at: number; readonly worth: number; readonly term: string }[]): number {
  let best = { at: 0, worth: 0 };
  for (const [first, mark] of marks.entries()) {
    const seen = new Set<string>();
    let worth = 0;
    for (let next = first; next < marks.length; next++) {
      const other = marks[next];
      if (other === undefined || other.at - mark.at > longestExcerpt) break;
      if (!seen.has(other.term)) worth += other.worth;
      seen.add(other.term);
    }
    if (worth > best.worth) best = { at: mark.at, worth };
  }
  return best.at;
}

function startOfLine(text: string, at: number): number {
  const line = text.lastIndexOf("\n", at - 1) + 1;
  if (at - line <= 80) return line;
  const space = text.lastIndexOf(" ", at - 40);
  return space < line ? at : space + 1;
}

/** One line without control, format or escape characters: the text is untrusted and may reach a terminal. */
export function cleaned(text: string): string {
  return text
    .replace(escapeCodes, "")
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .trim();
}
