import * as z from "zod";
import { flagLine } from "../src/digest/flag.ts";
import { redact } from "../src/digest/redact.ts";
import { messageOf } from "../src/domain/errors.ts";
import type { FleetGroup, FleetMember } from "../src/domain/ports.ts";
import { emptyResult, okResult, readTool, type ToolContext } from "../src/domain/tool.ts";
import { round } from "../src/metrics/render.ts";
import { type ResourceKind, resourceKinds } from "../src/resources/kinds.ts";

export const describeResource = readTool({
  name: "describe_resource",
  description:
    "What the alarm is about, and its neighbours: health of each member of its group or target group; an ECS service's deployments, events and stopped tasks; a database's limits and events; a function's aliases; a table's capacity; tags, vital metrics, and what can not be seen from here. Without input: the alarm's own resource.",
  needs: ["fleet", "inventory", "metrics", "clock"],
  input: z.strictObject({
    dimensions: z
      .record(z.string().max(255), z.string().min(1).max(1024))
      .optional()
      .describe('As a metric names it, for example {"InstanceId": "i-0123"}. Default: the alarm\'s dimensions.'),
  }),
  async execute(input, context) {
    const dimensions = input.dimensions ?? context.incident.dimensions;
    const told = await Promise.all([
      ...Object.entries(dimensions).map(([name, value]) => hosts(name, value, context)),
      ...resourceKinds.map((kind) => listed(kind, dimensions, context)),
    ]);
    const parts = told.filter((part) => part !== undefined);
    const known = new Set(parts.flatMap((part) => part.dimensions));
    const unknown = Object.keys(dimensions).filter((name) => !known.has(name));
    const rest = unknown.map((name) => `Can not be seen: what ${name} ${dimensions[name]} is; no source describes it.`);
    if (parts.length === 0) {
      const searched = Object.keys(dimensions).length === 0 ? "The alarm has no dimensions." : rest.join("\n");
      return emptyResult(`Nothing to describe. ${searched}`);
    }
    const found = parts.map((part, index) => ({ ...part, id: `${context.callId}-resource-${index + 1}` }));
    const blocks = found.map((part) => `[${part.id}] ${part.lines.join("\n")}`);
    const flags = flagLine("a tag, name or event", parts.flatMap((part) => part.lines).join("\n"));
    const findings = found.map(({ id, lines, source }) => ({ id, summary: (lines[0] ?? "").slice(0, 200), source }));
    return okResult([...blocks, ...rest, ...flags].join("\n"), parts.map((part) => part.lines[0]).join("; "), {
      findings,
    });
  },
});

type Context = ToolContext<"fleet" | "inventory" | "metrics" | "clock">;
type Dimensions = Readonly<Record<string, string>>;
type Part = { readonly lines: readonly string[]; readonly source: string; readonly dimensions: readonly string[] };

/** Members of a group that are named; of the rest only the number is told. */
const mostMembers = 20;

async function hosts(name: string, value: string, context: Context): Promise<Part | undefined> {
  if (name !== "InstanceId" && name !== "AutoScalingGroupName") return undefined;
  const one = name === "InstanceId" ? await context.fleet.member(value) : undefined;
  const groupName = name === "InstanceId" ? one?.group : value;
  const group = groupName === undefined ? undefined : await context.fleet.group(groupName);
  const source = "fleet";
  if (one === undefined && group === undefined) {
    const lines = [`${value}: not in the fleet: it is gone, never existed, or is not managed.`];
    return { lines, source, dimensions: [name] };
  }
  const own =
    one === undefined ? [] : [`${memberLine(one)}, ${group === undefined ? "in no group" : `in ${group.name}`}`];
  const state = await stateLines(name, { [name]: value }, context);
  const fellows = group === undefined ? [] : groupLines(group, one?.id);
  return { lines: [...own, ...state, ...fellows], source, dimensions: [name] };
}

