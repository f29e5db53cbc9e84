import { readFile } from "node:fs/promises";
import * as z from "zod";
import { parseAlarmText } from "../detect/parse.ts";
import { type AlarmEvent, dimensionsOf, primaryMetric } from "../domain/alarm.ts";
import { HealerError } from "../domain/errors.ts";
import { searchIndex } from "../search/query.ts";
import type { SearchAnswer, SearchQuery } from "../search/types.ts";
import { exitCodes, type Io, printable } from "./io.ts";
import { openRunbookIndex } from "./runbook-index.ts";
import { answerText } from "./runbooks-answer.ts";

export type RunbooksSearchArguments = {
  readonly query?: string;
  /** File with an alarm event, in any shape CloudWatch sends. */
  readonly alarm?: string;
  /** File of lines `{"id": …, "query": …}`. */
  readonly queries?: string;
  readonly dir: string;
  readonly k?: number;
  readonly json?: boolean;
  /** File to keep the built index in; built anew when the folder has changed. */
  readonly index?: string;
};

/** `healer runbooks search`: prints what fits; that nothing fits is an answer too. Rejects with `bad_input` or `bad_event`. */
export async function runRunbooksSearch(args: RunbooksSearchArguments, io: Io): Promise<number> {
  const k = countOf(args);
  const asked = await askedOf(args);
  const index = await openRunbookIndex(args.dir, args.index);
  for (const note of index.notes) io.stderr(`${printable(note)}\n`);
  for (const { id, query } of asked) {
    const answer = searchIndex(index, query, k);
    if (id !== undefined) io.stdout(`${line(id, answer)}\n`);
    else if (args.json === true) io.stdout(`${JSON.stringify(answer, null, 2)}\n`);
    else io.stdout(`${asked.length > 1 ? `Alarm ${query.alarm?.name}\n` : ""}${answerText(answer, index, io)}\n`);
  }
  return exitCodes.ok;
}

type Asked = { readonly id?: string | number; readonly query: SearchQuery };

function countOf(args: RunbooksSearchArguments): number {
  const k = args.k ?? (args.queries === undefined ? 5 : 10);
  if (Number.isInteger(k) && k >= 1 && k <= 100) return k;
  throw new HealerError("bad_input", `-k ${k} is not a whole number from 1 to 100.`, {
    hint: "Leave it out for 5, or for 10 with --queries.",
  });
}

async function askedOf(args: RunbooksSearchArguments): Promise<readonly Asked[]> {
  const given = [args.query, args.alarm, args.queries].filter((one) => one !== undefined);
  if (given.length !== 1) {
    throw new HealerError("bad_input", `Give one of QUERY, --alarm FILE and --queries FILE; got ${given.length}.`, {
      hint: 'For example: healer runbooks search "disk full on the database host"',
    });
  }
  if (args.query !== undefined) return [{ query: { text: args.query } }];
  if (args.alarm !== undefined) return alarmsIn(args.alarm, await textOf(args.alarm));
  return queriesIn(args.queries ?? "", await textOf(args.queries ?? ""));
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown error";
    throw new HealerError("bad_input", `${file} cannot be read: ${code}.`, { hint: "Check the path.", cause });
  }
}

function alarmsIn(file: string, text: string): readonly Asked[] {
  const parsed = parseAlarmText(text);
  if (!parsed.ok) {
    const what = parsed.problems.map((problem) => `${problem.path} ${problem.message}`).join("; ");
    throw new HealerError("bad_event", `${file}: ${what}.`, { hint: "Save the event as CloudWatch or SNS sent it." });
  }
  return parsed.events.map((event) => ({ query: { text: "", alarm: factsOf(event) } }));
}

function factsOf(event: AlarmEvent): NonNullable<SearchQuery["alarm"]> {
  const metric = primaryMetric(event);
  return {
    name: event.alarmName,
    namespace: metric?.namespace,
    metric: metric?.name,
    dimensions: dimensionsOf(event),
    description: event.description,
    reason: event.state.reason,
  };
}

const QueryLine = z.object({ id: z.union([z.string(), z.number()]), query: z.string() });

function queriesIn(file: string, text: string): readonly Asked[] {
  return text.split(/\r?\n/).flatMap((raw, at) => {
    if (raw.trim() === "") return [];
    const parsed = QueryLine.safeParse(jsonOf(raw.replace(/^\ufeff/, "")));
    if (parsed.success) return [{ id: parsed.data.id, query: { text: parsed.data.query } }];
    throw new HealerError("bad_input", `${file}, line ${at + 1} is not {"id": …, "query": …}.`, {
      hint: "Each line is one JSON object with an id and a query; nothing was searched.",
    });
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function line(id: string | number, answer: SearchAnswer): string {
  const hits = answer.hits.map(({ path, step, score }) => ({ path, step, score }));
  return JSON.stringify({ id, abstained: answer.abstained, hits });
}
