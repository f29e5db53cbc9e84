import { isConstant, isIdentifier, isVariablePlace, isWord, mask, units } from "./values.ts";

export interface Mergeable {
  readonly tokens: readonly string[];
  readonly count: number;
}

export interface MergedTemplate {
  readonly tokens: readonly string[];
  /** Indices into the input. */
  readonly members: readonly number[];
}

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
  let templates: MergedTemplate[] = patterns.map((pattern, index) => ({
    tokens: collapseRepeats(pattern.tokens),
    members: [index],
  }));
  templates = joinBy(templates, (tokens) => tokens.join(" "));
  templates = joinBy(templates, identifierKey);
  templates = joinQuoted(templates);
  for (let round = 0; round < maxRounds; round++) {
    const before = templates.length;
    templates = joinOnePlace(templates);
    templates = joinBy(templates, skeletonKey);
    if (templates.length === before) break;
  }
  return templates;
}

/** `a <*> b a <*> b` says no more than `a <*> b`: lists of any length get one template. */
export function collapseRepeats(tokens: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (const token of tokens) {
    kept.push(token);
    for (let period = 1; period <= 8 && period * 2 <= kept.length; period++) {
      if (repeats(kept, period)) {
        kept.length -= period;
        break;
      }
    }
  }
  return kept.length === tokens.length ? tokens : kept;
}

function repeats(tokens: readonly string[], period: number): boolean {
  let hasMask = false;
  const end = tokens.length;
  for (let back = 1; back <= period; back++) {
    const token = tokens[end - back];
    if (token !== tokens[end - back - period]) return false;
    if (token === mask) hasMask = true;
  }
  return hasMask;
}

/** Unites templates with the same key, putting a mask wherever they differ; an undefined key stays alone. */
function joinBy(
  templates: readonly MergedTemplate[],
  key: (tokens: readonly string[]) => string | undefined,
): MergedTemplate[] {
  const groups = new Map<string, MergedTemplate[]>();
  const joined: MergedTemplate[] = [];
  for (const template of templates) {
    const name = key(template.tokens);
    if (name === undefined) {
      joined.push(template);
      continue;
    }
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [template]);
    else group.push(template);
  }
  for (const group of groups.values()) joined.push(unite(group));
  return joined;
}

function unite(group: readonly MergedTemplate[]): MergedTemplate {
  const first = group[0] as MergedTemplate;
  if (group.length === 1) return first;
  const longest = group.reduce((a, b) => (b.tokens.length > a.tokens.length ? b : a)).tokens;
  const same = group.filter((template) => template.tokens.length === longest.length);
  const tokens = longest.map((token, at) => (same.every((other) => other.tokens[at] === token) ? token : mask));
  return { tokens: collapseRepeats(tokens), members: group.flatMap((template) => template.members) };
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

/** Index of the `)` when the brackets hold nothing, or values and their units only; else `at`. */
function endOfBracketedValue(tokens: readonly string[], at: number): number {
  for (let index = at + 1; index < tokens.length && index <= at + 4; index++) {
    const token = tokens[index] as string;
    if (token === ")") return index;
    if (token !== mask && !units.has(token)) return at;
  }
  return at;
}

/** Joins templates that differ only inside quotes, once there are enough contents for the quotes to hold a variable. */
function joinQuoted(templates: readonly MergedTemplate[]): MergedTemplate[] {
  const groups = new Map<string, MergedTemplate[]>();
  for (const template of templates) {
    const name = quotedMasked(template.tokens).join(" ");
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [template]);
    else group.push(template);
  }
  return [...groups.values()].flatMap((group) => {
    const masked = quotedMasked((group[0] as MergedTemplate).tokens);
    if (group.length < 3 || masked.filter(isWord).length < 2) return group;
    return [{ tokens: masked, members: group.flatMap((template) => template.members) }];
  });
}

/** Puts one mask between each pair of quotes, unless what is quoted begins with a constant (`"GET ...`). */
function quotedMasked(tokens: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as string;
    kept.push(token);
    if (token !== '"' && token !== "'") continue;
    const close = tokens.indexOf(token, at + 1);
    if (close <= at + 1 || close > at + 10 || isConstant(tokens[at + 1] as string)) continue;
    kept.push(mask, token);
    at = close;
  }
  return kept;
}

/** One round: templates that agree in all places but one join there, if that place holds a variable. */
function joinOnePlace(templates: readonly MergedTemplate[]): MergedTemplate[] {
  const byLength = new Map<number, MergedTemplate[]>();
  for (const template of templates) {
    const bucket = byLength.get(template.tokens.length);
    if (bucket === undefined) byLength.set(template.tokens.length, [template]);
    else bucket.push(template);
  }
  const joined: MergedTemplate[] = [];
  for (const [length, bucket] of byLength) joined.push(...joinBucket(bucket, length));
  return joined;
}

function joinBucket(bucket: readonly MergedTemplate[], length: number): readonly MergedTemplate[] {
  if (bucket.length < 2 || length < 2 || length > maxComparedTokens) return bucket;
  let current = bucket;
  for (let place = 0; place < length && current.length > 1; place++) {
    if (new Set(current.map((template) => template.tokens[place])).size < 2) continue;
    const groups = new Map<string, MergedTemplate[]>();
    for (const template of current) {
      const name = keyWithout(template.tokens, place);
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [template]);
      else group.push(template);
    }
    if (groups.size === current.length) continue;
    current = [...groups.values()].flatMap((group) =>
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
