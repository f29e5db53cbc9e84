import type { TokenUsage } from "../domain/message.ts";
import type { MicroUsd } from "../domain/money.ts";

/** What one exact model or inference-profile id can do, costs and lives; the only place that spells a model id. */
export type ModelProfile = {
  readonly id: string;
  readonly label: string;
  /** `foundation` ids of current models cannot be invoked: they need a profile that contains them. */
  readonly kind: "profile" | "foundation";
  readonly contextTokens: number;
  readonly outputTokens: number;
  /** False where temperature, topP and topK are answered with a validation error. */
  readonly samplingParameters: boolean;
  /** False where toolChoice `any` or `tool` is answered with a validation error. */
  readonly forcedTools: boolean;
  readonly strictTools: boolean;
  readonly effort: boolean;
  /** `always` cannot be switched off; `switchable` is on until it is disabled; `none` never thinks unasked. */
  readonly thinking: "always" | "switchable" | "none";
  /** Absent where cache points are unknown; a prefix under `minimumTokens` is silently not cached. */
  readonly cachePoints?: { readonly minimumTokens: number | undefined };
  /** MicroUsd per million tokens; absent means that nobody has established a price, and none is guessed. */
  readonly price?: TokenPrice;
  readonly launched?: string;
  /** ISO date. `exact` is an announced end; otherwise the model lives at least that long. */
  readonly endOfLife?: { readonly date: string; readonly exact: boolean };
};

export type TokenPrice = {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly asOf: string;
};

/** The profile for an id, for a regional or application-free profile ARN, or undefined when the table lacks it. */
export function profileOf(id: string): ModelProfile | undefined {
  return table.get(id) ?? table.get(id.slice(id.lastIndexOf("/") + 1));
}

/** What a reply cost, rounded up; undefined when the id or a rate that this usage needs has no established price. */
export function priceOf(modelId: string, usage: TokenUsage): MicroUsd | undefined {
  const price = profileOf(modelId)?.price;
  if (price === undefined) return undefined;
  const total =
    usage.inputTokens * price.input +
    usage.outputTokens * price.output +
    usage.cacheReadTokens * price.cacheRead +
    usage.cacheWriteTokens * price.cacheWrite;
  return Math.ceil(total / 1e6) as MicroUsd;
}

/** True from the announced last day on; a "not before" date never counts as an end. */
export function pastEndOfLife(profile: ModelProfile, at: number): boolean {
  return profile.endOfLife?.exact === true && at >= Date.parse(profile.endOfLife.date);
}

/** The id that CountTokens takes: it refuses profile ids, so the geography is cut off. */
export function foundationIdOf(id: string): string {
  const bare = id.slice(id.lastIndexOf("/") + 1);
  return geographies.reduce(
    (rest, geography) => (rest.startsWith(`${geography}.`) ? rest.slice(geography.length + 1) : rest),
    bare,
  );
}

export const knownProfiles = (): readonly ModelProfile[] => [...table.values()];

const geographies = ["global", "us-gov", "us", "eu", "au", "jp", "apac"] as const;
type Geography = (typeof geographies)[number];

type Family = Omit<ModelProfile, "id" | "kind" | "price"> & {
  readonly id: string;
  readonly places: readonly Geography[];
  /** Dollars per million tokens through the global profile; a geography costs a tenth more. */
  readonly dollars?: { readonly in: number; readonly out: number; readonly read: number; readonly write: number };
};

const current = {
  contextTokens: 1_000_000,
  outputTokens: 128_000,
  samplingParameters: false,
  forcedTools: true,
  strictTools: false,
  effort: true,
  thinking: "switchable",
  cachePoints: { minimumTokens: undefined },
} as const;

