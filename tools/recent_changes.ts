import * as z from "zod";
import { type RankedChange, rankChanges } from "../src/changes/rank.ts";
import { flagLine } from "../src/digest/flag.ts";
import { redact } from "../src/digest/redact.ts";
import { messageOf } from "../src/domain/errors.ts";
import type { Fleet } from "../src/domain/ports.ts";
import { utcSecond } from "../src/domain/time.ts";
import { emptyResult, errorResult, okResult, readTool } from "../src/domain/tool.ts";

/** Changes shown; what is further away in time and resource explains nothing. */
const shown = 20;

export const recentChanges = readTool({
  name: "recent_changes",
  description:
    "Who changed what before the alarm: deployments, configuration, scaling and commands, closest in time and resource first, each with a finding id. Reads and housekeeping are left out.",
  needs: ["changes", "fleet", "clock"],
  input: z.strictObject({
    hours_before: z.int().min(1).max(168).default(6).describe("How far before the alarm to look."),
    resource: z.string().min(3).max(256).optional().describe("Also look for this name or id, for example a service's."),
  }),
  async execute(input, context) {
    const { alarmAt, dimensions } = context.incident;
    const start = alarmAt - input.hours_before * 3_600_000;
    const end = Math.max(start, Math.min(context.clock.now(), alarmAt + 15 * 60_000));
    const resources = await namesOf(dimensions, input.resource, context.fleet);
    const where = `from ${utcSecond(start)} to ${utcSecond(end)}`;
    const read = await context.changes
      .read({ start, end, resources, signal: context.signal })
      .catch((error: unknown) =>
        errorResult(`Could not read changes ${where}: ${messageOf(error)}`, "Go on without them."),
      );
    if ("forModel" in read) return read;
    const { changes, leftOut } = rankChanges(read.changes, { at: alarmAt, resources });
    const missing = read.missing.map((one) => `Not seen: ${one}`);
    const housekeeping = housekeepingLine(leftOut);
    const searched = `${read.sources.join(", ") || "no source"}, ${where}`;
    if (changes.length === 0) {
      return emptyResult([`No change found: ${searched}.`, ...housekeeping, ...missing].join("\n"));
    }
    const told = changes.slice(0, shown);
    const lines = told.map((change, index) => lineOf(change, `${context.callId}-change-${index + 1}`, alarmAt));
    const more = changes.length > shown ? [`${changes.length - shown} more, further away, are not shown.`] : [];
    const forModel = [
      `${changes.length} changes (${searched}), closest in time and resource first:`,
      ...lines.map((line) => line.text),
      ...more,
      ...housekeeping,
      ...missing,
      ...flagLine("a change's text", told.map((change) => `${change.who} ${change.detail}`).join("\n")),
    ];
    const findings = lines.map(({ id, text }) => ({ id, summary: text.slice(0, 200), source: "changes" }));
    return okResult(forModel.join("\n"), `${changes.length} changes before the alarm`, { findings });
  },
});

function housekeepingLine(leftOut: Readonly<Record<string, number>>): readonly string[] {
  const most = Object.entries(leftOut).sort(([, left], [, right]) => right - left);
  const named = most.slice(0, 8).map(([name, count]) => `${name} ×${count}`);
  return named.length === 0 ? [] : [`Left out as housekeeping: ${named.join(", ")}.`];
}

/** What the broken thing is called: the alarm's dimensions, and the group that it belongs to. */
async function namesOf(
  dimensions: Readonly<Record<string, string>>,
  also: string | undefined,
  fleet: Fleet,
): Promise<readonly string[]> {
  const values = Object.values(dimensions).filter((value) => value.length >= 3);
  const instance = dimensions["InstanceId"];
  const member = instance === undefined ? undefined : await fleet.member(instance).catch(() => undefined);
  return [...new Set([...values, ...(member?.group ? [member.group] : []), ...(also === undefined ? [] : [also])])];
}

function lineOf(change: RankedChange, id: string, alarmAt: number): { readonly id: string; readonly text: string } {
  const times = change.times === 1 ? "" : ` ×${change.times} since ${utcSecond(change.firstAt)}`;
  const on = change.resources.length === 0 ? "" : ` on ${change.resources.slice(0, 4).join(", ")}`;
  const parts = [
    `[${id}] ${utcSecond(change.at)} (${distance(alarmAt - change.at)})`,
    `${change.what}${change.failed ? " FAILED" : ""}${times}`,
    `by ${change.who || "unknown"}${on}`,
    ...(change.detail === "" ? [] : [change.detail]),
    `${change.source}${change.match === "same" ? ", the alarm's resource" : ""}`,
  ];
  return { id, text: redact(parts.join(" | ").replaceAll(/\s+/g, " ")).text.slice(0, 500) };
}

function distance(beforeMs: number): string {
  const minutes = Math.round(Math.abs(beforeMs) / 60_000);
  const length = minutes < 1 ? "less than 1 min" : minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
  return beforeMs >= 0 ? `${length} before` : `${length} after the alarm`;
}
