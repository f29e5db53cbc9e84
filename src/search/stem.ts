/**
 * A light English stemmer for operations text: brings together the forms one trouble is written in ("throttled",
 * "throttling", "throttles") and leaves short words and identifiers alone. Over-stemming costs more here than
 * under-stemming, because half of the words are names of things.
 */
export function stem(word: string): string {
  if (word.length < 4 || /\d/.test(word)) return word.length === 4 ? word : dropPlural(word);
  const singular = dropPlural(word);
  for (const [suffix, replacement, atLeast] of suffixes) {
    if (!singular.endsWith(suffix)) continue;
    const root = singular.slice(0, singular.length - suffix.length);
    if (root.length < atLeast || !/[aeiouy]/.test(root)) continue;
    return undouble(root + replacement);
  }
  return singular.endsWith("e") && singular.length > 4 ? singular.slice(0, -1) : singular;
}

/** Longest first; the last number is the shortest root that may remain. */
const suffixes: readonly (readonly [suffix: string, replacement: string, atLeast: number])[] = [
  ["ization", "", 4],
  ["isation", "", 4],
  ["ability", "", 4],
  ["ations", "", 4],
  ["ation", "", 4],
  ["ating", "", 4],
  ["ated", "", 4],
  ["ates", "", 4],
  ["ate", "", 4],
  ["izing", "", 4],
  ["ized", "", 4],
  ["ize", "", 4],
  ["able", "", 4],
  ["ness", "", 4],
  ["ment", "", 4],
  ["sion", "s", 4],
  ["tion", "t", 3],
  ["ing", "", 3],
  ["ied", "y", 2],
  ["ure", "", 4],
  ["ity", "", 4],
  ["ed", "", 3],
  ["ly", "", 4],
];

function dropPlural(word: string): string {
  if (word.length < 4 || !word.endsWith("s") || /(ss|us|is)$/.test(word)) return word;
  if (word.endsWith("ies") && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(sses|xes|ches|shes|zes)$/.test(word)) return word.slice(0, -2);
  return word.slice(0, -1);
}

function undouble(root: string): string {
  const twin = /([bdfgmnprt])\1$/.test(root);
  if (twin) return root.slice(0, -1);
  return root.endsWith("e") && root.length > 4 ? root.slice(0, -1) : root;
}
