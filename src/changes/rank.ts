import type { Change } from "../domain/ports.ts";
import { housekeepingOf } from "./noise.ts";

/** One change, or the same one made several times in a row. */
export type RankedChange = Change & {
  readonly times: number;
  /** Of several, the first; equal to `at` for one. */
  readonly firstAt: number;
  readonly match: "same" | "related" | "other";
};

export type RankedChanges = {
  /** Likeliest first: close in time before the alarm, and on the resource that is broken. */
  readonly changes: readonly RankedChange[];
  /** What was left out as housekeeping, by name. */
  readonly leftOut: Readonly<Record<string, number>>;
};

/** Orders changes by how close they are to the alarm in time and resource. The same input always gives the same order. */
export function rankChanges(
  changes: readonly Change[],
  alarm: { readonly at: number; readonly resources: readonly string[] },
): RankedChanges {
  const leftOut: Record<string, number> = {};
  const kept = merged(changes).filter((change) => {
    const why = housekeepingOf(change);
    if (why !== undefined) leftOut[why] = (leftOut[why] ?? 0) + 1;
    return why === undefined;
  });
  const ranked = gathered(kept).map((change) => ({ ...change, match: matchOf(change, alarm.resources) }));
  const score = (change: RankedChange): number => closeness(alarm.at - change.at) * weightOf[change.match];
  return {
    changes: ranked.toSorted((left, right) => score(right) - score(left) || right.at - left.at || byName(left, right)),
    leftOut,
  };
}

const byName = (left: Change, right: Change): number => left.what.localeCompare(right.what);

const weightOf = { same: 6, related: 3, other: 1 } as const;

/** Halves every half hour before the alarm. What came after it can not have caused it, and is often the answer to it. */
function closeness(beforeMs: number): number {
  const minutes = beforeMs / 60_000;
  return minutes >= 0 ? 1 / (1 + minutes / 30) : 0.1 / (1 - minutes / 30);
}

/** Two tellings of one thing become one: the longer list of resources, the teller who knows who it was. */
function merged(changes: readonly Change[]): readonly Change[] {
  const byKey = new Map<string, Change>();
  const rest: Change[] = [];
  for (const change of changes) {
    if (change.key === undefined) {
      rest.push(change);
      continue;
    }
    const other = byKey.get(change.key);
    byKey.set(change.key, other === undefined ? change : together(other, change));
  }
  return [...rest, ...byKey.values()];
}

const together = (one: Change, other: Change): Change => ({
  ...one,
  at: Math.min(one.at, other.at),
  who: one.who === "" ? other.who : one.who,
  resources: [...new Set([...one.resources, ...other.resources])],
  detail: one.detail.length >= other.detail.length ? one.detail : other.detail,
  source: [...new Set([...one.source.split(" + "), ...other.source.split(" + ")])].join(" + "),
  failed: one.failed || other.failed,
});

type Gathered = Omit<RankedChange, "match">;

/** The same person doing the same to the same thing within ten minutes is one line. */
function gathered(changes: readonly Change[]): readonly Gathered[] {
  const found: Gathered[] = [];
  for (const change of changes.toSorted((left, right) => left.at - right.at)) {
    const index = found.findLastIndex((one) => isSame(one, change) && change.at - one.at <= 600_000);
    const known = found[index];
    if (known === undefined) found.push({ ...change, times: 1, firstAt: change.at });
    else found[index] = { ...change, times: known.times + 1, firstAt: known.firstAt };
  }
  return found;
}

const isSame = (one: Change, other: Change): boolean =>
  one.what === other.what &&
  one.who === other.who &&
  one.failed === other.failed &&
  one.resources.join() === other.resources.join();

/** `same`: it names the very resource. `related`: it shares a telling word with it, such as the service's name. */
function matchOf(change: Change, resources: readonly string[]): RankedChange["match"] {
  const named = [...change.resources, change.detail];
  if (resources.some((resource) => named.some((name) => holds(name, resource)))) return "same";
  const words = new Set(resources.flatMap(wordsOf));
  return [...change.resources, change.detail].flatMap(wordsOf).some((word) => words.has(word)) ? "related" : "other";
}

/** As a whole name within an ARN or a list: `orders` is not in `orders-archive`. */
function holds(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (!inName.test(text[at - 1] ?? " ") && !inName.test(text[at + name.length] ?? " ")) return true;
  }
  return false;
}
const inName = /[\w-]/;

/** Words of four letters or more that are not the kind of thing itself. */
const wordsOf = (text: string): readonly string[] =>
  (text.toLowerCase().match(/[a-z]{4,}/g) ?? []).filter((word) => !common.has(word));
const common: ReadonlySet<string> = new Set(
  "arn amazon aws name service services cluster function instance instances group target targetgroup table queue prod production staging stage test alarm live main default auto scaling desired capacity task definition image latest version true false null stack role user region east west north south central status running commands command healer lambda client root with from each that this".split(
    " ",
  ),
);
