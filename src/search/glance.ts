import type { Lens } from "./lens.ts";
import type { SearchIndex } from "./types.ts";
import { evidenceReach } from "./weights.ts";

/** The places in a document where the query's terms stand: their slots and positions, in order. */
export type Sightings = { readonly slots: Uint16Array; readonly at: Uint32Array; readonly count: number };

/** Walks a document's tokens once; everything else is worked out from the few places this finds. */
export function sightingsOf(index: SearchIndex, lens: Lens, from: number, to: number): Sightings {
  const tokens = index.arrays.tokens;
  const slots = new Uint16Array(to - from);
  const at = new Uint32Array(to - from);
  let count = 0;
  for (let position = from; position < to; position++) {
    const slot = lens.slotOf[tokens[position] as number] as number;
    if (slot === 0) continue;
    slots[count] = slot - 1;
    at[count++] = position;
  }
  return { slots, at, count };
}

/** Worth of the query that stands in a stretch: of its words, and of its neighbouring words that are neighbours there too. */
export function glance(
  lens: Lens,
  seen: Sightings,
  from: number,
  to: number,
): { readonly covered: number; readonly pairs: number } {
  const { groups, lastAt, pairSeen } = lens.scratch;
  groups.fill(0);
  lastAt.fill(-1);
  pairSeen.fill(0);
  let covered = 0;
  let pairs = 0;
  for (let sighting = firstFrom(seen, from); sighting < seen.count; sighting++) {
    const at = seen.at[sighting] as number;
    if (at >= to) break;
    const slot = seen.slots[sighting] as number;
    if (lastAt[slot] === -1) covered += raise(groups, lens.group[slot] as number, lens.worth[slot] as number);
    lastAt[slot] = at;
    for (const [other, pair] of lens.partners[slot] ?? []) {
      const last = lastAt[other] as number;
      if (last < 0 || pairSeen[pair] === 1 || at - last > evidenceReach.neighbours) continue;
      pairSeen[pair] = 1;
      pairs += lens.pairWorth[pair] as number;
    }
  }
  return { covered, pairs };
}

/** BM25 of one section, its heading's words counting more. */
export function sectionScore(lens: Lens, seen: Sightings, from: number, body: number, to: number): number {
  const first = firstFrom(seen, from);
  const { counts, groups } = lens.scratch;
  let last = first;
  for (; last < seen.count && (seen.at[last] as number) < to; last++) {
    const slot = seen.slots[last] as number;
    counts[slot] = (counts[slot] as number) + ((seen.at[last] as number) < body ? evidenceReach.heading : 1);
  }
  if (last === first) return 0;
  groups.fill(0);
  const room = 0.5 + (0.5 * (to - from)) / evidenceReach.sectionWords;
  let score = 0;
  for (let sighting = first; sighting < last; sighting++) {
    const slot = seen.slots[sighting] as number;
    const count = counts[slot] as number;
    if (count === 0) continue;
    counts[slot] = 0;
    score += raise(groups, lens.group[slot] as number, ((lens.worth[slot] as number) * count) / (count + room));
  }
  return score;
}

/** Raises a group's credit to `worth` and gives the gain. */
function raise(groups: Float64Array, group: number, worth: number): number {
  const before = groups[group] as number;
  if (worth <= before) return 0;
  groups[group] = worth;
  return worth - before;
}

function firstFrom(seen: Sightings, position: number): number {
  let low = 0;
  let high = seen.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((seen.at[middle] as number) < position) low = middle + 1;
    else high = middle;
  }
  return low;
}
