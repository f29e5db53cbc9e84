import * as z from "zod";
import { createDigest } from "../src/digest/digest.ts";
import { redact } from "../src/digest/redact.ts";
import { renderDigest } from "../src/digest/render.ts";
import { neutralise, oneLine } from "../src/digest/text.ts";
import { messageOf } from "../src/domain/errors.ts";
import { type MicroUsd, zeroUsd } from "../src/domain/money.ts";
import type { LogPatterns } from "../src/domain/ports.ts";
import { utcSecond } from "../src/domain/time.ts";
import { emptyResult, errorResult, okResult, readTool } from "../src/domain/tool.ts";

/** Tokens of one digest: enough for some forty clusters. */
const budgetTokens = 3500;

export const fetchLogs = readTool({
  name: "fetch_logs",
  description:
    "A log group around the alarm, condensed to clusters of similar lines: count, first and last time, whether it is new, one example, a finding id. Says what was left out.",
  needs: ["logs", "clock"],
  input: z.strictObject({
    group: z.string().min(1).max(512).describe("Log group, for example /aws/lambda/orders."),
    minutes_before: z.int().min(1).max(1440).default(15).describe("How far before the alarm to read."),
    minutes_after: z.int().min(0).max(1440).default(15).describe("How far after the alarm to read, up to now."),
    contains: z
      .string()
      .max(200)
      .optional()
      .describe("Only events that contain this text. Leave it out to see everything."),
  }),
  async execute(input, context) {
    const { alarmAt } = context.incident;
    const start = alarmAt - input.minutes_before * 60_000;
    const end = Math.min(alarmAt + input.minutes_after * 60_000, context.clock.now());
    const baselineStart = start - (end - start);
    const where = `${input.group} from ${utcSecond(start)} to ${utcSecond(end)}${input.contains ? ` containing "${input.contains}"` : ""}`;
    const digest = createDigest({
      alarmTime: alarmAt,
      budgetTokens,
      findingPrefix: `${context.callId}-log`,
      source: where,
    });
    const only = input.contains === undefined ? {} : { contains: input.contains };
    const query = { group: input.group, start, end, signal: context.signal, ...only };
    const read = await context.logs
      .read(query, (event) => digest.add(event))
      .catch(async (error: unknown) => {
        const known = await context.logs.groups(input.group.split("/").at(-1) ?? "");
        const all = known.length > 0 ? known : await context.logs.groups("");
        return errorResult(`Could not read ${where}: ${messageOf(error)}`, `Log groups: ${all.join(", ") || "none"}.`);
      });
    if ("forModel" in read) return read;
    const cost = read.cost ?? zeroUsd;
    // A search that finds nothing has scanned as much as one that does.
    if (read.events === 0) return { ...emptyResult(`No event in ${where} (${read.source}).`), cost };
    // What is there counts more than what is new: without the time before, the digest still tells the first.
    const before = await context.logs
      .read({ ...query, start: baselineStart, end: start - 1 }, (event) => digest.addBaseline(event))
      .catch(messageOf);
    const report = digest.finish();
    const findings = report.clusters.map((cluster) => ({
      id: cluster.findingId,
      summary: cluster.template.slice(0, 200),
      source: input.group,
    }));
    const total = (cost + ((typeof before === "string" ? undefined : before.cost) ?? 0)) as MicroUsd;
    const cutShort = read.exhausted ? "" : `\nThe source was not read to its end: ${read.note ?? "budget"}.`;
    const whole = read.exhausted ? undefined : await context.logs.patterns?.(query).catch(() => undefined);
    const unread =
      typeof before === "string" ? `\nThe time before could not be read, so nothing shows as new: ${before}` : "";
    const forPeople = `${read.events} events in ${report.clusters.length} clusters from ${input.group}`;
    const text = renderDigest(report, budgetTokens) + cutShort + patternLines(whole) + unread;
    return okResult(text, forPeople, { findings, cost: (total + (whole?.cost ?? 0)) as MicroUsd });
  },
});

/** What stands in the part that was not read, as far as the service itself can tell. */
function patternLines(whole: LogPatterns | undefined): string {
  if (whole === undefined || whole.patterns.length === 0) return "";
  const lines = whole.patterns.map(
    ({ pattern, count }) => `| ${count} x ${oneLine(neutralise(redact(pattern).text), 200)}`,
  );
  return `\nAll of it, by the service's own patterns:\n${lines.join("\n")}`;
}
