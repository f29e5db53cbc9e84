import { joinLists, joinQuoted } from "./merge-lists.ts";
import { joinManyPlaces } from "./merge-places.ts";
import { collapseRepeats, groupBy, type Mergeable, type MergedTemplate, unite } from "./merged.ts";
import { isIdentifier, isVariablePlace, isWord, mask, units } from "./values.ts";

const maxRounds = 6;
/** Beyond this many words a template is a document; its places are not compared one by one. */
const maxComparedTokens = 120;

/**
 * Joins masked patterns that one log statement wrote: those that differ only where a value stands. What counts as a
 * value: a mask on either side, an identifier's shape (dots, digits, lower-case with `_`), a word behind a naming word
 * (`user alice`), or more distinct words in one place than a statement has wordings. Everything else is kept apart,
 * because two clusters shown for one statement cost tokens, while two statements shown as one hide an event.
 */
export function mergePatterns(patterns: readonly Mergeable[]): readonly MergedTemplate[] {
  let templates: readonly MergedTemplate[] = patterns.map((pattern, index) => ({
    tokens: collapseRepeats(pattern.tokens),
    members: [index],
  }));
  templates = joinBy(templates, (tokens) => tokens.join(" "));
  templates = joinBy(templates, identifierKey);
  templates = joinQuoted(templates);
  for (let round = 0; round < maxRounds; round++) {
    const before = templates.length;
    templates = joinOnePlace(templates);
    templates = joinManyPlaces(templates);
    templates = joinBy(templates, skeletonKey, fullest);
    // Lists only where nothing else joins: `for alice, denied` is no list once alice is a value.
    if (templates.length === before) templates = joinLists(templates);
    if (templates.length === before) break;
  }
  return templates;
}

/** Unites templates with the same key, putting a mask wherever they differ; an undefined key stays alone. */
function joinBy(
  templates: readonly MergedTemplate[],
  key: (tokens: readonly string[]) => string | undefined,
  join: (group: readonly MergedTemplate[]) => MergedTemplate = unite,
): MergedTemplate[] {
  const alone = templates.filter(({ tokens }) => key(tokens) === undefined);
  const keyed = templates.filter(({ tokens }) => key(tokens) !== undefined);
  return [...alone, ...groupBy(keyed, (template) => key(template.tokens)).map(join)];
}

/** The tokens with identifier-like ones masked; undefined where too few words would be left to know the statement by. */
function identifierKey(tokens: readonly string[]): string | undefined {
  let words = 0;
  let identifiers = 0;
  const key = tokens.map((token, at) => {
    if (at > 0 && isIdentifier(token)) {
      identifiers++;
      return mask;
    }
    if (isWord(token)) words++;
    return token;
  });
  return identifiers === 0 ? tokens.join(" ") : words >= 2 ? key.join(" ") : undefined;
}

/**
 * The words without their values: the same statement with an empty and with a filled value, or with a value written
 * once more in brackets (`1293 bytes (1.26 KB)`), has one skeleton.
 */
function skeletonKey(tokens: readonly string[]): string | undefined {
  let words = 0;
  const kept: string[] = [];
  let lastMask = false;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as string;
    if (token === "(") {
      const end = endOfBracketedValue(tokens, at);
      if (end > at) {
        at = end;
        lastMask = true;
        continue;
      }
    }
    if (token === mask || (lastMask && (units.has(token) || (!isWord(token) && tokens[at + 1] === mask)))) {
      lastMask = true;
      continue;
    }
    if ((token === "<" || token === ">") && tokens[at + 1] === mask && tokens[at + 2] !== ">") continue;
    lastMask = false;
    if (isWord(token)) words++;
    kept.push(token);
  }
  return words < 2 || kept.length === tokens.length ? tokens.join(" ") : `${kept.join(" ")} \u0001`;
}

/** The longest stands for all: their words are the same, and compared place by place they would look like none. */
function fullest(group: readonly MergedTemplate[]): MergedTemplate {
  const { tokens } = group.reduce((a, b) => (b.tokens.length > a.tokens.length ? b : a));
  return { tokens, members: group.flatMap((template) => template.members) };
}

/** Index of the `)` when the brackets hold nothing, or values and their units only; else `at`. */
function endOfBracketedValue(tokens: readonly string[], at: number): number {
  for (let index = at + 1; index < tokens.length && index <= at + 4; index++) {
    const token = tokens[index] as string;
    if (token === ")") return index;
    if (token !== mask && !units.has(token)) return at;
  }
  return at;
}

/** One round: templates that agree in all places but one join there, if that place holds a variable. */
function joinOnePlace(templates: readonly MergedTemplate[]): MergedTemplate[] {
  const buckets = groupBy(templates, (template) => template.tokens.length);
  return buckets.flatMap((bucket) => joinBucket(bucket, (bucket[0] as MergedTemplate).tokens.length));
}

function joinBucket(bucket: readonly MergedTemplate[], length: number): readonly MergedTemplate[] {
  if (bucket.length < 2 || length < 2 || length > maxComparedTokens) return bucket;
  let current = bucket;
  for (let place = 0; place < length && current.length > 1; place++) {
    if (new Set(current.map((template) => template.tokens[place])).size < 2) continue;
    const groups = groupBy(current, (template) => keyWithout(template.tokens, place));
    if (groups.length === current.length) continue;
    current = groups.flatMap((group) =>
      group.length > 1 &&
      isVariablePlace(
        group.map((template) => template.tokens),
        place,
      )
        ? [unite(group)]
        : group,
    );
  }
  return current;
}

function keyWithout(tokens: readonly string[], place: number): string {
  let key = "";
  for (let at = 0; at < tokens.length; at++) key += at === place ? "\u0000 " : `${tokens[at]} `;
  return key;
}
