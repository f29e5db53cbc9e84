import { mask } from "./values.ts";

export interface Mergeable {
  readonly tokens: readonly string[];
  readonly count: number;
}

export interface MergedTemplate {
  readonly tokens: readonly string[];
  /** Indices into the input. */
  readonly members: readonly number[];
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

/** Items with equal keys together, in the order in which the keys were met. */
export function groupBy<Item>(items: readonly Item[], key: (item: Item) => unknown): readonly (readonly Item[])[] {
  return [...Map.groupBy(items, key).values()];
}

/** One template for all of these, with a mask wherever they differ. */
export function unite(group: readonly MergedTemplate[]): MergedTemplate {
  const first = group[0] as MergedTemplate;
  if (group.length === 1) return first;
  const longest = group.reduce((a, b) => (b.tokens.length > a.tokens.length ? b : a)).tokens;
  const same = group.filter((template) => template.tokens.length === longest.length);
  const tokens = longest.map((token, at) => (same.every((other) => other.tokens[at] === token) ? token : mask));
  return { tokens: collapseRepeats(tokens), members: group.flatMap((template) => template.members) };
}
