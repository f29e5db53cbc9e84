import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildIndex } from "../../src/search/build.ts";
import type { SearchDocument, SearchIndex } from "../../src/search/types.ts";
import { library } from "./examples.ts";

const word = fc.constantFrom("disk", "memory", "queue", "lambda", "orders", "restart", "latency", "certificate");
const words = fc.array(word, { maxLength: 6 }).map((list) => list.join(" "));
const section = fc.record({ heading: words, text: words });
const documents = fc.array(fc.record({ name: word, title: words, sections: fc.array(section, { maxLength: 4 }) }));

const markdown = (title: string, sections: readonly { heading: string; text: string }[]): string =>
  [`# ${title}`, ...sections.map(({ heading, text }) => `## ${heading}\n\n${text}`)].join("\n\n");

/** Every word's documents, once by the postings and once by walking the tokens. */
function bothWays({ terms, arrays, documentCount }: SearchIndex) {
  const posted: Record<string, readonly number[]> = {};
  const walked: Record<string, number[]> = {};
  for (const [term, id] of terms) {
    posted[term] = [...arrays.postingDocument.subarray(arrays.postingStart[id], arrays.postingStart[id + 1])];
    walked[term] = [];
    for (let document = 0; document < documentCount; document++) {
      const from = arrays.documentTokens[document * 4] ?? 0;
      const to = arrays.documentTokens[document * 4 + 4] ?? 0;
      if (arrays.tokens.subarray(from, to).includes(id)) walked[term].push(document);
    }
  }
  return { posted, walked };
}

describe("postings", () => {
  it("hold exactly the documents that have the word", () => {
    fc.assert(
      fc.property(documents, (drawn) => {
        const many: readonly SearchDocument[] = drawn.map(({ name, title, sections }, at) => ({
          path: `${at}/${name}.md`,
          text: markdown(title, sections),
        }));
        const { posted, walked } = bothWays(buildIndex(many));
        expect(posted).toEqual(walked);
      }),
    );
    const { posted, walked } = bothWays(buildIndex(library));
    expect(posted).toEqual(walked);
  });
});