const families: readonly Family[] = [
  {
    ...current,
    id: "anthropic.claude-sonnet-5-5",
    label: "Claude Sonnet 5.5",
    places: ["global", "us"],
    forcedTools: false,
    thinking: "always",
    dollars: { in: 2, out: 10, read: 0.2, write: 2.5 },
    launched: "2026-09-28",
  },
  {
    ...current,
    id: "anthropic.claude-opus-5-5",
    label: "Claude Opus 5.5",
    places: ["global", "us"],
    forcedTools: false,
    thinking: "always",
    dollars: { in: 4, out: 20, read: 0.2, write: 5 },
    launched: "2026-09",
  },
  {
    ...current,
    id: "anthropic.claude-sonnet-5",
    label: "Claude Sonnet 5",
    places: ["global", "us", "eu", "au"],
    dollars: { in: 2, out: 10, read: 0.2, write: 2.5 },
    launched: "2026-06-30",
  },
  {
    ...current,
    id: "anthropic.claude-haiku-5-5",
    label: "Claude Haiku 5.5",
    places: ["us"],
    launched: "2026-10-07",
    endOfLife: { date: "2027-10-07", exact: false },
  },
  {
    ...current,
    id: "anthropic.claude-sonnet-4-6",
    label: "Claude Sonnet 4.6",
    places: ["global", "us", "eu", "jp"],
    samplingParameters: true,
    strictTools: true,
    thinking: "none",
    cachePoints: { minimumTokens: 2048 },
    dollars: { in: 3, out: 15, read: 0.3, write: 3.75 },
  },
  {
    ...current,
    id: "anthropic.claude-haiku-4-5-20251001-v1:0",
    label: "Claude Haiku 4.5",
    places: ["global", "us", "eu"],
    contextTokens: 200_000,
    outputTokens: 64_000,
    samplingParameters: true,
    strictTools: true,
    effort: false,
    thinking: "none",
    cachePoints: { minimumTokens: 4096 },
    dollars: { in: 1, out: 5, read: 0.1, write: 1.25 },
    launched: "2025-10-16",
    endOfLife: { date: "2026-10-01", exact: false },
  },
];

/** Ids that configurations still hold and that the service answers with "invalid" since (or from) the date. */
const ended: readonly (readonly [id: string, label: string, date: string])[] = [
  ["anthropic.claude-3-sonnet-20240229-v1:0", "Claude 3 Sonnet", "2026-07-30"],
  ["anthropic.claude-3-5-sonnet-20240620-v1:0", "Claude 3.5 Sonnet", "2026-07-30"],
  ["anthropic.claude-3-5-sonnet-20241022-v2:0", "Claude 3.5 Sonnet v2", "2026-07-30"],
  ["anthropic.claude-3-haiku-20240307-v1:0", "Claude 3 Haiku", "2026-09-10"],
  ["anthropic.claude-3-5-haiku-20241022-v1:0", "Claude 3.5 Haiku", "2026-06-19"],
  ["anthropic.claude-3-7-sonnet-20250219-v1:0", "Claude 3.7 Sonnet", "2026-04-28"],
  ["anthropic.claude-sonnet-4-20250514-v1:0", "Claude Sonnet 4", "2026-10-14"],
  ["anthropic.claude-opus-4-1-20250805-v1:0", "Claude Opus 4.1", "2027-01-08"],
];

const priceDate = "2026-11-01";

function ratesOf(family: Family, geography: Geography): TokenPrice | undefined {
  if (family.dollars === undefined) return undefined;
  const factor = geography === "global" ? 10 : 11;
  const rate = (dollars: number) => Math.round((dollars * 1e6 * factor) / 10);
  const { in: input, out, read, write } = family.dollars;
  return { input: rate(input), output: rate(out), cacheRead: rate(read), cacheWrite: rate(write), asOf: priceDate };
}

function entriesOf(family: Family): readonly ModelProfile[] {
  const { places, dollars: _, ...common } = family;
  const profiles = places.map((geography): ModelProfile => {
    const price = ratesOf(family, geography);
    return { ...common, id: `${geography}.${family.id}`, kind: "profile", ...(price && { price }) };
  });
  return [{ ...common, kind: "foundation" }, ...profiles];
}

function endedEntry([id, label, date]: (typeof ended)[number]): ModelProfile {
  return {
    id,
    label,
    kind: "foundation",
    contextTokens: 200_000,
    outputTokens: 4_096,
    samplingParameters: true,
    forcedTools: true,
    strictTools: false,
    effort: false,
    thinking: "none",
    endOfLife: { date, exact: true },
  };
}

const table: ReadonlyMap<string, ModelProfile> = new Map(
  [...families.flatMap(entriesOf), ...ended.map(endedEntry)].map((profile) => [profile.id, profile]),
);

/** What a configuration that names no model gets: the current Sonnet, then models of other families and quotas. */
export const defaultModels: readonly string[] = [
  "global.anthropic.claude-sonnet-5-5",
  "global.anthropic.claude-sonnet-5",
  "global.anthropic.claude-sonnet-4-6",
  "global.anthropic.claude-haiku-4-5-20251001-v1:0",
];
