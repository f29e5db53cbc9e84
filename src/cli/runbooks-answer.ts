import { flagLine } from "../digest/flag.ts";
import type { SearchAnswer, SearchHit, SearchIndex } from "../search/types.ts";
import { calibration } from "../search/weights.ts";
import { clip, colours, flowed, type Io } from "./io.ts";

/** An answer for a person: what may fit with its words, everything else as a line to look at. */
export function answerText(answer: SearchAnswer, index: SearchIndex, io: Io): string {
  const width = Math.min(io.columns, 100);
  const searched = `${index.documentCount} runbook${index.documentCount === 1 ? "" : "s"}`;
  const fits = answer.abstained ? [] : answer.hits.filter(({ score }) => score >= calibration.abstainBelow);
  const others = answer.hits.slice(fits.length).map((hit) => otherLine(hit, width));
  if (answer.abstained) {
    const head = `No runbook: ${answer.reason ?? "none fits"} (searched ${searched}).`;
    return [...flowed(head, width), ...(others.length > 0 ? ["", "Closest, to look at only:", ...others] : [])].join(
      "\n",
    );
  }
  const foot = flowed(`Searched ${searched}; the number is the chance that a runbook is the right one.`, width);
  return [
    ...fits.flatMap((hit) => [...fittingLines(hit, width, io), ""]),
    ...(others.length > 0 ? ["Less likely:", ...others, ""] : []),
    ...foot,
  ].join("\n");
}

const indent = "      ";

function fittingLines(hit: SearchHit, width: number, io: Io): readonly string[] {
  const paint = colours(io);
  const room = width - indent.length;
  const flags = flagLine("the words below", hit.excerpt).flatMap((flag) => flowed(flag, room));
  return [
    `${hit.score.toFixed(2)}  ${paint.bold(clip(hit.title, room))}`,
    ...flowed(`${hit.path}#${hit.step}`, room).map((line) => `${indent}${paint.cyan(line)}`),
    ...flags.map((line) => `${indent}${paint.yellow(line)}`),
    ...flowed(hit.excerpt, room - 2).map((line) => `${indent}| ${line}`),
  ];
}

const otherLine = (hit: SearchHit, width: number): string =>
  `${hit.score.toFixed(2)}  ${clip(`${hit.path}#${hit.step}  ${hit.title}`, width - indent.length)}`;
