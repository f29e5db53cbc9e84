import { DatabaseSync } from "node:sqlite";
import type { SearchDocument } from "../src/search/types.ts";
import { eachWord, termsOf } from "../src/search/words.ts";

export type Peer = { readonly name: string; readonly rank: (query: string, k: number) => readonly string[] };

/** BM25 over whole documents with the same words and stems as ours (k1 1.2, b 0.75): what ranking alone adds. */
export function plainBm25(documents: readonly SearchDocument[]): Peer {
  const postings = new Map<string, Map<number, number>>();
  const lengths = documents.map((document, at) => {
    let length = 0;
    eachWord(`${document.path.replaceAll("/", " ")} ${document.text}`, (word) => {
      for (const term of termsOf(word)) {
        const posting = postings.get(term) ?? new Map<number, number>();
        postings.set(term, posting.set(at, (posting.get(at) ?? 0) + 1));
        length++;
      }
    });
    return length;
  });
  const average = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length);
  return { name: "plain BM25", rank };

  function rank(query: string, k: number): readonly string[] {
    const scores = new Map<number, number>();
    const asked = new Set<string>();
    eachWord(query, (word) => {
      for (const term of termsOf(word)) asked.add(term);
    });
    for (const term of asked) {
      const posting = postings.get(term) ?? new Map<number, number>();
      const idf = Math.log(1 + (documents.length - posting.size + 0.5) / (posting.size + 0.5));
      for (const [at, count] of posting) {
        const room = 1.2 * (0.25 + (0.75 * (lengths[at] ?? 0)) / average);
        scores.set(at, (scores.get(at) ?? 0) + (idf * count * 2.2) / (count + room));
      }
    }
    const best = [...scores].sort((left, right) => right[1] - left[1]).slice(0, k);
    return best.map(([at]) => documents[at]?.path ?? "");
  }
}

/** SQLite's full-text index as Node carries it, Porter stemming, name and title columns weighted. */
export function sqliteFts(documents: readonly SearchDocument[]): Peer {
  const database = new DatabaseSync(":memory:");
  database.exec(
    "CREATE VIRTUAL TABLE runbooks USING fts5(path UNINDEXED, name, title, body, tokenize = 'porter unicode61')",
  );
  const insert = database.prepare("INSERT INTO runbooks VALUES (?, ?, ?, ?)");
  database.exec("BEGIN");
  for (const { path, text } of documents) {
    insert.run(path, spaced(path.replaceAll("/", " ")), spaced(/^#+ (.*)$/m.exec(text)?.[1] ?? ""), text);
  }
  database.exec("COMMIT");
  const select = database.prepare(
    "SELECT path FROM runbooks WHERE runbooks MATCH ? ORDER BY bm25(runbooks, 0, 5, 5, 1) LIMIT ?",
  );
  return {
    name: "SQLite FTS5",
    rank: (query, k) => {
      const words = [...new Set(`${query} ${spaced(query)}`.match(/[\p{L}\p{N}]+/gu) ?? [])];
      if (words.length === 0) return [];
      return select.all(words.map((word) => `"${word}"`).join(" OR "), k).map((row) => String(row.path));
    },
  };
}

function spaced(text: string): string {
  return text.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2").replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2");
}
