import { setTimeout as sleep } from "node:timers/promises";
import type { Event, LookupAttribute } from "@aws-sdk/client-cloudtrail";
import * as z from "zod";
import type { Change, ChangeQuery } from "../domain/ports.ts";
import { utcSecond } from "../domain/time.ts";
import { abortable, type SourceAnswer } from "./change-source.ts";
import type { CloudTrailSdk } from "./clients.ts";
import { upstream } from "./upstream.ts";

/** Pages of 50 that are read of all write events; each costs half a second. */
const mostPages = 10;
/** Names that are looked up by themselves, so that a busy account does not push them out of reach. */
const mostNames = 3;

/** Write events of the window, newest first: those on the named resources, and as many of all others as the pages hold. */
export async function trailChanges(sdk: CloudTrailSdk, query: ChangeQuery, pauseMs: number): Promise<SourceAnswer> {
  const found = new Map<string, Event>();
  const missing: string[] = [];
  const attributes: readonly (readonly [LookupAttribute, number])[] = [
    ...query.resources
      .slice(0, mostNames)
      .map((name) => [{ AttributeKey: "ResourceName", AttributeValue: name }, 1] as const),
    [{ AttributeKey: "ReadOnly", AttributeValue: "false" }, mostPages],
  ];
  for (const [index, [attribute, pages]] of attributes.entries()) {
    if (index > 0) await sleep(pauseMs, undefined, { ...(query.signal && { signal: query.signal }) });
    const readBackTo = await lookup(sdk, query, attribute, { pages, pauseMs }, found);
    if (readBackTo !== undefined) {
      const what = attribute.AttributeKey === "ReadOnly" ? "all write events" : `events on ${attribute.AttributeValue}`;
      missing.push(`CloudTrail: ${what} before ${utcSecond(readBackTo)} (too many)`);
    }
  }
  const writes = [...found.values()].filter((event) => event.ReadOnly !== "true");
  return { changes: writes.flatMap((event) => changeOf(event) ?? []), missing };
}

/** The time of the oldest event read when the pages did not suffice, else undefined. */
async function lookup(
  sdk: CloudTrailSdk,
  query: ChangeQuery,
  attribute: LookupAttribute,
  limits: { readonly pages: number; readonly pauseMs: number },
  found: Map<string, Event>,
): Promise<number | undefined> {
  const { api, client } = await sdk();
  let token: string | undefined;
  let oldest = query.end;
  for (let page = 0; page < limits.pages; page += 1) {
    if (page > 0) await sleep(limits.pauseMs, undefined, { ...(query.signal && { signal: query.signal }) });
    const input = {
      LookupAttributes: [attribute],
      StartTime: new Date(query.start),
      EndTime: new Date(query.end),
      MaxResults: 50,
      ...(token !== undefined && { NextToken: token }),
    };
    const reply = await upstream("look up CloudTrail events", () =>
      client.send(new api.LookupEventsCommand(input), abortable(query)),
    );
    for (const event of reply.Events ?? []) {
      if (event.EventId !== undefined) found.set(event.EventId, event);
      oldest = Math.min(oldest, event.EventTime?.getTime() ?? oldest);
    }
    token = reply.NextToken;
    if (token === undefined || token === "") return undefined;
  }
  return oldest;
}

const text = z.string().optional().catch(undefined);

/** The parts of an event's record that are read; each may be missing or of another shape. */
const TrailRecord = z
  .object({
    userIdentity: z
      .object({
        type: text,
        arn: text,
        invokedBy: text,
        sessionContext: z
          .object({ sessionIssuer: z.object({ userName: text }).optional() })
          .optional()
          .catch(undefined),
      })
      .optional()
      .catch(undefined),
    errorCode: text,
    requestParameters: z.record(z.string(), z.unknown()).nullish().catch(undefined),
    responseElements: z
      .object({ command: z.object({ commandId: text }).optional().catch(undefined) })
      .nullish()
      .catch(undefined),
  })
  .catch({
    userIdentity: undefined,
    errorCode: undefined,
    requestParameters: undefined,
    responseElements: undefined,
  });
type TrailRecord = z.infer<typeof TrailRecord>;

function changeOf(event: Event): Change | undefined {
  const { EventName: what, EventTime: time } = event;
  if (what === undefined || time === undefined) return undefined;
  const record = TrailRecord.parse(json(event.CloudTrailEvent ?? ""));
  const command = record.responseElements?.command?.commandId;
  const failed = record.errorCode !== undefined;
  const detail = [failed ? record.errorCode : "", scalars(record.requestParameters ?? {})].filter(Boolean).join(" ");
  return {
    at: time.getTime(),
    who: whoOf(event, record),
    what,
    resources: [...new Set((event.Resources ?? []).flatMap(({ ResourceName }) => ResourceName ?? []))].slice(0, 10),
    detail,
    source: "CloudTrail",
    failed,
    ...(command !== undefined && { key: `command ${command}` }),
  };
}

/** `deploy-role/anna` of an assumed role, the user's name else; a service that acted by itself is named as such. */
function whoOf(event: Event, { userIdentity }: TrailRecord): string {
  const session = /assumed-role\/(.+)$/.exec(userIdentity?.arn ?? "")?.[1];
  const who = session ?? event.Username ?? userIdentity?.sessionContext?.sessionIssuer?.userName ?? "";
  const through = userIdentity?.invokedBy;
  if (through === undefined || through === who) return who;
  return who === "" ? through : `${who} through ${through}`;
}

/** Names and single values of a request, two levels deep: enough to say what was set, too little to be a dump. */
function scalars(parameters: Readonly<Record<string, unknown>>, depth = 0): string {
  const parts = Object.entries(parameters).flatMap(([name, value]) => {
    if (["string", "number", "boolean"].includes(typeof value)) return [`${name}=${String(value).slice(0, 120)}`];
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    const inner = isObject && depth < 1 ? scalars(value as Record<string, unknown>, depth + 1) : "";
    return inner === "" ? [] : [`${name}(${inner})`];
  });
  return parts.join(" ").slice(0, 300);
}

function json(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return {};
  }
}