function groupLines(group: FleetGroup, except: string | undefined): readonly string[] {
  const healthy = group.members.filter((member) => member.healthy).length;
  const fellows = group.members.filter((member) => member.id !== except);
  // The unhealthy ones first: they are why somebody looks.
  const shown = fellows.toSorted((left, right) => Number(left.healthy) - Number(right.healthy)).slice(0, mostMembers);
  const more = fellows.length > shown.length ? [`  and ${fellows.length - shown.length} more`] : [];
  return [
    `group ${group.name}: ${group.instanceType}, desired ${group.desired}, maximum ${group.maximum}, ${healthy} of ${group.members.length} members healthy`,
    ...shown.map((member) => `  ${memberLine(member)}`),
    ...more,
  ];
}

const memberLine = ({ id, healthy, tags }: FleetMember): string =>
  `${id}: ${healthy ? "healthy" : "UNHEALTHY"}${tagText(tags)}`;

function tagText(tags: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(tags)
    .filter(([key]) => !key.startsWith("aws:"))
    .slice(0, 8)
    .map(([key, value]) => shown(`${key}=${value}`).slice(0, key.length + 61));
  return pairs.length === 0 ? "" : ` (${pairs.join(", ")})`;
}

async function listed(kind: ResourceKind, dimensions: Dimensions, context: Context): Promise<Part | undefined> {
  const value = dimensions[kind.dimension];
  if (value === undefined) return undefined;
  const listing = context.inventory.find(kind.type, kind.arnEnd(value, dimensions)).then(
    (found) =>
      found[0] === undefined ? "not in the list of tagged resources" : `${found[0].arn}${tagText(found[0].tags)}`,
    (error: unknown) => `tags could not be read: ${shown(messageOf(error))}`,
  );
  const vitals = Promise.all(kind.vitals.map(([metric, stat]) => vital(kind, metric, stat, dimensions, context)));
  const [place, state, measured] = await Promise.all([
    listing,
    stateLines(kind.dimension, dimensions, context),
    vitals,
  ]);
  const now = measured.filter((one) => one !== undefined);
  return {
    lines: [
      `${kind.title} ${value}: ${place}`,
      ...state,
      now.length === 0 ? "  no vital metric has a datapoint in the last 15 minutes" : `  now: ${now.join(", ")}`,
      `  Can not be seen from here: ${kind.unseen}.`,
    ],
    source: kind.namespace,
    dimensions: [kind.dimension, ...kind.alongside],
  };
}

/** What is shown of a resource's state; the rest is counted. */
const mostShown = { facts: 8, troubles: 6, events: 6, characters: 300 } as const;

async function stateLines(
  dimension: string,
  dimensions: Dimensions,
  { inventory }: Context,
): Promise<readonly string[]> {
  const state = await inventory.state(dimension, dimensions).catch(messageOf);
  if (state === undefined) return [];
  if (typeof state === "string") return [`  its state could not be looked up: ${shown(state)}`];
  const events = state.events.map(({ at, text }) => `${new Date(at).toISOString().slice(0, 16)}Z ${text}`);
  return [
    ...some(state.facts, mostShown.facts, "  "),
    ...some(state.troubles, mostShown.troubles, "  NOT WELL: "),
    ...some(events, mostShown.events, "  event "),
  ];
}

const some = (texts: readonly string[], most: number, before: string): readonly string[] => [
  ...texts.slice(0, most).map((text) => `${before}${shown(text)}`),
  ...(texts.length > most ? [`${before}and ${texts.length - most} more`] : []),
];

/** Tags, reasons and events hold what services and customers wrote: one line, no secrets. */
const shown = (text: string): string => redact(text).text.replaceAll(/\s+/g, " ").slice(0, mostShown.characters);

async function vital(
  kind: ResourceKind,
  name: string,
  stat: string,
  dimensions: Dimensions,
  { metrics, clock }: Context,
): Promise<string | undefined> {
  const keys = [kind.dimension, ...kind.alongside];
  const own = Object.fromEntries(
    keys.flatMap((key) => (dimensions[key] === undefined ? [] : [[key, dimensions[key]]])),
  );
  const end = clock.now();
  const query = { namespace: kind.namespace, name, dimensions: own, stat, period: 60, start: end - 15 * 60_000, end };
  const points = await metrics.query(query).catch(() => []);
  const newest = points.at(-1);
  return newest === undefined ? undefined : `${name} ${round(newest.value)} (${stat})`;
}
