/**
 * A plain Drain for comparison, after the paper (He et al., ICWS 2017) and its authors' open implementation: masks by
 * regular expressions, a tree of fixed depth by token count and first tokens, then the most similar group.
 */
export interface Drain {
  add(message: string): number;
  readonly groups: () => number;
}

interface Group {
  readonly id: number;
  template: string[];
}

interface Node {
  readonly children: Map<string, Node>;
  readonly groups: Group[];
}

/** The masks of Drain3's own example configuration (https://github.com/logpai/Drain3, examples/drain3.ini). */
const masks: readonly (readonly [RegExp, string])[] = [
  [/(?<=[^A-Za-z0-9]|^)(?:(?:[0-9a-f]{2,}:){3,}[0-9a-f]{2,})(?=[^A-Za-z0-9]|$)/g, "<:ID:>"],
  [/(?<=[^A-Za-z0-9]|^)\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?=[^A-Za-z0-9]|$)/g, "<:IP:>"],
  [/(?<=[^A-Za-z0-9]|^)(?:[0-9a-f]{6,} ?){3,}(?=[^A-Za-z0-9]|$)/g, "<:SEQ:>"],
  [/(?<=[^A-Za-z0-9]|^)(?:[0-9A-F]{4} ?){4,}(?=[^A-Za-z0-9]|$)/g, "<:SEQ:>"],
  [/(?<=[^A-Za-z0-9]|^)0x[a-f0-9A-F]+(?=[^A-Za-z0-9]|$)/g, "<:HEX:>"],
  [/(?<=[^A-Za-z0-9]|^)[-+]?\d+(?=[^A-Za-z0-9]|$)/g, "<:NUM:>"],
];
const depth = 2;
const maxChildren = 100;
const similarityThreshold = 0.4;

export function createDrain(): Drain {
  const root: Node = { children: new Map(), groups: [] };
  let count = 0;

  function leafOf(tokens: readonly string[]): Node {
    let node = childOf(root, String(tokens.length), Number.POSITIVE_INFINITY);
    for (let level = 0; level < depth && level < tokens.length; level++) {
      const token = tokens[level] as string;
      node = childOf(node, /\d/.test(token) ? "<*>" : token, maxChildren);
    }
    return node;
  }

  function add(message: string): number {
    let masked = message;
    for (const [pattern, replacement] of masks) masked = masked.replace(pattern, replacement);
    const tokens = masked.trim().split(/\s+/);
    const leaf = leafOf(tokens);
    let best: Group | undefined;
    let bestSimilarity = -1;
    for (const group of leaf.groups) {
      const similarity = similarityOf(group.template, tokens);
      if (similarity > bestSimilarity) {
        bestSimilarity = similarity;
        best = group;
      }
    }
    if (best === undefined || bestSimilarity < similarityThreshold) {
      leaf.groups.push({ id: count, template: tokens });
      return count++;
    }
    for (let at = 0; at < tokens.length; at++) if (best.template[at] !== tokens[at]) best.template[at] = "<*>";
    return best.id;
  }

  return { add, groups: () => count };
}

function childOf(node: Node, key: string, limit: number): Node {
  const known = node.children.get(key);
  if (known !== undefined) return known;
  const name = node.children.size >= limit ? "<*>" : key;
  const created = node.children.get(name) ?? { children: new Map(), groups: [] };
  node.children.set(name, created);
  return created;
}

function similarityOf(template: readonly string[], tokens: readonly string[]): number {
  let same = 0;
  for (let at = 0; at < tokens.length; at++) if (template[at] === tokens[at]) same++;
  return same / tokens.length;
}
