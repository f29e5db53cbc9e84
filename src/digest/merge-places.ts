import { groupBy, type MergedTemplate, unite } from "./merged.ts";
import { isConstant, isWord, manyWords, mask } from "./values.ts";

/** Fewer combinations of names than this could be as many statements. */
const manyTemplates = 8;

/**
 * Joins templates that differ in several places at once, such as `alice … tiger` and `bob … lion`, of which no two agree
 * in all places but one. It takes more proof than a single place: many combinations, many names in each of the
 * places, and twice as many words that all have in common (a few suffice for very many combinations).
 */
export function joinManyPlaces(templates: readonly MergedTemplate[]): readonly MergedTemplate[] {
  const byFirst = joinWithin(templates, (words) => words[0]);
  const byLast = joinWithin(byFirst, (words) => words.at(-1));
  return absorb(byLast);
}

function joinWithin(
  templates: readonly MergedTemplate[],
  anchor: (words: readonly string[]) => string | undefined,
): readonly MergedTemplate[] {
  const buckets = groupBy(templates, ({ tokens }) => `${tokens.length} ${anchor(tokens.filter(isWord))}`);
  return buckets.flatMap((bucket) => (bucket.length < manyTemplates ? bucket : joinBucket(bucket)));
}

function joinBucket(bucket: readonly MergedTemplate[]): readonly MergedTemplate[] {
  const free = namedPlaces(bucket);
  if (free.size < 2) return bucket;
  const key = ({ tokens }: MergedTemplate) => tokens.map((token, at) => (free.has(at) ? mask : token)).join(" ");
  return groupBy(bucket, key).flatMap((group) => (isOneStatement(group) ? [unite(group)] : group));
}

/** Places that hold many different names. */
function namedPlaces(templates: readonly MergedTemplate[]): ReadonlySet<number> {
  const places = (templates[0] as MergedTemplate).tokens.keys();
  return new Set([...places].filter((place) => isNamed(valuesAt(templates, place))));
}

function isOneStatement(group: readonly MergedTemplate[]): boolean {
  if (group.length < manyTemplates) return false;
  const columns = [...(group[0] as MergedTemplate).tokens.keys()].map((place) => valuesAt(group, place));
  const varied = columns.filter((values) => values.size > 1);
  const fixed = columns.filter((values) => values.size === 1 && isWord([...values][0] as string));
  return varied.every(isNamed) && fixed.length >= neededWords(group.length, varied.length);
}

function neededWords(combinations: number, places: number): number {
  return combinations >= 3 * manyTemplates ? places + 1 : 2 * places;
}

function valuesAt(templates: readonly MergedTemplate[], place: number): ReadonlySet<string> {
  return new Set(templates.map(({ tokens }) => tokens[place] as string));
}

function isNamed(values: ReadonlySet<string>): boolean {
  return (
    values.size >= manyWords && [...values].every((value) => value === mask || (isWord(value) && !isConstant(value)))
  );
}

/** Gives a template that fills the masks of another to it: the last few combinations of names that came too seldom. */
function absorb(templates: readonly MergedTemplate[]): readonly MergedTemplate[] {
  return groupBy(templates, ({ tokens }) => `${tokens.length} ${tokens.filter(isWord).at(-1)}`).flatMap((bucket) => {
    const wide = bucket.filter(({ tokens, members }) => members.length >= manyTemplates && tokens.includes(mask));
    if (wide.length === 0) return bucket;
    const homes = groupBy(bucket, (template) => wide.find((other) => fits(template, other)) ?? template);
    return homes.map(unite);
  });
}

function fits(template: MergedTemplate, wide: MergedTemplate): boolean {
  let open = 0;
  let fixed = 0;
  for (let at = 0; at < wide.tokens.length; at++) {
    const token = wide.tokens[at] as string;
    const value = template.tokens[at] as string;
    if (token === value) fixed += isWord(token) ? 1 : 0;
    else if (token !== mask || !isWord(value) || isConstant(value)) return false;
    else open++;
  }
  return fixed >= neededWords(wide.members.length, open);
}
