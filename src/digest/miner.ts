import { mergePatterns } from "./merge.ts";
import { collapseRepeats } from "./merged.ts";
import { addValue, combinePatterns, emptyPattern, type Pattern } from "./pattern.ts";
import { redact } from "./redact.ts";
import { createScanner, type Scanner, scan as scanText } from "./scan.ts";
import { severityOfText } from "./severity.ts";
import { createSignatureTable, numberOf, setNumber } from "./table.ts";
import { mask } from "./values.ts";

export interface Miner {
  /**
   * Reads the message whose template is wanted; true when it holds control characters and had better be cleaned and
   * scanned again.
   */
  scan(key: string, from: number): boolean;
  /**
   * The pattern of the message just scanned, whose template is decided by `key` from `from` on; `exemplar` is the text to keep of a
   * signature not seen before. Counting is left to the caller.
   */
  find(key: string, from: number, exemplar: string): { readonly pattern: Pattern; readonly slot: number };
  /** Joins what is left apart and returns the templates; `clusterOf` tells which one a slot ended in. */
  finish(): { readonly clusters: readonly Pattern[]; readonly clusterOf: (slot: number) => number };
  readonly redactions: () => number;
  /** Events that came when the table was full, and so may share a cluster with unlike ones. */
  readonly overflowEvents: () => number;
}

/** Live patterns; each costs about a kilobyte, so this bounds the digest's memory near 10 MB. */
const defaultMaxPatterns = 8192;
/** Slots are numbered for good (assignments refer to them); this many cost under a megabyte. */
const maxSlots = 200_000;
const maxOverflowPatterns = 256;
const maxExemplarCharacters = 1500;

/**
 * Streaming template mining in the Drain family (He et al., "Drain: An Online Log Parsing Approach with Fixed Depth
 * Tree", ICWS 2017), arranged for speed and for one configuration: instead of walking a tree for each line, a line's
 * masked signature is hashed while it is scanned and looked up; only signatures never seen before cost more. What
 * Drain decides by similarity on the spot is decided later over all signatures together, when it is known how many
 * values a place takes, as Brain does (Yu et al., "Brain: Log Parsing with Bidirectional Parallel Tree", TSC 2023)
 * and IPLoM before it (Makanju et al., KDD 2009). Bounded: when the table is full its patterns are joined, and if
 * they will not join, new ones are gathered by severity and first word.
 */
export function createMiner(maxPatterns = defaultMaxPatterns): Miner {
  const scanner = createScanner();
  const side = createScanner();
  const table = createSignatureTable();
  let slots: Pattern[] = [];
  /** Slot to the live pattern's index in `live`. */
  let live: Pattern[] = [];
  const liveOf: number[] = [];
  const overflowSlots = new Map<string, number>();
  let templates = new Map<string, number[]>();
  let full = false;
  let redactions = 0;
  let overflowEvents = 0;
  const found: { pattern: Pattern; slot: number } = { pattern: undefined as never, slot: 0 };

  function find(key: string, from: number, exemplar: string): typeof found {
    let slot = numberOf(table, scanner.hashA, scanner.hashB);
    if (slot < 0) {
      slot = slotOfNew(key, from, exemplar);
      setNumber(table, scanner.hashA, scanner.hashB, slot);
    }
    const pattern = slots[slot] as Pattern;
    found.pattern = pattern;
    found.slot = slot;
    if (pattern.overflow) overflowEvents++;
    else if (sampledNow(pattern.count + pattern.baselineCount)) sampleValues(pattern, key);
    return found;
  }

  function slotOfNew(key: string, from: number, exemplar: string): number {
    const safe = redact(key.slice(from, from + 4096));
    redactions += safe.count;
    // What was redacted is a value like any other: two digits always are.
    const plain = safe.count === 0 ? safe.text : safe.text.replace(/\[redacted-[\w-]+\]/g, "00");
    scanText(side, plain, 0);
    const tokens = tokensOf(side, plain);
    const known = matchTemplate(tokens);
    if (known >= 0) return known;
    const severity = severityOfText(safe.text);
    if (!full && live.length >= maxPatterns) compact();
    if (full || slots.length >= maxSlots) return overflowSlot(`${severity} ${tokens[0] ?? ""}`, severity, exemplar);
    const pattern = emptyPattern(tokens, spacingOf(side), shownText(exemplar), severity);
    liveOf.push(live.length);
    live.push(pattern);
    slots.push(pattern);
    return slots.length - 1;
  }

  /** Joins live patterns; a table that stays nearly full of unlike ones accepts no more. */
  function compact(): void {
    const merged = mergePatterns(live);
    const target = new Int32Array(live.length);
    const next = merged.map((template, index) => {
      for (const member of template.members) target[member] = index;
      return template.members.length === 1
        ? (live[template.members[0] as number] as Pattern)
        : combinePatterns(
            template.members.map((member) => live[member] as Pattern),
            template.tokens,
          );
    });
    for (let slot = 0; slot < slots.length; slot++) {
      const at = liveOf[slot] as number;
      if (at < 0) continue;
      liveOf[slot] = target[at] as number;
      slots[slot] = next[target[at] as number] as Pattern;
    }
    live = next;
    full = live.length > maxPatterns * 0.7;
    indexTemplates();
  }

  function indexTemplates(): void {
    templates = new Map();
    const firstSlot = new Map<number, number>();
    liveOf.forEach((at, slot) => {
      if (at >= 0 && !firstSlot.has(at)) firstSlot.set(at, slot);
    });
    live.forEach((pattern, at) => {
      if (!pattern.tokens.includes(mask)) return;
      const name = templateKey(pattern.tokens);
      const slot = firstSlot.get(at) as number;
      const bucket = templates.get(name);
      if (bucket === undefined) templates.set(name, [slot]);
      else if (bucket.length < 200) bucket.push(slot);
    });
  }

  /** A slot whose template these tokens fill, or -1: how new values of a joined place are recognised. */
  function matchTemplate(raw: readonly string[]): number {
    if (templates.size === 0) return -1;
    const tokens = collapseRepeats(raw);
    const bucket = templates.get(templateKey(tokens));
    return bucket?.find((slot) => fills(tokens, (slots[slot] as Pattern).tokens)) ?? -1;
  }

  function overflowSlot(name: string, severity: Pattern["textSeverity"], exemplar: string): number {
    const key = overflowSlots.has(name) || overflowSlots.size < maxOverflowPatterns ? name : severity;
    const known = overflowSlots.get(key);
    if (known !== undefined) return known;
    slots.push(emptyPattern([key.split(" ")[1] ?? "", mask], [false, true], shownText(exemplar), severity, true));
    liveOf.push(-1);
    overflowSlots.set(key, slots.length - 1);
    return slots.length - 1;
  }

  function sampleValues(pattern: Pattern, key: string): void {
    if (scanner.count !== pattern.tokens.length) return;
    let safe: string | undefined;
    for (let at = 0; at < scanner.count; at++) {
      if (pattern.tokens[at] !== mask) continue;
      const value = key.slice(scanner.starts[at], scanner.ends[at]);
      safe ??= redact(key.slice(0, 8192)).text;
      addValue(pattern, at, safe.includes(value) ? value : "[redacted]");
    }
  }

  function finish(): ReturnType<Miner["finish"]> {
    compact();
    const gathered = [...overflowSlots.values()];
    const clusters = [...live, ...gathered.map((slot) => slots[slot] as Pattern)];
    const clusterOf = liveOf.map((at, slot) => (at >= 0 ? at : live.length + gathered.indexOf(slot)));
    slots = [];
    return { clusters, clusterOf: (slot) => clusterOf[slot] as number };
  }

  function scan(key: string, from: number): boolean {
    scanText(scanner, key, from);
    return scanner.control;
  }

  return { scan, find, finish, redactions: () => redactions, overflowEvents: () => overflowEvents };
}

/** Every one of the first events, then fewer and fewer: ranges need a sample, not every event. */
function sampledNow(count: number): boolean {
  return count < 5 || (count & (count - 1)) === 0 || (count < 65_536 && (count & (count < 4096 ? 511 : 2047)) === 0);
}

function tokensOf(scanner: Scanner, text: string): readonly string[] {
  const tokens: string[] = [];
  for (let at = 0; at < scanner.count; at++) {
    tokens.push(scanner.masked[at] === 1 ? mask : text.slice(scanner.starts[at], scanner.ends[at]));
  }
  return tokens;
}

function spacingOf(scanner: Scanner): readonly boolean[] {
  return Array.from(
    { length: scanner.count },
    (_, at) => at > 0 && (scanner.starts[at] as number) > (scanner.ends[at - 1] as number),
  );
}

function templateKey(tokens: readonly string[]): string {
  return `${tokens.length} ${tokens[0]}`;
}

function fills(tokens: readonly string[], template: readonly string[]): boolean {
  return template.every((token, at) => token === mask || token === tokens[at]);
}

/** Redacted first, cut after: a cut secret would no longer be recognised. */
function shownText(exemplar: string): string {
  const { text } = redact(exemplar.slice(0, maxExemplarCharacters * 4));
  const cut = exemplar.length - maxExemplarCharacters;
  return text.length > maxExemplarCharacters
    ? `${text.slice(0, maxExemplarCharacters)}… [${cut} characters cut]`
    : text;
}
